import NexusBase

/// Extension library "math".
enum MathLibrary {
    private static let numbers = ["int", "uint", "double", "decimal"]

    static let functions: [PolicyFunction] = [
        extreme("math.greatest", .greater),
        extreme("math.least", .less),
        rounding("math.ceil", .up, .ceiling),
        rounding("math.floor", .down, .floor),
        rounding("math.trunc", .towardZero, .down),
        .unary("math.round", ["(double) double"]) { value in
            guard case .double(let number) = value else { return nil }
            return .double(number.rounded(.toNearestOrAwayFromZero))
        },
        .unary("math.abs", (numbers + ["quantity"]).map { "(\($0)) \($0)" }) { value in
            switch value {
            case .int(let number):
                guard number != .min else { throw PolicyError(.overflow, "integer overflow: math.abs(\(number))") }
                return .int(abs(number))
            case .uint: return value
            case .double(let number): return .double(number.magnitude)
            case .decimal(let number): return .decimal(number.magnitude)
            case .quantity(let quantity):
                return .quantity(try PolicyQuantity(quantity.amount.magnitude, unit: quantity.unit))
            default: return nil
            }
        },
        .unary("math.sign", numbers.map { "(\($0)) \($0)" }) { value in
            switch value {
            case .int(let number): .int(number.signum())
            case .uint(let number): .uint(number == 0 ? 0 : 1)
            case .double(let number): .double(number.isNaN || number == 0 ? number : number < 0 ? -1 : 1)
            case .decimal(let number): .decimal(ExactDecimal(Int(number.coefficient.signum())))
            default: nil
            }
        },
        .unary("math.sqrt", ["(double) double", "(int) double", "(uint) double"]) { value in
            switch value {
            case .double(let number): .double(number.squareRoot())
            case .int(let number): .double(Double(number).squareRoot())
            case .uint(let number): .double(Double(number).squareRoot())
            default: nil
            }
        },
        test("math.isNaN") { $0.isNaN },
        test("math.isInf") { $0.isInfinite },
        test("math.isFinite") { $0.isFinite },
        bits("math.bitAnd") { $0 & $1 },
        bits("math.bitOr") { $0 | $1 },
        bits("math.bitXor") { $0 ^ $1 },
        .unary("math.bitNot", ["(int) int", "(uint) uint"]) { value in
            switch value {
            case .int(let number): .int(~number)
            case .uint(let number): .uint(~number)
            default: nil
            }
        },
        shift("math.bitShiftLeft") { $1 >= 64 ? 0 : $0 << $1 },
        shift("math.bitShiftRight") { $1 >= 64 ? 0 : $0 >> $1 },
    ]

    /// `math.greatest` and `math.least` of 1 to 16 numbers or of a list. The first of equals stays.
    private static func extreme(_ name: Text, _ wanted: PolicyValue.Order) -> PolicyFunction {
        var overloads = (numbers + ["quantity"]).flatMap {
            [Signature.overload("(\($0)) \($0)"), Signature.overload("(list(\($0))) \($0)")]
        }
        overloads.append(Signature.overload("(list(dyn)) dyn").asFallback)
        for count in 2...PolicyLimits.parametersMax {
            for type in numbers + ["quantity"] {
                let list = Array(repeating: type, count: count).joined(separator: ", ")
                overloads.append(Signature.overload("(\(list)) \(type)"))
            }
            let dynamic = Array(repeating: "dyn", count: count).joined(separator: ", ")
            overloads.append(Signature.overload("(\(dynamic)) dyn").asFallback)
        }
        return PolicyFunction(
            name,
            .contextual { arguments, context in
                var values = arguments
                if arguments.count == 1, case .list(let list) = arguments[0] {
                    values = list
                    guard !list.isEmpty else {
                        throw PolicyError(.badArgument, "\(name)(list) argument must not be empty")
                    }
                }
                try context.charge(UInt64(values.count))
                var best = values[0]
                guard best.isMeasurable else { return nil }
                for value in values.dropFirst() {
                    guard let order = try value.order(best), value.isMeasurable else { return nil }
                    if order == wanted { best = value }
                }
                return best
            }, overloads)
    }

    private static func rounding(
        _ name: Text, _ rule: FloatingPointRoundingRule, _ decimalRule: ExactDecimal.Rounding
    ) -> PolicyFunction {
        .unary(name, ["(double) double", "(decimal) decimal"]) { value in
            switch value {
            case .double(let number): .double(number.rounded(rule))
            case .decimal(let number): .decimal(try number.rounded(to: 0, decimalRule))
            default: nil
            }
        }
    }

    private static func test(_ name: Text, _ body: @escaping @Sendable (Double) -> Bool) -> PolicyFunction {
        .unary(name, ["(double) bool"]) { value in
            guard case .double(let number) = value else { return nil }
            return .bool(body(number))
        }
    }

    private static func bits(_ name: Text, _ body: @escaping @Sendable (UInt64, UInt64) -> UInt64) -> PolicyFunction {
        .binary(name, ["(int, int) int", "(uint, uint) uint"]) { left, right in
            switch (left, right) {
            case (.int(let a), .int(let b)): .int(Int64(bitPattern: body(UInt64(bitPattern: a), UInt64(bitPattern: b))))
            case (.uint(let a), .uint(let b)): .uint(body(a, b))
            default: nil
            }
        }
    }

    private static func shift(_ name: Text, _ body: @escaping @Sendable (UInt64, Int64) -> UInt64) -> PolicyFunction {
        .binary(name, ["(int, int) int", "(uint, int) uint"]) { value, offset in
            guard case .int(let offset) = offset else { return nil }
            switch value {
            case .int, .uint: break
            default: return nil
            }
            guard offset >= 0 else { throw PolicyError(.badArgument, "\(name)() negative offset: \(offset)") }
            switch value {
            case .int(let number): return .int(Int64(bitPattern: body(UInt64(bitPattern: number), offset)))
            case .uint(let number): return .uint(body(number, offset))
            default: return nil
            }
        }
    }
}
