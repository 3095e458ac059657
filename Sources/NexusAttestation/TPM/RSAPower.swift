/// RSA's public operation by itself. The kept library pads by its own rule, which knows no label; a TPM asks for one.
/// Montgomery's method over 64-bit words; the exponent is public, the time shows the size only.
enum RSAPower {
    /// base ^ exponent mod modulus, all big-endian, at the modulus's width. The modulus is odd, the base below it.
    static func power(_ base: [UInt8], _ exponent: [UInt8], modulus: [UInt8]) -> [UInt8] {
        let field = Montgomery(words(modulus))
        let one = field.enter(words([1] as [UInt8], count: field.modulus.count))
        let element = field.enter(words(base, count: field.modulus.count))
        var result = one
        for byte in exponent {
            for bit in (0..<8).reversed() {
                result = field.multiply(result, result)
                if byte >> UInt8(bit) & 1 == 1 { result = field.multiply(result, element) }
            }
        }
        return bytes(field.leave(result), count: modulus.count)
    }

    /// Little-endian words of a big-endian number.
    private static func words(_ bytes: [UInt8], count: Int? = nil) -> [UInt64] {
        var words = [UInt64](repeating: 0, count: count ?? (bytes.count + 7) / 8)
        for (index, byte) in bytes.reversed().enumerated() { words[index / 8] |= UInt64(byte) << UInt64(index % 8 * 8) }
        return words
    }

    private static func bytes(_ words: [UInt64], count: Int) -> [UInt8] {
        (0..<count).reversed().map { UInt8(truncatingIfNeeded: words[$0 / 8] >> UInt64($0 % 8 * 8)) }
    }
}

/// Arithmetic modulo an odd number, in Montgomery's form.
private struct Montgomery {
    let modulus: [UInt64]
    /// -1 / modulus mod 2^64.
    private let inverse: UInt64
    /// The square of 2^(64 · words), mod the modulus.
    private let square: [UInt64]

    init(_ modulus: [UInt64]) {
        self.modulus = modulus
        var inverse: UInt64 = 1
        for _ in 0..<6 { inverse = inverse &* (2 &- modulus[0] &* inverse) }
        self.inverse = 0 &- inverse
        var value = [UInt64](repeating: 0, count: modulus.count)
        value[0] = 1
        for _ in 0..<(modulus.count * 128) { value = Self.doubled(value, modulus) }
        square = value
    }

    func enter(_ value: [UInt64]) -> [UInt64] { multiply(value, square) }

    func leave(_ value: [UInt64]) -> [UInt64] {
        var one = [UInt64](repeating: 0, count: modulus.count)
        one[0] = 1
        return multiply(value, one)
    }

    func multiply(_ left: [UInt64], _ right: [UInt64]) -> [UInt64] {
        let count = modulus.count
        var sum = [UInt64](repeating: 0, count: count + 2)
        for index in 0..<count {
            Self.accumulate(&sum, left[index], right)
            Self.accumulate(&sum, sum[0] &* inverse, modulus)
            // The lowest word is zero now.
            sum.removeFirst()
            sum.append(0)
        }
        return Self.reduced(Array(sum.prefix(count)), carry: sum[count], modulus)
    }

    /// sum += factor · value
    private static func accumulate(_ sum: inout [UInt64], _ factor: UInt64, _ value: [UInt64]) {
        var carry: UInt64 = 0
        for index in value.indices {
            let product = factor.multipliedFullWidth(by: value[index])
            let (first, firstCarry) = sum[index].addingReportingOverflow(product.low)
            let (second, secondCarry) = first.addingReportingOverflow(carry)
            sum[index] = second
            carry = product.high &+ (firstCarry ? 1 : 0) &+ (secondCarry ? 1 : 0)
        }
        for index in value.count..<sum.count {
            let (value, overflow) = sum[index].addingReportingOverflow(carry)
            sum[index] = value
            carry = overflow ? 1 : 0
        }
    }

    private static func doubled(_ value: [UInt64], _ modulus: [UInt64]) -> [UInt64] {
        var carry: UInt64 = 0
        let shifted = value.map { word in
            defer { carry = word >> 63 }
            return word << 1 | carry
        }
        return reduced(shifted, carry: carry, modulus)
    }

    /// value (with a carry word above it) minus the modulus, if it is not below it.
    private static func reduced(_ value: [UInt64], carry: UInt64, _ modulus: [UInt64]) -> [UInt64] {
        var difference = value
        var borrow = false
        for index in value.indices {
            let (first, firstBorrow) = value[index].subtractingReportingOverflow(modulus[index])
            let (second, secondBorrow) = first.subtractingReportingOverflow(borrow ? 1 : 0)
            difference[index] = second
            borrow = firstBorrow || secondBorrow
        }
        return carry > 0 || !borrow ? difference : value
    }
}
