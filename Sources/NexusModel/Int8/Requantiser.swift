import NexusBase

/// Multiplication by real factors in integers: y = floor((Σ a_i · M_i + 2^(s-1)) / 2^s), then clamped to int8.
/// int8-network-v1, section 2.
public struct Requantiser: Sendable, Hashable {
    /// One a term; the largest lies in 2^30 ..< 2^31.
    public let multipliers: [Int64]
    /// From 1 to 62.
    public let shift: Int

    /// Throws `model.bad-quantisation` where no shift fits.
    init(_ factors: [Double], at place: String) throws {
        let largest = factors.max() ?? 0
        guard largest.isNormal, factors.allSatisfy({ $0 > 0 }) else {
            throw ModelError(.badQuantisation, "scales whose quotient is no positive number", at: place)
        }
        var shift = 30 - Int(largest.exponent)
        func rounded(_ factor: Double, _ shift: Int) -> Double {
            (factor * Double(sign: .plus, exponent: shift, significand: 1)).rounded(.toNearestOrEven)
        }
        if rounded(largest, shift) >= 0x1p31 { shift -= 1 }
        guard (1...62).contains(shift) else {
            throw ModelError(.badQuantisation, "scales too far apart: factor \(largest)", at: place)
        }
        self.shift = shift
        multipliers = factors.map { Int64(rounded($0, shift)) }
    }

    /// Accumulators are within `ModelLimits.accumulatorMax`, so nothing leaves 63 bits.
    @inline(__always)
    func apply(_ sum: Int64) -> Int8 { Int8(max(-128, min(127, (sum + 1 << (shift - 1)) >> shift))) }
}
