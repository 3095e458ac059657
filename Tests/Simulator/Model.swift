import NexusBase
import NexusSimulation

/// Breadth-first over the real core: three nodes of three operators, two jobs that two must agree on, and every history
/// with at most so many faults. Time stands still except when something is due and the rail's own shell is done. Of
/// states that differ only in names, in absolute times or in the way there, one is followed: the one with the fewest
/// faults, since all that may follow the others may follow it.
struct Model {
    /// How a state was first reached.
    private struct Way {
        let before: Int32
        let step: ModelStep
    }

    private let setting: ModelSetting
    private let faults: Int
    private let isTelling: Bool
    /// The number of each state that was seen, in order of seeing, and the way to it.
    private var seen: [Digest: Int32] = [:]
    private var ways: [Way] = []
    private var (steps, ends) = (0, 0)

    /// What breaks, and the history that leads there.
    private struct Broken: Error { let story: [String] }

    init(faults: Int, hasGraces: Bool, isTelling: Bool) throws {
        self.faults = faults
        self.isTelling = isTelling
        setting = try ModelSetting(hasGraces: hasGraces)
    }

    /// All states with no fault, then from each of them every fault and all that follows, and so on.
    mutating func explore() throws -> Bool {
        let begin = ContinuousClock.now
        do {
            seen[setting.first.digest(setting.occurrences)] = 0
            ways.append(Way(before: -1, step: .restart))
            var reached: [(Int32, ModelState)] = []
            try follow(setting.first, 0, keepingIn: &reached, faults > 0)
            note(0, begin)
            for number in stride(from: 1, through: faults, by: 1) {
                let before = reached
                reached = []
                for (place, (name, state)) in before.enumerated() {
                    if isTelling, place % 10_000 == 9_999 { note(number, begin, of: (place + 1, before.count)) }
                    for step in state.steps(setting.occurrences, withFaults: true) where step.isFault {
                        guard let (next, after) = try take(step, from: state, name) else { continue }
                        try follow(after, next, keepingIn: &reached, number < faults)
                    }
                }
                note(number, begin)
            }
        } catch let broken as Broken {
            for line in broken.story { print(line) }
            return false
        }
        print(
            "model: \(ways.count) states, \(steps) steps, \(ends) ends, at most \(faults) faults, 0 violations,",
            "\(ContinuousClock.now - begin)")
        return true
    }

    private func note(_ faults: Int, _ begin: ContinuousClock.Instant, of part: (Int, Int)? = nil) {
        guard isTelling else { return }
        let which = part.map { ", \($0.0) of \($0.1) states with one fewer" } ?? ""
        print("# \(faults) faults: \(ways.count) states, \(steps) steps\(which), \(ContinuousClock.now - begin)")
    }

    /// A state and all that follows it without a fault, as far as it is new.
    private mutating func follow(
        _ state: ModelState, _ name: Int32, keepingIn kept: inout [(Int32, ModelState)], _ keeps: Bool
    ) throws {
        var layer = [(name, state)]
        while !layer.isEmpty {
            var next: [(Int32, ModelState)] = []
            for (name, state) in layer {
                let possible = state.steps(setting.occurrences, withFaults: false)
                if possible.isEmpty {
                    ends += 1
                    guard state.isSettled else {
                        throw Broken(story: story(name, nil, "nothing more happens, and not all is settled"))
                    }
                }
                for step in possible {
                    if let after = try take(step, from: state, name) { next.append(after) }
                }
            }
            if keeps { kept += layer }
            layer = next
        }
    }

    /// The state after the step, unless it was seen.
    private mutating func take(_ step: ModelStep, from state: ModelState, _ name: Int32) throws -> (Int32, ModelState)?
    {
        let after = try state.after(step, in: setting)
        steps += 1
        if let broken = after.broken { throw Broken(story: story(name, step, broken)) }
        let number = Int32(ways.count)
        let digest = after.digest(setting.occurrences)
        guard seen[digest] == nil else { return nil }
        seen[digest] = number
        ways.append(Way(before: name, step: step))
        return (number, after)
    }

    private func story(_ name: Int32, _ step: ModelStep?, _ what: String) -> [String] {
        var steps = step.map { ["  \($0)"] } ?? []
        var place = Int(name)
        while place > 0 {
            steps.append("  \(ways[place].step)")
            place = Int(ways[place].before)
        }
        return ["model: \(what), after:"] + steps.reversed()
    }
}
