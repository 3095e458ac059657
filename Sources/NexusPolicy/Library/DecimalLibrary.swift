import NexusBase

/// Exact decimals and quantities: not part of the standard, named so that they collide with nothing in it.
enum DecimalLibrary {
    static let functions: [PolicyFunction] = [
        .unary("decimal", ["decimal", "string", "int", "uint"].map { "(\($0)) decimal" }) { value in
            switch value {
            case .decimal: return value
            case .string(let text):
                do { return .decimal(try ExactDecimal(parsing: text, lenient: true)) } catch let error as BaseError {
                    throw PolicyError(.conversion, error.message)
                }
            case .int(let number): return .decimal(ExactDecimal(Int(number)))
            case .uint(let number): return ExactDecimal(unsigned: number).map { .decimal($0) }
            default: return nil
            }
        },
        .contextual("div", signatures("(decimal, decimal, int") + signatures("(decimal, int, int"), divide),
        .contextual("round", ["decimal.(int) decimal", "decimal.(int, string) decimal"]) { arguments, _ in
            guard case .decimal(let number) = arguments[0], case .int(let scale) = arguments[1] else { return nil }
            guard let rounding = try rounding(arguments.dropFirst(2)) else { return nil }
            guard (0...Int64(Limits.decimalScaleMax)).contains(scale) else { throw badScale }
            return .decimal(try number.rounded(to: Int(scale), rounding))
        },
        .binary("quantity", ["(string, string) quantity", "(decimal, string) quantity", "(int, string) quantity"]) {
            amount, unit in
            guard case .string(let unit) = unit else { return nil }
            switch amount {
            case .string(let text):
                do {
                    return .quantity(try PolicyQuantity(ExactDecimal(parsing: text, lenient: true), unit: unit))
                } catch let error as BaseError {
                    throw PolicyError(.conversion, error.message)
                }
            case .decimal(let number): return .quantity(try PolicyQuantity(number, unit: unit))
            case .int(let number): return .quantity(try PolicyQuantity(ExactDecimal(Int(number)), unit: unit))
            default: return nil
            }
        },
        .unary("amount", ["quantity.() decimal"]) { value in
            guard case .quantity(let quantity) = value else { return nil }
            return .decimal(quantity.amount)
        },
        .unary("unit", ["quantity.() string"]) { value in
            guard case .quantity(let quantity) = value else { return nil }
            return .string(quantity.unit)
        },
        // The factor is written out where it is used: a hidden table of units would be a hidden rounding.
        .contextual("convert", ["quantity.(string, decimal) quantity", "quantity.(string, int) quantity"]) {
            arguments, _ in
            guard case .quantity(let quantity) = arguments[0], case .string(let unit) = arguments[1] else { return nil }
            let factor: ExactDecimal
            switch arguments[2] {
            case .decimal(let number): factor = number
            case .int(let number): factor = ExactDecimal(Int(number))
            default: return nil
            }
            return .quantity(try PolicyQuantity(quantity.amount.multiplied(by: factor), unit: unit))
        },
    ]

    private static let badScale = PolicyError(.badArgument, "a scale lies between 0 and \(Limits.decimalScaleMax)")

    private static func signatures(_ start: String) -> [String] {
        let member = start.replacingPrefix("(decimal, ", with: "decimal.(")
        return [start, start + ", string", member, member + ", string"].map { $0 + ") decimal" }
    }

    private static func rounding(_ arguments: ArraySlice<PolicyValue>) throws -> ExactDecimal.Rounding? {
        guard let argument = arguments.first else { return .halfEven }
        guard case .string(let name) = argument else { return nil }
        guard let rounding = ExactDecimal.Rounding(rawValue: name.string) else {
            throw PolicyError(
                .badArgument, "a rounding is half-even, down, up, floor or ceiling, not \"\(name.string.prefix(20))\"")
        }
        return rounding
    }

    @Sendable private static func divide(
        _ arguments: [PolicyValue], _ context: inout EvaluationContext
    ) throws -> PolicyValue? {
        guard case .decimal(let dividend) = arguments[0], case .int(let scale) = arguments[2],
            let rounding = try rounding(arguments.dropFirst(3))
        else { return nil }
        let divisor: ExactDecimal
        switch arguments[1] {
        case .decimal(let number): divisor = number
        case .int(let number): divisor = ExactDecimal(Int(number))
        default: return nil
        }
        guard divisor.coefficient != 0 else { throw PolicyError(.divisionByZero, "divide by zero") }
        guard (0...Int64(Limits.decimalScaleMax)).contains(scale) else { throw badScale }
        return .decimal(try dividend.divided(by: divisor, scale: Int(scale), rounding: rounding))
    }
}

extension String {
    fileprivate func replacingPrefix(_ prefix: String, with other: String) -> String {
        other + dropFirst(prefix.count)
    }
}
