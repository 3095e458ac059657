import NexusBase
import NexusTestInputs

/// Stories that are not drawn: each case of a list.
extension Story {
    /// The seeds of a theme from `first` on.
    package static func seeds(of theme: Theme, from first: UInt64, count: Int) -> [UInt64] {
        let themes = UInt64(Theme.allCases.count)
        let place = UInt64(Theme.allCases.firstIndex(of: theme) ?? 0)
        let begin = first + (place + themes - first % themes) % themes
        return (0..<UInt64(count)).map { begin + $0 * themes }
    }

    /// Every shape with every number of liars that it bears, each lying in every way.
    package static var everyLiar: [Story] {
        let ways: [WorldNode.Behaviour] = [
            .lying(by: 1), .lying(by: 2), .equivocating, .silent, .replaying, .forging,
            .refusing(code: "node.busy", message: "no"), .indeterminate,
        ]
        var stories: [Story] = []
        for shape in [Shape.twoOfThree, .threeOfFour, .threeOfFive, .fourOfSeven] {
            var sets: [[WorldNode.Behaviour]] = [[]]
            for _ in 0..<shape.liarsMax {
                sets = sets.flatMap { set in ways.map { set + [$0] } }
                for set in sets {
                    var story = Story(seed: UInt64(1_000_000 + stories.count), theme: .liars, shape: shape)
                    story.moments = set.enumerated().map {
                        Moment(at: 0, what: .nodeBehaves($0.offset, $0.element))
                    }
                    for event in 0..<3 {
                        let what = Moment.What.submit(season: 2000 + event, warmth: event, event: event)
                        story.moments.append(Moment(at: 10 + event * 400, what: what))
                    }
                    story.end()
                    stories.append(story)
                }
            }
        }
        return stories
    }

    /// The rail dies before, while or after an action is sent, and the receiver is there, slow or away: each so many
    /// times, from seeds.
    package static func aroundDeliveries(seeds: Int) -> [Story] {
        var stories: [Story] = []
        for point in Moment.DeliveryPoint.allCases {
            for receiver in 0..<3 {
                for _ in 0..<seeds {
                    var story = Story(
                        seed: UInt64(2_000_000 + stories.count), theme: .delivery, shape: .twoOfThree)
                    var dice = SplitMix64(seed: story.seed)
                    story.network.delayMilliseconds = 1...([3, 10, 60, 250][dice.draw(0...3)])
                    story.moments = [
                        Moment(at: 0, what: .railDiesAround(point, power: dice.draw(0...1) == 0)),
                        Moment(at: dice.draw(1...500), what: .submit(season: 2000, warmth: 1, event: 0)),
                        Moment(at: dice.draw(1...3000), what: .submit(season: 2001, warmth: 2, event: 1)),
                    ]
                    let away = WorldLink(.rail, .receiver)
                    switch receiver {
                    case 0: break
                    case 1: story.moments.append(Moment(at: 0, what: .receiverSlow(dice.draw(500...5000))))
                    default: story.moments.append(Moment(at: 0, what: .cut([away], for: dice.draw(2000...12_000))))
                    }
                    story.end()
                    stories.append(story)
                }
            }
        }
        return stories
    }

    private mutating func end() {
        moments.append(Moment(at: Self.healing, what: .heal))
        moments.append(Moment(at: Self.healing + 1000, what: .probe))
        moments.append(Moment(at: Self.healing + 60_000, what: .override))
        moments.sort { $0.at < $1.at }
    }
}
