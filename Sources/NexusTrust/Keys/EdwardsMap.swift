/// The map from an Ed25519 public key to the X25519 key of the same secret: u = (1 + y) / (1 - y) modulo 2^255 - 19
/// (RFC 7748 section 4.1). Public values only, so nothing here is constant in time.
enum EdwardsMap {
    static func montgomery(ofEdwards key: [UInt8]) -> [UInt8] {
        var bytes = key
        bytes[31] &= 0x7F
        let y = Element(bytes)
        return (Element.one + y).times((Element.one - y).inverse).bytes
    }

    /// A number modulo 2^255 - 19 in five limbs of 51 bits, each below 2^52 between operations.
    private struct Element {
        var limbs: [UInt64]

        static let one = Element(limbs: [1, 0, 0, 0, 0])
        private static let mask: UInt64 = 1 << 51 - 1

        init(limbs: [UInt64]) { self.limbs = limbs }

        init(_ bytes: [UInt8]) {
            limbs = [UInt64](repeating: 0, count: 5)
            for bit in 0..<255 where bytes[bit >> 3] >> UInt8(bit & 7) & 1 == 1 {
                limbs[bit / 51] |= 1 << UInt64(bit % 51)
            }
        }

        private func carried() -> Element {
            var out = limbs
            for _ in 0..<2 {
                for index in 0..<5 {
                    let carry = out[index] >> 51
                    out[index] &= Self.mask
                    if index == 4 { out[0] += 19 * carry } else { out[index + 1] += carry }
                }
            }
            return Element(limbs: out)
        }

        static func + (left: Element, right: Element) -> Element {
            Element(limbs: zip(left.limbs, right.limbs).map { $0 + $1 }).carried()
        }

        static func - (left: Element, right: Element) -> Element {
            // Four times the prime, limb by limb, keeps each difference positive.
            let low: UInt64 = 4 * (1 << 51 - 19)
            let rest: UInt64 = 4 * (1 << 51 - 1)
            let differences = zip(left.limbs, right.limbs).enumerated().map { index, pair in
                pair.0 + (index == 0 ? low : rest) - pair.1
            }
            return Element(limbs: differences).carried()
        }

        func times(_ other: Element) -> Element {
            var sums = [UInt128](repeating: 0, count: 5)
            for left in 0..<5 {
                for right in 0..<5 {
                    let product = UInt128(limbs[left]) * UInt128(other.limbs[right])
                    let place = left + right
                    sums[place % 5] += place < 5 ? product : 19 * product
                }
            }
            var out = [UInt64](repeating: 0, count: 5)
            var carry: UInt128 = 0
            for index in 0..<5 {
                let value = sums[index] + carry
                out[index] = UInt64(truncatingIfNeeded: value) & Self.mask
                carry = value >> 51
            }
            // At most 2^63: the top carry is below 2^58.
            let top = 19 * carry + UInt128(out[0])
            out[0] = UInt64(truncatingIfNeeded: top) & Self.mask
            out[1] += UInt64(truncatingIfNeeded: top >> 51)
            return Element(limbs: out).carried()
        }

        /// By Fermat: the power p - 2, whose bits are all ones but two (bits 2 and 4 of 0xEB).
        var inverse: Element {
            var result = Element.one
            for bit in (0..<255).reversed() {
                result = result.times(result)
                if bit != 2 && bit != 4 { result = result.times(self) }
            }
            return result
        }

        var bytes: [UInt8] {
            var reduced = carried().limbs
            // Subtract the prime while the number is not below it: twice at most.
            for _ in 0..<2 {
                let isAtLeastPrime =
                    reduced[0] >= 1 << 51 - 19 && reduced[1...].allSatisfy { $0 == Self.mask }
                if isAtLeastPrime { reduced = [reduced[0] - (1 << 51 - 19), 0, 0, 0, 0] }
            }
            var out = [UInt8](repeating: 0, count: 32)
            for bit in 0..<255 where reduced[bit / 51] >> UInt64(bit % 51) & 1 == 1 {
                out[bit >> 3] |= 1 << UInt8(bit & 7)
            }
            return out
        }
    }
}
