/// What a decoder made of mutated inputs: each is taken or refused, and a refusal that the caller's `isCoded` does not
/// know stands in `uncoded` with its input.
package struct Mutations {
    package private(set) var taken = 0
    package private(set) var refused = 0
    package private(set) var uncoded: [String] = []

    /// Gives `decode` each seed and `count` mutations, the same for the same `seed`.
    package init(
        of seeds: [[UInt8]], count: Int = 4000, seed: UInt64, isCoded: (any Error) -> Bool,
        decode: ([UInt8]) throws -> Void
    ) {
        var random = SplitMix64(seed: seed)
        for round in 0..<seeds.count + count {
            let one = seeds[round % seeds.count]
            let input = round < seeds.count ? one : random.mutated(one, with: seeds, bytesBelow: 256)
            do {
                try decode(input)
                taken += 1
            } catch {
                if isCoded(error) { refused += 1 } else { uncoded.append("\(error): \(input)") }
            }
        }
    }
}
