import NexusBase
import NexusSimulation

/// Breadth-first over the real core: three nodes of three operators, two jobs that two must agree on, and every history
/// with at most so many faults. Time stands still except when something is due and the rail's own shell is done. Of
/// states that differ only in names, in absolute times or in the way there, one is followed.
struct Model {
    private let setting: ModelSetting
    private let faults: Int
    /// Of each state that was seen: the step that led there and the state before.
    private var seen: [Digest: (before: Digest, step: ModelStep)?] = [:]

    private let isTelling: Bool

    init(faults: Int, hasGraces: Bool, isTelling: Bool) throws {
        self.faults = faults
        self.isTelling = isTelling
        setting = try ModelSetting(faults: faults, hasGraces: hasGraces)
    }

    mutating func explore() throws -> Bool {
        let begin = ContinuousClock.now
        var layer = [setting.first]
        seen[setting.first.digest(setting.occurrences)] = .some(nil)
        var (steps, ends, depth) = (0, 0, 0)
        while !layer.isEmpty {
            var next: [ModelState] = []
            for state in layer {
                let digest = state.digest(setting.occurrences)
                let possible = state.steps(setting.occurrences)
                if possible.allSatisfy(\.isFault) {
                    ends += 1
                    if !state.isSettled { return tell(digest, nil, "nothing more happens, and not all is settled") }
                }
                for step in possible {
                    let after = try state.after(step, in: setting)
                    steps += 1
                    if let broken = after.broken { return tell(digest, step, broken) }
                    let name = after.digest(setting.occurrences)
                    guard seen[name] == nil else { continue }
                    seen[name] = (digest, step)
                    next.append(after)
                }
            }
            layer = next
            depth += 1
            if isTelling { print("# depth \(depth): \(seen.count) states, \(ContinuousClock.now - begin)") }
        }
        print(
            "model: \(seen.count) states, \(steps) steps, depth \(depth), \(ends) ends, at most \(faults) faults,",
            "0 violations, \(ContinuousClock.now - begin)")
        return true
    }

    private func tell(_ digest: Digest, _ step: ModelStep?, _ what: String) -> Bool {
        var steps = step.map { ["\($0)"] } ?? []
        var place = digest
        while let way = seen[place], let way {
            steps.append("\(way.step)")
            place = way.before
        }
        print("model: \(what), after:")
        for step in steps.reversed() { print("  \(step)") }
        return false
    }
}
