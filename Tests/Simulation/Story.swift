import NexusBase
import NexusClause
import NexusOrchestration

/// What happens to a rail, and when: made from a seed, played in a world. Data, so that a failing story can be told
/// again with less in it.
package struct Story: Sendable {
    package let seed: UInt64
    package let theme: Theme
    package let shape: Shape
    package var network = WorldNetwork()
    package var moments: [Moment] = []

    /// Which faults a story is made of. A seed's theme is its remainder.
    package enum Theme: String, Sendable, CaseIterable {
        case crash, power, disk, partition, clock, liars, tokens, delivery, people, everything, damage
    }

    /// How many nodes a job needs, of how many operators.
    package enum Shape: String, Sendable, CaseIterable {
        case twoOfThree = "2 of 3"
        case threeOfFive = "3 of 5"
        case fourOfSeven = "4 of 7"
        case threeOfFour = "3 of 4"

        package var nodes: Int {
            switch self {
            case .twoOfThree: 3
            case .threeOfFour: 4
            case .threeOfFive: 5
            case .fourOfSeven: 7
            }
        }

        package var quorum: Int { nodes / 2 + 1 }
        /// Liars that a rail of this shape bears; one node more than a job needs is there.
        package var liarsMax: Int { quorum - 1 }
    }

    /// All faults end here, in milliseconds of the story.
    package static let healing = 20_000
    /// And this much later everything that was acknowledged must be decided and certified, or be with people.
    package static let progress = 120_000
}

package struct Moment: Sendable {
    /// Milliseconds after the story's begin.
    package var at: Int
    package var what: What

    package enum What: Sendable {
        case submit(season: Int, warmth: Int, event: Int)
        case correct(season: Int, event: Int)
        case railDies(power: Bool, down: Int)
        case diskFills(for: Int)
        case syncFails
        case logFails(FaultyFileSystem.Fault, after: Int)
        case journalDamaged, logDamaged(file: Int)
        case nodeDies(Int, down: Int)
        case nodeBehaves(Int, WorldNode.Behaviour)
        case nodeSlow(Int, milliseconds: Int)
        case validatorDies(Int)
        case cut([WorldLink], for: Int)
        case join([WorldLink])
        case railClockJumps(Int)
        case nodeClockJumps(Int, Int)
        case railClockDrifts(Int)
        case nodeClockDrifts(Int, Int)
        case tokenForged(Forgery, node: Int)
        case receiverRefuses(Int)
        /// Answers take so long.
        case receiverSlow(Int)
        /// The rail dies around the next delivery.
        case railDiesAround(DeliveryPoint, power: Bool)
        case nodeRevoked(Int)
        /// People take back the job that a client's event began, if nothing is decided.
        case withdraw(event: Int)
        case diskFree
        /// Everything works from here on; liars stay what they are.
        case heal
        /// People decide what is frozen.
        case override
        /// A last event, which must be certified in time if enough honest nodes are left.
        case probe
    }

    package enum DeliveryPoint: String, Sendable, CaseIterable {
        /// The core has asked for it, and nothing was sent.
        case before
        /// The receiver has it, if it can be reached, and its answer is on the way.
        case during
        /// The answer is in the core and not yet durable.
        case after
    }

    package enum Forgery: String, Sendable, CaseIterable {
        case signedByAStranger, signedByTheNode, forAnotherNode, again, otherPayload
    }
}
