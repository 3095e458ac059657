/// An element of F_p, p = 2^64 − 2^32 + 1, always in canonical form. proof-v1, section 2.
///
/// Carries are recovered by comparison, not by `ReportingOverflow`: the compiler then keeps branches out of the loops.
struct Goldilocks: Hashable, Sendable {
    /// Below `modulus`.
    let raw: UInt64

    static let modulus: UInt64 = 0xFFFF_FFFF_0000_0001
    /// 2^64 mod p.
    @usableFromInline static let epsilon: UInt64 = 0xFFFF_FFFF
    /// Generates the multiplicative group; also the non-residue of the extension and the shift of the code's domain.
    static let generator = Goldilocks(canonical: 7)
    static let zero = Goldilocks(canonical: 0)
    static let one = Goldilocks(canonical: 1)

    @inline(__always) init(canonical raw: UInt64) { self.raw = raw }

    /// Nothing where the value is p or more: a decoder refuses it.
    init?(exactly raw: UInt64) {
        guard raw < Self.modulus else { return nil }
        self.raw = raw
    }

    /// The class of a signed integer.
    @inline(__always) init(_ value: Int64) {
        raw = value >= 0 ? Self.reduced(UInt64(value)) : Self.modulus &- Self.reduced(value.magnitude)
    }

    @inline(__always) private static func reduced(_ value: UInt64) -> UInt64 {
        value >= modulus ? value &- modulus : value
    }

    @inline(__always) static func + (left: Self, right: Self) -> Self {
        let sum = left.raw &+ right.raw
        let wrapped = sum &+ (sum < left.raw ? epsilon : 0)
        return Self(canonical: reduced(wrapped))
    }

    @inline(__always) static func - (left: Self, right: Self) -> Self {
        let difference = left.raw &- right.raw
        return Self(canonical: difference &- (left.raw < right.raw ? epsilon : 0))
    }

    @inline(__always) static prefix func - (value: Self) -> Self { zero - value }

    @inline(__always) static func * (left: Self, right: Self) -> Self {
        let product = left.raw.multipliedFullWidth(by: right.raw)
        return Self(canonical: reduce(high: product.high, low: product.low))
    }

    /// high · 2^64 + low, where 2^64 = 2^32 − 1 and 2^96 = −1.
    @inline(__always) static func reduce(high: UInt64, low: UInt64) -> UInt64 {
        let top = high >> 32
        let middle = (high & epsilon) &* epsilon
        let less = low &- top
        let lowered = less &- (low < top ? epsilon : 0)
        let sum = lowered &+ middle
        return reduced(sum &+ (sum < middle ? epsilon : 0))
    }

    static func += (left: inout Self, right: Self) { left = left + right }
    static func *= (left: inout Self, right: Self) { left = left * right }

    func power(_ exponent: UInt64) -> Self {
        var (result, base, rest) = (Self.one, self, exponent)
        while rest > 0 {
            if rest & 1 == 1 { result *= base }
            base *= base
            rest >>= 1
        }
        return result
    }

    /// The inverse; zero has none and yields zero.
    var inverse: Self { power(Self.modulus - 2) }

    /// A primitive root of unity of order 2^`exponent`, at most 32.
    static func root(ofOrder exponent: Int) -> Self {
        precondition((0...32).contains(exponent), "p - 1 is divisible by 2^32 only")
        return generator.power((modulus - 1) >> UInt64(exponent))
    }
}
