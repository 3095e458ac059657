package import NexusBase
import NexusClause
import NexusEvidence
import NexusOrchestration
import NexusTestSupport

/// Plays stories, each in a branch of a rail that is ready: its governance in force, its nodes connected.
package struct StoryTeller {
    private let ready: [Story.Shape: World]

    package init(shapes: [Story.Shape] = Story.Shape.allCases) throws {
        var ready: [Story.Shape: World] = [:]
        for shape in shapes {
            let places: [Text] = ["PE", "CH", "KE", "PE", "CH", "KE", "PE", "CH"]
            let plan = WorldPlan {
                $0.operators = Array(places.prefix(shape.nodes + 1))
                $0.nodes = Array(0...shape.nodes)
            }
            var world = try World.ready(plan) { clause in
                clause.with("distinct: [operator, jurisdiction]", "distinct: [operator]")
                    .with("nodes: 3", "nodes: \(shape.nodes)").with("quorum: 2", "quorum: \(shape.quorum)")
            }
            world.store = try WorldStore(world)
            ready[shape] = world
        }
        self.ready = ready
    }

    /// Plays one story to its end and says what was found.
    package func play(_ story: Story) -> StoryOutcome {
        guard let base = ready[story.shape], var world = try? base.branch(seed: story.seed) else {
            return StoryOutcome(violations: ["harness: no world of the shape \(story.shape)"])
        }
        do {
            world.network = story.network
            let begin = world.now
            for moment in story.moments {
                world.events.add(.happens(moment.what), at: begin + .milliseconds(moment.at))
            }
            try world.run(Story.healing + Story.progress)
            try world.checkPromises(story)
        } catch {
            world.watch.fail("harness", "\(error)")
        }
        let jobs = world.watch.acknowledged.count
        world.watch.tally { $0.jobs = jobs }
        return StoryOutcome(
            violations: world.watch.violations, trace: world.watch.trace, count: world.watch.count,
            journalRecords: world.journal.count)
    }

    /// The same story with as little in it as still breaks the same promise.
    package func shrink(_ story: Story, _ outcome: StoryOutcome) -> Story {
        guard let promise = outcome.promise else { return story }
        return story.shrunk { play($0).promises.contains(promise) }
    }
}

extension Story {
    /// Leaves out what is not needed for `breaks`: the network's whims, then moments, half of them at first and one by
    /// one at last.
    package func shrunk(while breaks: (Story) -> Bool) -> Story {
        var least = self
        var calm = least
        calm.network = WorldNetwork()
        if breaks(calm) { least = calm }
        var size = max(1, least.moments.count / 2)
        while true {
            var start = 0
            var isSmaller = false
            while start < least.moments.count {
                var candidate = least
                candidate.moments.removeSubrange(start..<min(start + size, candidate.moments.count))
                if breaks(candidate) {
                    least = candidate
                    isSmaller = true
                } else {
                    start += size
                }
            }
            if size == 1, !isSmaller { return least }
            size = max(1, size / 2)
        }
    }
}

/// What came of a story.
package struct StoryOutcome {
    /// Each begins with the promise's name and a colon.
    package var violations: [String] = []
    package var trace = Digest(of: [])
    package var count = WorldWatch.Counts()
    package var journalRecords = 0

    /// The promises that were broken.
    package var promises: [Substring] { violations.map { $0.prefix { $0 != ":" } } }
    package var promise: Substring? { promises.first }
}
