/// One thing that changed: what an event stream says.
package struct Change: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        case job, dispute, node, governance, rollup, checkpoint, delivery, refusal
    }

    /// From 1, without gaps; the same number for the same change whenever the index is folded.
    package let number: Int
    package let kind: Kind
    /// Canonical JSON, on one line.
    package let json: String
}
