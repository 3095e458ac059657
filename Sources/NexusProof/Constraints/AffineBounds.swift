import NexusBase

/// How far the numbers of an affine layer can go, whatever its inputs: the widths of its range checks, and the proof
/// that no identity of the layer wraps around p. proof-v1, section 4.
struct AffineBounds: Hashable, Sendable {
    /// Bits of the excess u above 127 and of the deficit v below the lower bound; zero where neither can occur.
    let excessBits: Int
    let deficitBits: Int

    /// `sums` has the largest Σ |w| of each term. Throws `proof.bad-bound`.
    init(terms: [ProofNetwork.Term], sums: [UInt64], bias: [Int32], shift: Int, lower: Int8, at place: String) throws {
        var reach: UInt64 = 1 << UInt64(shift - 1)
        for (index, term) in terms.enumerated() {
            let added = index == 0 ? bias.map { UInt64($0.magnitude) }.max() ?? 0 : 0
            // At most 2^28 · 127 · 128 + 2^31.
            let accumulator = sums[index] * 128 + added
            guard accumulator < 1 << 31 else {
                throw ProofError(.badBound, "an accumulator could leave 31 bits", at: place)
            }
            // Below 2^62 each, two terms at most, and 2^61 of rounding.
            reach += UInt64(term.multiplier) * accumulator
        }
        let quotient = reach >> UInt64(shift)
        // −quotient − 1 ≤ t ≤ quotient.
        excessBits = Self.bits(quotient > 127 ? quotient - 127 : 0)
        let floor = UInt64(-Int64(lower))
        deficitBits = Self.bits(quotient + 1 > floor ? quotient + 1 - floor : 0)
        // |2^s (y + u − v) + r − z| over all cells that pass their range checks.
        let cells = UInt128(1) << UInt128(excessBits) + UInt128(1) << UInt128(deficitBits) + 256
        guard cells << UInt128(shift) + UInt128(reach) < UInt128(Goldilocks.modulus) else {
            throw ProofError(.badBound, "a requantisation could wrap around the modulus", at: place)
        }
    }

    private static func bits(_ value: UInt64) -> Int { 64 - value.leadingZeroBitCount }
}
