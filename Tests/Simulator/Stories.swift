import Foundation
import NexusSimulation

/// Plays the stories of many seeds and prints one row a theme.
struct Stories {
    private struct Row {
        var runs = 0
        var violations = 0
    }

    private let teller: StoryTeller
    private var rows: [Story.Theme: Row] = [:]
    private var count = WorldWatch.Counts()
    private var failures: [UInt64] = []

    init() throws { teller = try StoryTeller() }

    /// True if no promise was broken.
    mutating func run(_ seeds: [UInt64], stopsAtFirst: Bool = false) -> Bool {
        run(seeds.lazy.map { Story(seed: $0) }, again: "make sim SEED=", stopsAtFirst: stopsAtFirst)
    }

    /// `again` and the seed are the command that tells a story again.
    mutating func run(_ stories: some Collection<Story>, again: String, stopsAtFirst: Bool = false) -> Bool {
        let begin = ContinuousClock.now
        for story in stories {
            let seed = story.seed
            CurrentSeed.set(seed)
            let outcome = teller.play(story)
            rows[story.theme, default: Row()].runs += 1
            rows[story.theme]?.violations += outcome.violations.isEmpty ? 0 : 1
            add(outcome.count)
            guard !outcome.violations.isEmpty else { continue }
            failures.append(seed)
            if stopsAtFirst {
                print("seed \(seed):\n  \(outcome.violations[0])")
                break
            }
            if failures.count <= 3 {
                tell(story, outcome, again)
            } else {
                print("seed \(seed): \(outcome.violations[0])")
            }
            if failures.count == 25 { break }
        }
        report(ContinuousClock.now - begin)
        return failures.isEmpty
    }

    private mutating func add(_ other: WorldWatch.Counts) {
        count.jobs += other.jobs
        count.frozen += other.frozen
        count.railStarts += other.railStarts
        count.refusedStarts += other.refusedStarts
        count.statements += other.statements
        count.disputes += other.disputes
        count.packs += other.packs
        count.deliveries += other.deliveries
        count.forgeriesRefused += other.forgeriesRefused
    }

    private func tell(_ story: Story, _ outcome: StoryOutcome, _ again: String) {
        print("\nseed \(story.seed) breaks a promise:")
        for violation in outcome.violations.prefix(5) { print("  \(violation)") }
        let least = teller.shrink(story, outcome)
        print("the story, shrunk from \(story.moments.count) moments to \(least.moments.count):")
        print(least.text)
        print("again: \(again)\(story.seed)\n")
    }

    private func report(_ time: Duration) {
        print("fault        runs  violations")
        for theme in Story.Theme.allCases {
            guard let row = rows[theme] else { continue }
            let name = theme.rawValue.padding(toLength: 10, withPad: " ", startingAt: 0)
            print(name, String(format: "%6d %11d", row.runs, row.violations))
        }
        print(
            "\(count.jobs) jobs acknowledged, \(count.railStarts) restarts of the rail, \(count.refusedStarts) refused,",
            "\(count.statements) statements, \(count.disputes) disputes, \(count.frozen) decided by people,",
            "\(count.deliveries) actions, \(count.forgeriesRefused) forged tokens refused, \(count.packs) packs verified"
        )
        let violations = failures.count
        print("simulator: \(rows.values.reduce(0) { $0 + $1.runs }) stories, \(violations) violations, \(time)")
    }
}

/// The seed that is being played, for the message of a trap.
enum CurrentSeed {
    // SAFETY: written by the one thread that plays, read by a signal's handler in the same thread.
    nonisolated(unsafe) private static var text: [UInt8] = []

    static func set(_ seed: UInt64) { text = Array("trap in seed \(seed)\n".utf8) }

    static func tellOnTrap() {
        for number in [SIGILL, SIGTRAP, SIGSEGV, SIGABRT] {
            signal(number) { number in
                _ = CurrentSeed.text.withUnsafeBytes { write(2, $0.baseAddress, $0.count) }
                signal(number, SIG_DFL)
                raise(number)
            }
        }
    }
}
