/// An exact decimal number: coefficient × 10^-scale with |coefficient| < 10^34 and scale 0 to 18, in one form only
/// (minimal scale, no minus zero). Addition and multiplication are exact or refused; division names its rounding.
public struct ExactDecimal: Sendable, Hashable, CustomStringConvertible {
    public let coefficient: Int128
    public let scale: Int

    static let coefficientMax: Int128 = power(34) - 1
    public static let zero = ExactDecimal(0)

    /// A whole number.
    public init(_ value: Int) {
        coefficient = Int128(value)
        scale = 0
    }

    /// Normalises to minimal scale. Throws `base.bad-decimal` outside the range.
    public init(coefficient: Int128, scale: Int) throws {
        var coefficient = coefficient
        var scale = scale
        guard scale >= 0 else { throw BaseError(.badDecimal, "a scale is not negative") }
        while scale > 0, coefficient % 10 == 0 {
            coefficient /= 10
            scale -= 1
        }
        guard scale <= Limits.decimalScaleMax else {
            throw BaseError(.badDecimal, "more than \(Limits.decimalScaleMax) digits after the point")
        }
        guard coefficient.magnitude <= UInt128(Self.coefficientMax) else {
            throw BaseError(.badDecimal, "more than \(Limits.decimalDigitsMax) digits")
        }
        self.coefficient = coefficient
        self.scale = scale
    }

    /// Reads `-12.5`: no exponent, no plus sign, no leading or trailing zeros to spare.
    /// With `lenient`, trailing zeros after the point and leading zeros are taken and dropped (for data files).
    public init(parsing text: Text, lenient: Bool = false) throws {
        var failure: BaseError { BaseError(.badDecimal, "not a decimal number: \"\(text.string.prefix(60))\"") }
        var digits = Array(text.utf8)
        guard digits.count <= Limits.decimalDigitsMax * 2 + 2 else { throw failure }
        let negative = digits.first == UInt8(ascii: "-")
        if negative { digits.removeFirst() }
        let parts = digits.split(separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = parts.first, !whole.isEmpty, parts.count == 1 || !parts[1].isEmpty else { throw failure }
        var coefficient: Int128 = 0
        for digit in parts.joined() {
            guard (0x30...0x39).contains(digit) else { throw failure }
            coefficient = coefficient * 10 + Int128(digit - 0x30)
            guard coefficient <= Self.coefficientMax * 10 else { throw failure }
        }
        try self.init(coefficient: negative ? -coefficient : coefficient, scale: parts.count == 1 ? 0 : parts[1].count)
        guard lenient || description.utf8.elementsEqual(text.utf8) else {
            throw BaseError(.badDecimal, "write \(description), not \(text)")
        }
    }

    public var description: String {
        let digits = String(coefficient.magnitude)
        let sign = coefficient < 0 ? "-" : ""
        if scale == 0 { return sign + digits }
        let padded = String(repeating: "0", count: max(0, scale + 1 - digits.count)) + digits
        return sign + padded.dropLast(scale) + "." + padded.suffix(scale)
    }

    public var text: Text { Text(description) }
    public var json: JSON { .string(text) }

    static func power(_ exponent: Int) -> Int128 { (0..<exponent).reduce(1) { value, _ in value * 10 } }
}

extension ExactDecimal: Comparable {
    public static func < (left: ExactDecimal, right: ExactDecimal) -> Bool {
        if left.scale == right.scale { return left.coefficient < right.coefficient }
        // Whole parts first: aligning a scale by up to 10^18 could pass 128 bits.
        let (leftWhole, rightWhole) = (left.coefficient / power(left.scale), right.coefficient / power(right.scale))
        if leftWhole != rightWhole { return leftWhole < rightWhole }
        let leftRest = left.coefficient % power(left.scale) * power(Limits.decimalScaleMax - left.scale)
        let rightRest = right.coefficient % power(right.scale) * power(Limits.decimalScaleMax - right.scale)
        return leftRest < rightRest
    }
}

extension ExactDecimal {
    public static prefix func - (value: ExactDecimal) -> ExactDecimal {
        ExactDecimal(unchecked: -value.coefficient, value.scale)
    }

    private init(unchecked coefficient: Int128, _ scale: Int) {
        self.coefficient = coefficient
        self.scale = scale
    }

    public var magnitude: ExactDecimal { coefficient < 0 ? -self : self }

    /// Throws `base.bad-decimal` when the sum has more than 34 digits.
    public func adding(_ other: ExactDecimal) throws -> ExactDecimal {
        let scale = max(scale, other.scale)
        return try ExactDecimal(coefficient: aligned(to: scale) + other.aligned(to: scale), scale: scale)
    }

    public func subtracting(_ other: ExactDecimal) throws -> ExactDecimal { try adding(-other) }

    private func aligned(to scale: Int) throws -> Int128 {
        let (value, overflow) = coefficient.multipliedReportingOverflow(by: Self.power(scale - self.scale))
        guard !overflow, value.magnitude <= UInt128(Int128.max / 2) else {
            throw BaseError(.badDecimal, "the result has more than \(Limits.decimalDigitsMax) digits")
        }
        return value
    }

    /// Exact product; throws `base.bad-decimal` past 34 digits or 18 places: round the factors first.
    public func multiplied(by other: ExactDecimal) throws -> ExactDecimal {
        let (product, overflow) = coefficient.multipliedReportingOverflow(by: other.coefficient)
        guard !overflow else {
            throw BaseError(.badDecimal, "the product has more than \(Limits.decimalDigitsMax) digits")
        }
        return try ExactDecimal(coefficient: product, scale: scale + other.scale)
    }

    public enum Rounding: String, Sendable { case halfEven = "half-even", down, up, floor, ceiling }

    /// The quotient to `scale` places. Throws `base.bad-decimal` on division by zero or out of range.
    public func divided(
        by divisor: ExactDecimal, scale resultScale: Int, rounding: Rounding = .halfEven
    ) throws -> ExactDecimal {
        guard divisor.coefficient != 0 else { throw BaseError(.badDecimal, "division by zero") }
        guard (0...Limits.decimalScaleMax).contains(resultScale) else {
            throw BaseError(.badDecimal, "a scale lies between 0 and \(Limits.decimalScaleMax)")
        }
        // quotient = a·10^(sb + r) / (b·10^sa), in 256 bits where it must be.
        var numerator = coefficient.magnitude
        var denominator = divisor.coefficient.magnitude
        var shift = divisor.scale + resultScale - scale
        while shift < 0 {
            let (next, overflow) = denominator.multipliedReportingOverflow(by: 10)
            guard !overflow else { throw BaseError(.badDecimal, "the quotient is out of range") }
            denominator = next
            shift += 1
        }
        let full = numerator.multipliedFullWidth(by: UInt128(Self.power(shift)))
        guard full.high < denominator else { throw BaseError(.badDecimal, "the quotient is out of range") }
        let (quotient, remainder) = denominator.dividingFullWidth(full)
        numerator = quotient
        let negative = (coefficient < 0) != (divisor.coefficient < 0)
        if Self.roundsAway(quotient, remainder, denominator, negative, rounding) { numerator += 1 }
        guard numerator <= UInt128(Self.coefficientMax) else {
            throw BaseError(.badDecimal, "the quotient is out of range")
        }
        return try ExactDecimal(coefficient: negative ? -Int128(numerator) : Int128(numerator), scale: resultScale)
    }

    /// The number to at most `places` places.
    public func rounded(to places: Int, _ rounding: Rounding = .halfEven) throws -> ExactDecimal {
        places >= scale ? self : try divided(by: ExactDecimal(1), scale: places, rounding: rounding)
    }

    private static func roundsAway(
        _ quotient: UInt128, _ remainder: UInt128, _ denominator: UInt128, _ negative: Bool, _ rounding: Rounding
    ) -> Bool {
        guard remainder != 0 else { return false }
        switch rounding {
        case .down: return false
        case .up: return true
        case .floor: return negative
        case .ceiling: return !negative
        case .halfEven:
            let rest = denominator - remainder
            return remainder > rest || (remainder == rest && quotient & 1 == 1)
        }
    }
}
