import NexusBase

extension Machine {
    @inline(__always)
    mutating func compare(_ comparison: Program.Comparison, _ left: PolicyValue, _ right: PolicyValue) throws -> Bool {
        if case .int(let a) = left, case .int(let b) = right {
            switch comparison {
            case .less: return a < b
            case .lessOrEqual: return a <= b
            case .greater: return a > b
            case .greaterOrEqual: return a >= b
            case .equal: return a == b
            case .notEqual: return a != b
            }
        }
        switch comparison {
        case .equal: return try context.equal(left, right)
        case .notEqual: return try !context.equal(left, right)
        default: return try ordered(comparison, left, right)
        }
    }

    private mutating func ordered(
        _ comparison: Program.Comparison, _ left: PolicyValue, _ right: PolicyValue
    ) throws -> Bool {
        guard let order = try context.order(left, right) else { throw noOverload("a comparison", [left, right]) }
        return switch comparison {
        case .less: order == .less
        case .lessOrEqual: order == .less || order == .equal
        case .greater: order == .greater
        default: order == .greater || order == .equal
        }
    }

    @inline(__always)
    mutating func arithmetic(
        _ operation: Program.Arithmetic, _ left: PolicyValue, _ right: PolicyValue
    ) throws -> PolicyValue {
        if case .int(let a) = left, case .int(let b) = right { return .int(try Arithmetic.integers(operation, a, b)) }
        if case .double(let a) = left, case .double(let b) = right {
            switch operation {
            case .add: return .double(a + b)
            case .subtract: return .double(a - b)
            case .multiply: return .double(a * b)
            case .divide: return .double(a / b)
            case .modulo: throw noOverload("%", [left, right])
            }
        }
        if let value = try Arithmetic.others(operation, left, right) { return value }
        if operation == .add, let value = try concatenate(left, right) { return value }
        throw noOverload(Arithmetic.sign(operation), [left, right])
    }

    private mutating func concatenate(_ left: PolicyValue, _ right: PolicyValue) throws -> PolicyValue? {
        switch (left, right) {
        case (.string(let a), .string(let b)):
            let count = a.utf8.count + b.utf8.count
            try context.charge(size: count)
            try context.requireBytes(count)
            return .string(Text(a.string + b.string))
        case (.bytes(let a), .bytes(let b)):
            try context.charge(size: a.count + b.count)
            try context.requireBytes(a.count + b.count)
            return .bytes(a + b)
        case (.list(let a), .list(let b)):
            try context.charge(size: a.count + b.count)
            try context.requireElements(a.count + b.count)
            return .list(a + b)
        default: return nil
        }
    }

    func negate(_ value: PolicyValue) throws -> PolicyValue {
        switch value {
        case .int(let number):
            guard number != .min else { throw PolicyError(.overflow, "return error for overflow: -(\(number))") }
            return .int(-number)
        case .double(let number): return .double(-number)
        case .decimal(let number): return .decimal(-number)
        case .duration(let duration): return .duration(try PolicyDuration(total: -duration.totalNanoseconds))
        case .quantity(let quantity): return .quantity(try PolicyQuantity(-quantity.amount, unit: quantity.unit))
        default: throw noOverload("-", [value])
        }
    }

    mutating func contains(_ element: PolicyValue, _ collection: PolicyValue) throws -> Bool {
        switch collection {
        case .list(let list):
            for candidate in list {
                try context.charge(1)
                if try context.equal(element, candidate) { return true }
            }
            return false
        case .map(let map):
            try context.charge(weightOf: element)
            return map[element] != nil
        default: throw noOverload("in", [element, collection])
        }
    }
}

/// Arithmetic beyond doubles. Integers overflow with an error, never silently.
enum Arithmetic {
    static func sign(_ operation: Program.Arithmetic) -> String { ["+", "-", "*", "/", "%"][Int(operation.rawValue)] }

    @inline(__always)
    static func integers<Value: FixedWidthInteger>(
        _ operation: Program.Arithmetic, _ a: Value, _ b: Value
    ) throws -> Value {
        let (value, overflow): (Value, Bool)
        switch operation {
        case .add: (value, overflow) = a.addingReportingOverflow(b)
        case .subtract: (value, overflow) = a.subtractingReportingOverflow(b)
        case .multiply: (value, overflow) = a.multipliedReportingOverflow(by: b)
        case .divide: (value, overflow) = a.dividedReportingOverflow(by: b)
        case .modulo: (value, overflow) = a.remainderReportingOverflow(dividingBy: b)
        }
        if overflow { throw failure(operation, a, b) }
        return value
    }

    @inline(never)
    private static func failure<Value: FixedWidthInteger>(
        _ operation: Program.Arithmetic, _ a: Value, _ b: Value
    ) -> PolicyError {
        if b == 0, operation == .divide { return PolicyError(.divisionByZero, "divide by zero") }
        if b == 0, operation == .modulo { return PolicyError(.divisionByZero, "modulus by zero") }
        return PolicyError(.overflow, "integer overflow: \(a) \(sign(operation)) \(b)")
    }

    static func others(
        _ operation: Program.Arithmetic, _ left: PolicyValue, _ right: PolicyValue
    ) throws -> PolicyValue? {
        switch (left, right) {
        case (.uint(let a), .uint(let b)): return .uint(try integers(operation, a, b))
        case (.decimal(let a), .decimal(let b)): return try decimals(operation, a, b)
        case (.decimal(let a), .int(let b)): return try decimals(operation, a, ExactDecimal(Int(b)))
        case (.int(let a), .decimal(let b)): return try decimals(operation, ExactDecimal(Int(a)), b)
        case (.quantity, _), (_, .quantity): return try quantities(operation, left, right)
        default: return try times(operation, left, right)
        }
    }

    private static func decimals(
        _ operation: Program.Arithmetic, _ a: ExactDecimal, _ b: ExactDecimal
    ) throws -> PolicyValue? {
        switch operation {
        case .add: .decimal(try a.adding(b))
        case .subtract: .decimal(try a.subtracting(b))
        case .multiply: .decimal(try a.multiplied(by: b))
        case .divide, .modulo: nil
        }
    }

    private static func quantities(
        _ operation: Program.Arithmetic, _ left: PolicyValue, _ right: PolicyValue
    ) throws -> PolicyValue? {
        switch (operation, left, right) {
        case (.add, .quantity(let a), .quantity(let b)): return .quantity(try a.adding(b))
        case (.subtract, .quantity(let a), .quantity(let b)): return .quantity(try a.subtracting(b))
        case (.multiply, .quantity(let a), .decimal(let b)), (.multiply, .decimal(let b), .quantity(let a)):
            return .quantity(try PolicyQuantity(a.amount.multiplied(by: b), unit: a.unit))
        case (.multiply, .quantity(let a), .int(let b)), (.multiply, .int(let b), .quantity(let a)):
            return .quantity(try PolicyQuantity(a.amount.multiplied(by: ExactDecimal(Int(b))), unit: a.unit))
        default: return nil
        }
    }

    private static func times(
        _ operation: Program.Arithmetic, _ left: PolicyValue, _ right: PolicyValue
    ) throws -> PolicyValue? {
        switch (operation, left, right) {
        case (.add, .timestamp(let a), .duration(let b)), (.add, .duration(let b), .timestamp(let a)):
            return .timestamp(try a.adding(b))
        case (.add, .duration(let a), .duration(let b)):
            return .duration(try PolicyDuration(total: a.totalNanoseconds + b.totalNanoseconds))
        case (.subtract, .timestamp(let a), .duration(let b)):
            return .timestamp(try a.adding(PolicyDuration(total: -b.totalNanoseconds)))
        case (.subtract, .timestamp(let a), .timestamp(let b)): return .duration(try a.subtracting(b))
        case (.subtract, .duration(let a), .duration(let b)):
            return .duration(try PolicyDuration(total: a.totalNanoseconds - b.totalNanoseconds))
        default: return nil
        }
    }
}

extension EvaluationContext {
    /// As `PolicyValue.order`, charging for the texts it walks.
    mutating func order(_ left: PolicyValue, _ right: PolicyValue) throws -> PolicyValue.Order? {
        switch (left, right) {
        case (.string(let a), .string(let b)): try charge(size: min(a.utf8.count, b.utf8.count))
        case (.bytes(let a), .bytes(let b)): try charge(size: min(a.count, b.count))
        default: break
        }
        return try left.order(right)
    }

    /// Equality that charges for what it walks: a small expression can build values that share parts and would
    /// take exponential time to compare.
    mutating func equal(_ left: PolicyValue, _ right: PolicyValue) throws -> Bool {
        switch (left, right) {
        case (.list(let a), .list(let b)):
            guard a.count == b.count else { return false }
            for (x, y) in zip(a, b) {
                try charge(1)
                if try !equal(x, y) { return false }
            }
            return true
        case (.map(let a), .map(let b)):
            guard a.count == b.count else { return false }
            for (key, x) in a.entries {
                try charge(1)
                guard let y = b[key] else { return false }
                if try !equal(x, y) { return false }
            }
            return true
        case (.optional(let a?), .optional(let b?)): return try equal(a, b)
        case (.message(let a), .message(let b)): return try a.name == b.name && equal(.map(a.fields), .map(b.fields))
        case (.string(let a), .string(let b)):
            try charge(size: min(a.utf8.count, b.utf8.count))
            return a.isSame(as: b)
        case (.bytes(let a), .bytes(let b)):
            try charge(size: min(a.count, b.count))
            return a == b
        default: return left == right
        }
    }
}
