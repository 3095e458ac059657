/// SplitMix64: small, fast, and the same everywhere, so that a seed names its inputs for ever.
package struct SplitMix64: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A number from 0 to `bound` less one, 0 for a bound of 0; uniform enough for tests.
    package mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(max(1, bound))) }

    /// A number of the range.
    package mutating func draw(_ range: ClosedRange<Int>) -> Int { range.lowerBound + below(range.count) }

    /// A good input changed in up to three places: a bit flipped, a byte or a token put in, a piece cut or repeated,
    /// the end left out.
    package mutating func mutated(_ seed: [UInt8], with tokens: [[UInt8]], bytesBelow byteBound: Int) -> [UInt8] {
        var bytes = seed
        for _ in 0...below(3) {
            let place = below(bytes.count + 1)
            let end = min(bytes.count, place + below(40))
            switch below(6) {
            case 0 where place < bytes.count: bytes[place] ^= 1 << UInt8(below(8))
            case 1 where place < bytes.count: bytes[place] = UInt8(below(byteBound))
            case 2: bytes.insert(contentsOf: tokens[below(tokens.count)], at: place)
            case 3: bytes.removeSubrange(place..<end)
            case 4: bytes.insert(contentsOf: bytes[place..<end], at: below(bytes.count + 1))
            default: bytes.removeLast(below(bytes.count + 1) / 4)
            }
        }
        return bytes
    }
}
