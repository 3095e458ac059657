/// All decimal digits of a finite double: a double is a whole number over a power of two, so they are finitely many.
struct ExactDouble {
    private let isNegative: Bool
    /// Digits before and after the point, most significant first; no leading zeros before the point.
    private var whole: [UInt8]
    private var fraction: [UInt8]

    init(_ value: Double) {
        isNegative = value.sign == .minus
        let magnitude = value.magnitude
        guard magnitude > 0 else {
            whole = [0]
            fraction = []
            return
        }
        let exponent = Int(magnitude.exponentBitPattern == 0 ? 1 : magnitude.exponentBitPattern) - 1075
        let hidden: UInt64 = magnitude.exponentBitPattern == 0 ? 0 : 1 << 52
        var limbs = [UInt64](), rest = magnitude.significandBitPattern | hidden
        while rest > 0 {
            limbs.append(rest % Self.limb)
            rest /= Self.limb
        }
        // m / 2^k is m · 5^k / 10^k.
        Self.multiply(&limbs, by: exponent > 0 ? 2 : 5, times: abs(exponent))
        var digits = limbs.reversed().flatMap { limb in
            let text = Array(String(limb).utf8.map { $0 - 0x30 })
            return Array(repeating: 0, count: 9 - text.count) + text
        }
        digits = Array(digits.drop { $0 == 0 })
        let places = max(0, -exponent)
        if digits.count <= places { digits = Array(repeating: 0, count: places + 1 - digits.count) + digits }
        whole = Array(digits[..<(digits.count - places)])
        fraction = Array(digits[(digits.count - places)...])
    }

    /// Digits are kept nine to a limb, the least significant limb first.
    private static let limb: UInt64 = 1_000_000_000

    /// Several factors at once, as many as keep the product of a limb in 64 bits.
    private static func multiply(_ limbs: inout [UInt64], by factor: UInt64, times count: Int) {
        var left = count
        while left > 0 {
            let step = min(left, 13)
            left -= step
            let product = (0..<step).reduce(1 as UInt64) { value, _ in value * factor }
            var carry: UInt64 = 0
            for index in limbs.indices {
                let sum = limbs[index] * product + carry
                limbs[index] = sum % limb
                carry = sum / limb
            }
            while carry > 0 {
                limbs.append(carry % limb)
                carry /= limb
            }
        }
    }

    /// As C's `%.nf` and `%.ne`: rounded half to even on the exact value.
    func formatted(precision: Int, isScientific: Bool) -> String {
        let digits = whole + fraction
        var point = whole.count
        var start = 0
        if isScientific {
            start = digits.firstIndex { $0 != 0 } ?? 0
            point = start + 1
        }
        var kept = Array(digits[start..<min(digits.count, point + precision)])
        kept += Array(repeating: 0, count: point - start + precision - kept.count)
        let rest = digits.dropFirst(point + precision)
        var exponent = isScientific && digits.contains { $0 != 0 } ? whole.count - 1 - start : 0
        if Self.roundsUp(rest, after: kept.last ?? 0) {
            var index = kept.count - 1
            while index >= 0, kept[index] == 9 {
                kept[index] = 0
                index -= 1
            }
            if index >= 0 {
                kept[index] += 1
            } else {
                kept.insert(1, at: 0)
                if isScientific {
                    kept.removeLast()
                    exponent += 1
                } else {
                    point += 1
                }
            }
        }
        let wholeCount = kept.count - precision
        var text = isNegative ? "-" : ""
        text += kept.prefix(wholeCount).map(String.init).joined()
        if precision > 0 { text += "." + kept.suffix(precision).map(String.init).joined() }
        if isScientific {
            let size = String(exponent.magnitude)
            text += "e\(exponent < 0 ? "-" : "+")\(size.utf8.count < 2 ? "0" : "")\(size)"
        }
        return text
    }

    private static func roundsUp(_ rest: ArraySlice<UInt8>, after last: UInt8) -> Bool {
        guard let first = rest.first, first >= 5 else { return false }
        return first > 5 || rest.dropFirst().contains { $0 != 0 } || last % 2 == 1
    }
}
