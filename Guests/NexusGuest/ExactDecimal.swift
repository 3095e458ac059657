/// An exact decimal number: coefficient × 10^-scale with |coefficient| < 10^34 and scale 0 to 18, in one form only
/// (minimal scale, no minus zero). The same numbers, refusals and rounding as NexusBase.ExactDecimal.
struct ExactDecimal: Equatable, Comparable {
    let coefficient: Int128
    let scale: Int

    static let scaleMax = 18
    static let coefficientMax: Int128 = 9_999_999_999_999_999_999_999_999_999_999_999
    static let zero = ExactDecimal(0)
    static let one = ExactDecimal(1)

    /// A whole number.
    init(_ value: Int) {
        coefficient = Int128(value)
        scale = 0
    }

    /// Normalises to minimal scale.
    init(coefficient: Int128, scale: Int) throws(ModelError) {
        var coefficient = coefficient
        var scale = scale
        while scale > 0, coefficient % 10 == 0 {
            coefficient /= 10
            scale -= 1
        }
        guard (0...Self.scaleMax).contains(scale), coefficient.magnitude <= Self.coefficientMax.magnitude else {
            throw ModelError("bad-decimal", "more than 34 digits or 18 places")
        }
        self.coefficient = coefficient
        self.scale = scale
    }

    /// Reads `-12.5`: no exponent, no plus sign, no zeros to spare.
    init(_ text: Text, at place: Text = "") throws(ModelError) {
        let failure = ModelError("bad-decimal", "not a decimal number in its one form", at: place)
        var coefficient: Int128 = 0
        var scale = -1
        var digits = 0
        var negative = false
        for (index, byte) in text.bytes.enumerated() {
            switch byte {
            case 0x2D where index == 0: negative = true
            case 0x2E where scale < 0 && digits > 0: scale = 0
            case 0x30...0x39:
                coefficient = coefficient * 10 + Int128(byte - 0x30)
                digits += 1
                if scale >= 0 { scale += 1 }
                guard coefficient <= Self.coefficientMax else { throw failure }
            default: throw failure
            }
        }
        guard digits > 0, scale != 0 else { throw failure }
        let value: ExactDecimal
        if negative { coefficient = -coefficient }
        do { value = try ExactDecimal(coefficient: coefficient, scale: max(scale, 0)) } catch { throw failure }
        // The one form is the one that is written.
        guard value.text == text else { throw failure }
        self = value
    }

    private init(unchecked coefficient: Int128, _ scale: Int) {
        self.coefficient = coefficient
        self.scale = scale
    }

    var text: Text {
        // From the last digit to the first, with zeros up to the one before the point.
        var rest = coefficient.magnitude
        var bytes: [UInt8] = []
        repeat {
            bytes.append(UInt8(truncatingIfNeeded: rest % 10) + 0x30)
            rest /= 10
        } while rest > 0 || bytes.count <= scale
        if scale > 0 { bytes.insert(0x2E, at: scale) }
        if coefficient < 0 { bytes.append(0x2D) }
        bytes.reverse()
        return Text(bytes: bytes)
    }

    static func power(_ exponent: Int) -> Int128 {
        var value: Int128 = 1
        for _ in 0..<exponent { value *= 10 }
        return value
    }

    static func < (left: ExactDecimal, right: ExactDecimal) -> Bool {
        if left.scale == right.scale { return left.coefficient < right.coefficient }
        // Whole parts first: aligning a scale by up to 10^18 could pass 128 bits.
        let (leftUnit, rightUnit) = (power(left.scale), power(right.scale))
        let (leftWhole, rightWhole) = (left.coefficient / leftUnit, right.coefficient / rightUnit)
        if leftWhole != rightWhole { return leftWhole < rightWhole }
        return left.coefficient % leftUnit * power(scaleMax - left.scale)
            < right.coefficient % rightUnit * power(scaleMax - right.scale)
    }

    static prefix func - (value: ExactDecimal) -> ExactDecimal {
        ExactDecimal(unchecked: -value.coefficient, value.scale)
    }

    /// Exact, or `out-of-range`.
    static func + (left: ExactDecimal, right: ExactDecimal) throws(ModelError) -> ExactDecimal {
        let scale = max(left.scale, right.scale)
        return try result(left.aligned(to: scale) + right.aligned(to: scale), scale)
    }

    /// Exact, or `out-of-range`.
    static func - (left: ExactDecimal, right: ExactDecimal) throws(ModelError) -> ExactDecimal { try left + -right }

    /// Exact, or `out-of-range`: round the factors first.
    static func * (left: ExactDecimal, right: ExactDecimal) throws(ModelError) -> ExactDecimal {
        let (a, b) = (left.coefficient.magnitude, right.coefficient.magnitude)
        guard b == 0 || a <= Int128.max.magnitude / b else { throw outOfRange }
        return try result(left.coefficient * right.coefficient, left.scale + right.scale)
    }

    /// The quotient to `places` places, half to even.
    func divided(by divisor: ExactDecimal, places: Int) throws(ModelError) -> ExactDecimal {
        guard divisor.coefficient != 0 else { throw ModelError("division-by-zero", "division by zero") }
        guard (0...Self.scaleMax).contains(places) else { throw Self.outOfRange }
        var denominator = divisor.coefficient.magnitude
        var shift = divisor.scale + places - scale
        while shift < 0 {
            guard denominator <= UInt128.max / 10 else { throw Self.outOfRange }
            denominator *= 10
            shift += 1
        }
        // School division, one decimal digit a step. Where shift > 0 the denominator is below 10^34, so that ten
        // times a remainder fits in 128 bits.
        var (quotient, remainder) = coefficient.magnitude.quotientAndRemainder(dividingBy: denominator)
        for _ in 0..<shift {
            let (digit, rest) = (remainder * 10).quotientAndRemainder(dividingBy: denominator)
            quotient = quotient * 10 + digit
            remainder = rest
            guard quotient <= Self.coefficientMax.magnitude else { throw Self.outOfRange }
        }
        let rest = denominator - remainder
        if remainder > rest || (remainder == rest && quotient & 1 == 1) { quotient += 1 }
        guard quotient <= Self.coefficientMax.magnitude else { throw Self.outOfRange }
        let negative = (coefficient < 0) != (divisor.coefficient < 0)
        return try Self.result(negative ? -Int128(quotient) : Int128(quotient), places)
    }

    /// The number to at most `places` places, half to even.
    func rounded(places: Int) throws(ModelError) -> ExactDecimal {
        places >= scale ? self : try divided(by: .one, places: places)
    }

    func clamped(to range: ClosedRange<ExactDecimal>) -> ExactDecimal {
        self < range.lowerBound ? range.lowerBound : self > range.upperBound ? range.upperBound : self
    }

    private static var outOfRange: ModelError {
        ModelError("out-of-range", "the result has more than 34 digits or 18 places")
    }

    private static func result(_ coefficient: Int128, _ scale: Int) throws(ModelError) -> ExactDecimal {
        do { return try ExactDecimal(coefficient: coefficient, scale: scale) } catch { throw outOfRange }
    }

    private func aligned(to scale: Int) throws(ModelError) -> Int128 {
        let factor = Self.power(scale - self.scale)
        guard coefficient.magnitude <= (Int128.max / 2).magnitude / factor.magnitude else { throw Self.outOfRange }
        return coefficient * factor
    }
}
