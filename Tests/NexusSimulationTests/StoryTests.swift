import NexusBase
import NexusSimulation
import NexusTestInputs
import Testing

/// Method: stories from seeds, each over the real core, agents, validators and log store. `make sim` plays thousands.
@Suite struct StoryTests {
    @Test(arguments: Story.Theme.allCases)
    func `no story of a theme breaks a promise`(theme: Story.Theme) throws {
        let teller = try StoryTeller()
        let place = UInt64(Story.Theme.allCases.firstIndex(of: theme) ?? 0)
        let stories = (1...3).map { Story(seed: $0 * UInt64(Story.Theme.allCases.count) + place) }
        for story in stories {
            #expect(story.theme == theme)
            let outcome = teller.play(story)
            #expect(outcome.violations.isEmpty, "make sim SEED=\(story.seed)")
            #expect(outcome.count.jobs > 0 || theme == .damage)
        }
    }

    @Test func `every liar of three nodes, and deaths around every delivery, break no promise`() throws {
        let teller = try StoryTeller(shapes: [.twoOfThree])
        let liars = Story.everyLiar
        #expect(liars.count == 8 + 72 + 72 + 584 && Set(liars.map(\.seed)).count == liars.count)
        let deliveries = Story.aroundDeliveries(seeds: 2)
        #expect(deliveries.count == 18)
        for story in liars.filter({ $0.shape == .twoOfThree }) + deliveries {
            let outcome = teller.play(story)
            #expect(outcome.violations.isEmpty, "\(story.text)")
            #expect(outcome.count.jobs == (story.theme == .liars ? 4 : 3))
        }
    }

    @Test func `the seeds of a theme are its seeds`() {
        let seeds = Story.seeds(of: .clock, from: 20_001, count: 5)
        #expect(seeds.allSatisfy { Story(seed: $0).theme == .clock } && seeds[0] - 20_001 < 11)
        #expect(Story.seeds(of: .crash, from: 1, count: 2) == [11, 22])
    }

    @Test func `a seed tells the same story twice, and another seed another`() throws {
        let teller = try StoryTeller(shapes: [.twoOfThree])
        let seeds = (1...60 as ClosedRange<UInt64>).filter { Story(seed: $0).shape == .twoOfThree }.prefix(4)
        let traces = seeds.map { teller.play(Story(seed: $0)).trace }
        #expect(traces == seeds.map { teller.play(Story(seed: $0)).trace })
        #expect(Set(traces).count == 4)
    }

    @Test func `a story shrinks to the moments that it needs`() {
        let story = Story(seed: 20)
        let needed = story.moments[story.moments.count / 2]
        let least = story.shrunk { candidate in candidate.moments.contains { $0.at == needed.at } }
        #expect(least.moments.count == 1 && least.moments[0].at == needed.at)
        #expect(least.network.lossPercent == 0)
    }

    @Test func `a journal that loses power keeps what was synced, and records of the tail in order`() throws {
        var dice = SplitMix64(seed: 4)
        for round in 0..<200 {
            var journal = SimulatedJournal()
            for record in 0..<round % 7 { journal.write([UInt8](repeating: UInt8(record), count: record * 300)) }
            journal.sync()
            for record in 0..<5 { journal.write([UInt8](repeating: UInt8(record), count: 700)) }
            journal.losePower(&dice)
            let found = journal.recover()
            let recovered = try #require(found)
            #expect((round % 7...round % 7 + 5).contains(recovered))
        }
    }

    @Test func `a journal whose synced part was damaged is refused`() {
        var dice = SplitMix64(seed: 5)
        for _ in 0..<200 {
            var journal = SimulatedJournal()
            for record in 0..<5 { journal.write([UInt8](repeating: UInt8(record), count: 100)) }
            journal.sync()
            journal.flip(&dice)
            #expect(journal.recover() == nil)
        }
    }
}
