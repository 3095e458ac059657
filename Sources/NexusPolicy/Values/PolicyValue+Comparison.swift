import NexusBase

extension PolicyValue: Equatable {
    /// Equality of the language: numbers by value across types; NaN equals nothing; other types differ.
    public static func == (left: PolicyValue, right: PolicyValue) -> Bool {
        switch (left, right) {
        case (.int(let a), .int(let b)): return a == b
        case (.bool(let a), .bool(let b)): return a == b
        case (.string(let a), .string(let b)): return a.isSame(as: b)
        case (.null, .null): return true
        case (.bytes(let a), .bytes(let b)): return a == b
        case (.list(let a), .list(let b)): return a == b
        case (.map(let a), .map(let b)):
            return a.count == b.count
                && a.entries.allSatisfy { entry in b[entry.key].map { $0 == entry.value } ?? false }
        case (.timestamp(let a), .timestamp(let b)): return a == b
        case (.duration(let a), .duration(let b)): return a == b
        case (.type(let a), .type(let b)): return a == b
        case (.quantity(let a), .quantity(let b)): return a == b
        case (.optional(let a), .optional(let b)): return a == b
        case (.address(let a), .address(let b)): return a == b
        case (.block(let a), .block(let b)): return a == b
        case (.message(let a), .message(let b)): return a.name == b.name && PolicyValue.map(a.fields) == .map(b.fields)
        case (.decimal(let a), .double(let b)), (.double(let b), .decimal(let a)): return ExactDecimal(exactly: b) == a
        default: return left.numericOrder(right) == .equal
        }
    }

    /// How two values stand to each other; `unordered` is NaN.
    enum Order: Sendable { case less, equal, greater, unordered }

    /// Nil unless both are numbers of types that compare. Exact across int, uint and decimal; an integer beside a
    /// double is taken as a double; a decimal and a double have no order, because rounding would decide it.
    func numericOrder(_ other: PolicyValue) -> Order? {
        switch (self, other) {
        case (.int(let a), .int(let b)): Order(a, b)
        case (.uint(let a), .uint(let b)): Order(a, b)
        case (.double(let a), .double(let b)): Order(a, b)
        case (.decimal(let a), .decimal(let b)): Order(a, b)
        case (.int(let a), .uint(let b)): a < 0 ? .less : Order(UInt64(a), b)
        case (.uint(let a), .int(let b)): b < 0 ? .greater : Order(a, UInt64(b))
        case (.int(let a), .double(let b)): Order(integer: a, b)
        case (.uint(let a), .double(let b)): Order(integer: a, b)
        case (.double, .int), (.double, .uint): other.numericOrder(self)?.reversed
        case (.decimal(let a), .int(let b)): Order(a, ExactDecimal(Int(b)))
        case (.int(let a), .decimal(let b)): Order(ExactDecimal(Int(a)), b)
        case (.decimal(let a), .uint(let b)): ExactDecimal(unsigned: b).map { Order(a, $0) }
        case (.uint(let a), .decimal(let b)): ExactDecimal(unsigned: a).map { Order($0, b) }
        default: nil
        }
    }

    /// Nil where the types have no order between them.
    func order(_ other: PolicyValue) throws -> Order? {
        switch (self, other) {
        case (.string(let a), .string(let b)): return Order(bytes: a.utf8, b.utf8)
        case (.bytes(let a), .bytes(let b)): return Order(bytes: a, b)
        case (.bool(let a), .bool(let b)): return Order(a ? 1 : 0, b ? 1 : 0)
        case (.timestamp(let a), .timestamp(let b)): return Order(a, b)
        case (.duration(let a), .duration(let b)): return Order(a, b)
        case (.quantity(let a), .quantity(let b)):
            try a.requireSameUnit(b, "compared")
            return Order(a.amount, b.amount)
        default: return numericOrder(other)
        }
    }
}

extension PolicyValue.Order {
    init<Value: Comparable>(_ left: Value, _ right: Value) {
        self = left < right ? .less : left == right ? .equal : left > right ? .greater : .unordered
    }

    init(bytes left: some Collection<UInt8>, _ right: some Collection<UInt8>) {
        self = left.lexicographicallyPrecedes(right) ? .less : left.elementsEqual(right) ? .equal : .greater
    }

    /// As doubles, once both are in the integer's range: the conformance suite asks for the lossy conversion
    /// (`9223372036854775807 >= 9223372036854775808.0`).
    init<Value: FixedWidthInteger>(integer: Value, _ double: Double) {
        if double > Double(Value.max) {
            self = .less
        } else if double < Double(Value.min) {
            self = .greater
        } else {
            self = Self(Double(integer), double)
        }
    }

    var reversed: Self {
        switch self {
        case .less: .greater
        case .greater: .less
        case .equal, .unordered: self
        }
    }
}

extension ExactDecimal {
    /// Every uint64 has at most 20 digits.
    init?(unsigned value: UInt64) {
        guard let decimal = try? ExactDecimal(coefficient: Int128(value), scale: 0) else { return nil }
        self = decimal
    }

    /// The double's own value, where 34 digits and 18 places hold it.
    init?(exactly value: Double) {
        guard value.isFinite else { return nil }
        if let whole = Int128(exactly: value) {
            guard let decimal = try? ExactDecimal(coefficient: whole, scale: 0) else { return nil }
            self = decimal
            return
        }
        var scaled = value
        var scale = 0
        // Multiplying by 2 is exact, so 2^k · value is whole for k at most the places of the decimal.
        while scaled != scaled.rounded(.towardZero), scale < 18 {
            scaled *= 2
            scale += 1
        }
        guard let whole = Int128(exactly: scaled) else { return nil }
        var coefficient = whole
        for _ in 0..<scale {
            let (product, overflow) = coefficient.multipliedReportingOverflow(by: 5)
            guard !overflow else { return nil }
            coefficient = product
        }
        guard let decimal = try? ExactDecimal(coefficient: coefficient, scale: scale) else { return nil }
        self = decimal
    }
}
