import NexusBase
import NexusTestInputs

extension Story {
    /// A partition of one of the kinds, with its end.
    func partition(_ at: Int, _ dice: inout SplitMix64) -> [Moment] {
        let others: [WorldEnd] =
            (0...shape.nodes).map { .node($0) } + [.validator(0), .validator(1), .receiver, .client]
        let some = others.filter { _ in dice.draw(0...2) > 0 }
        let time = dice.draw(200...9000)
        switch dice.draw(0...4) {
        case 0:  // symmetric: neither hears the other
            let links = some.flatMap { [WorldLink(.rail, $0), WorldLink($0, .rail)] }
            return [Moment(at: at, what: .cut(links, for: time))]
        case 1:  // one way: they hear the rail, it does not hear them
            return [Moment(at: at, what: .cut(some.map { WorldLink($0, .rail) }, for: time))]
        case 2:  // the other way
            return [Moment(at: at, what: .cut(some.map { WorldLink(.rail, $0) }, for: time))]
        case 3:  // ring: each second one hears only, the others speak only
            let links = others.enumerated().map {
                $0.offset.isMultiple(of: 2) ? ($0.element, true) : ($0.element, false)
            }
            .map { $0.1 ? WorldLink(.rail, $0.0) : WorldLink($0.0, .rail) }
            return [Moment(at: at, what: .cut(links, for: time))]
        default:  // swizzle: one after the other goes, and they come back in another order
            return some.map { end in
                let links = [WorldLink(.rail, end), WorldLink(end, .rail)]
                return Moment(at: at + dice.draw(0...2000), what: .cut(links, for: dice.draw(200...6000)))
            }
        }
    }
}
