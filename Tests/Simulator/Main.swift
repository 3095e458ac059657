import Foundation
import NexusBase
import NexusSimulation

@main struct Simulator {
    static func main() {
        do {
            let options = try Options(Array(CommandLine.arguments.dropFirst()))
            CurrentSeed.tellOnTrap()
            exit(try run(options) ? 0 : 1)
        } catch let misuse as Options.Misuse {
            print(misuse.message)
            print(Options.usage)
            exit(64)
        } catch {
            print("\(error)")
            exit(70)
        }
    }

    private static func run(_ options: Options) throws -> Bool {
        let seeds = options.first..<(options.first + options.count)
        switch options.task {
        case .stories:
            var stories = try Stories()
            let drawn =
                options.theme.map { Story.seeds(of: $0, from: options.first, count: Int(options.count)) }
                ?? Array(seeds)
            return stories.run(try kept(options.seedFiles) + drawn, stopsAtFirst: options.stopsAtFirst)
        case .liars: return try tell(Story.everyLiar, "simulator liars --story ", options)
        case .deliveries:
            let count = Int(options.count)
            return try tell(
                Story.aroundDeliveries(seeds: count), "simulator deliveries --seeds \(count) --story ", options)
        case .story: return try tell(Story(seed: options.first))
        case .traces:
            let teller = try StoryTeller()
            for seed in seeds where seed.isMultiple(of: 20) {
                let outcome = teller.play(Story(seed: seed))
                print(seed, outcome.trace.hex, outcome.journalRecords, outcome.violations.count)
            }
            return true
        case .model:
            var model = try Model(
                faults: Int(options.faults), hasGraces: options.hasGraces, isTelling: options.isStreaming)
            return try model.explore()
        case .images:
            var images = try Images()
            return images.run(Int(options.count))
        case .forgeries:
            var forgeries = Forgeries(isStreaming: options.isStreaming, step: Int(options.step))
            return try forgeries.run()
        }
    }

    /// All stories of a list, or the one that is asked for.
    private static func tell(_ list: [Story], _ again: String, _ options: Options) throws -> Bool {
        if let seed = options.only {
            guard let story = list.first(where: { $0.seed == seed }) else {
                throw Options.Misuse(message: "no story \(seed)")
            }
            return try tell(story)
        }
        var stories = try Stories()
        return stories.run(list, again: again, stopsAtFirst: options.stopsAtFirst)
    }

    private static func tell(_ story: Story) throws -> Bool {
        print(story.text)
        let teller = try StoryTeller()
        let outcome = teller.play(story)
        print("trace \(outcome.trace.hex), \(outcome.journalRecords) records")
        for violation in outcome.violations { print(violation) }
        if !outcome.violations.isEmpty { print("\nshrunk:\n\(teller.shrink(story, outcome).text)") }
        return outcome.violations.isEmpty
    }

    /// Seeds that failed once: a file has one a line, and after it what it found.
    private static func kept(_ files: [String]) throws -> [UInt64] {
        try files.flatMap { file in
            try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n").compactMap { line in
                line.hasPrefix("#") ? nil : line.split(separator: " ").first.flatMap { UInt64($0) }
            }
        }
    }
}
