/// SHAKE128 (FIPS 202), which the accumulated ML-DSA vectors are drawn from and folded into.
struct Shake128 {
    private static let rate = 168
    private static let rotations = [
        1, 3, 6, 10, 15, 21, 28, 36, 45, 55, 2, 14, 27, 41, 56, 8, 25, 43, 62, 18, 39, 61, 20, 44,
    ]
    private static let lanes = [10, 7, 11, 17, 18, 3, 5, 16, 8, 21, 24, 4, 15, 23, 19, 13, 12, 2, 20, 14, 22, 9, 6, 1]

    private var state = [UInt64](repeating: 0, count: 25)
    private var place = 0
    private var isSqueezing = false

    mutating func write(_ bytes: [UInt8]) {
        precondition(!isSqueezing)
        for byte in bytes {
            mix(byte)
            if place == Self.rate { permute() }
        }
    }

    mutating func read(_ count: Int) -> [UInt8] {
        if !isSqueezing {
            mix(0x1F)
            place = Self.rate - 1
            mix(0x80)
            permute()
            isSqueezing = true
        }
        return (0..<count).map { _ in
            if place == Self.rate { permute() }
            defer { place += 1 }
            return UInt8(truncatingIfNeeded: state[place / 8] >> UInt64(place % 8 * 8))
        }
    }

    private mutating func mix(_ byte: UInt8) {
        state[place / 8] ^= UInt64(byte) << UInt64(place % 8 * 8)
        place += 1
    }

    private mutating func permute() {
        place = 0
        var register: UInt8 = 1
        for _ in 0..<24 {
            let columns = (0..<5).map { x in stride(from: x, to: 25, by: 5).reduce(0) { $0 ^ state[$1] } }
            for x in 0..<5 {
                let change = columns[(x + 4) % 5] ^ rotate(columns[(x + 1) % 5], 1)
                for lane in stride(from: x, to: 25, by: 5) { state[lane] ^= change }
            }
            var carried = state[1]
            for (lane, amount) in zip(Self.lanes, Self.rotations) {
                (carried, state[lane]) = (state[lane], rotate(carried, amount))
            }
            for row in stride(from: 0, to: 25, by: 5) {
                let old = Array(state[row..<row + 5])
                for x in 0..<5 { state[row + x] = old[x] ^ (~old[(x + 1) % 5] & old[(x + 2) % 5]) }
            }
            for bit in 0..<7 {
                if register & 1 == 1 { state[0] ^= 1 << UInt64((1 << bit) - 1) }
                register = (register << 1) ^ (register >> 7 == 1 ? 0x71 : 0)
            }
        }
    }

    private func rotate(_ lane: UInt64, _ amount: Int) -> UInt64 {
        lane << UInt64(amount) | lane >> UInt64(64 - amount)
    }
}
