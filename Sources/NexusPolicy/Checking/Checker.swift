import NexusBase

/// Gives every node a type and every name a meaning. With `isLenient` it resolves names only and leaves type errors
/// to the evaluation.
struct Checker {
    let environment: PolicyEnvironment
    let isLenient: Bool
    var result: CheckedSyntax
    var unification = Unification()
    var scope: [(name: Text, slot: Int, type: PolicyType)] = []

    init(_ root: Syntax, _ source: SourceText, _ environment: PolicyEnvironment, isLenient: Bool) {
        self.environment = environment
        self.isLenient = isLenient
        result = CheckedSyntax(root: root, source: source)
    }

    mutating func check() throws -> CheckedSyntax {
        _ = try type(of: result.root)
        // One pass at the end: a later part may have settled what an earlier one left open.
        for id in result.types.keys { result.types[id] = result.types[id].map { unification.resolve($0, final: true) } }
        return result
    }

    func error(_ code: PolicyError.Code, _ message: String, _ node: Syntax) -> PolicyError {
        result.source.error(code, message, at: node.anchor)
    }

    /// Throws, or, when lenient, goes on with `dyn`.
    func fail(_ code: PolicyError.Code, _ message: String, _ node: Syntax) throws -> PolicyType {
        if isLenient { return .dyn }
        throw error(code, message, node)
    }

    mutating func type(of node: Syntax) throws -> PolicyType {
        let type = try computeType(of: node)
        result.types[node.id] = type
        return type
    }

    private mutating func computeType(of node: Syntax) throws -> PolicyType {
        switch node.kind {
        case .literal(let value): return Self.literalType(value)
        case .identifier: return try identifier(node)
        case .select(let operand, let field, let isOptional):
            return try selection(node, operand, field, isOptional: isOptional)
        case .has(let operand, let field):
            _ = try fieldType(type(of: operand), field, node)
            return .bool
        case .index(let operand, let key, let isOptional): return try index(node, operand, key, isOptional: isOptional)
        case .call(let name, let isAbsolute, let target, let arguments):
            return try call(node, name, isAbsolute, target, arguments)
        case .operation(let name, let operands): return try operation(node, name, operands)
        case .and(let operands), .or(let operands):
            for operand in operands { try require(.bool, operand) }
            return .bool
        case .conditional(let condition, let yes, let no):
            try require(.bool, condition)
            let (left, right) = (try type(of: yes), try type(of: no))
            if let joined = unification.join(left, right) { return joined }
            return try fail(.noOverload, "the branches have types \(shown(left)) and \(shown(right))", node)
        case .list(let elements): return try list(elements)
        case .map(let entries): return try map(entries)
        case .message(let name, let isAbsolute, let fields): return try message(node, name, isAbsolute, fields)
        case .comprehension(let comprehension): return try comprehensionType(node, comprehension)
        case .bind(let name, let value, let body):
            let valueType = try type(of: value)
            return try declaring([(name, valueType)], node) { try $0.type(of: body) }
        case .block(let values, let body): return try block(node, values, body)
        case .optionalMap(let operand, let name, let body, let isFlat):
            return try optionalMap(node, operand, name, body, isFlat: isFlat)
        }
    }

    private static func literalType(_ value: PolicyValue) -> PolicyType {
        switch value {
        case .null: .null
        case .bool: .bool
        case .int: .int
        case .uint: .uint
        case .double: .double
        case .string: .string
        case .bytes: .bytes
        default: .dyn
        }
    }

    func shown(_ type: PolicyType) -> String { unification.resolve(type, final: true).description }

    mutating func require(_ needed: PolicyType, _ node: Syntax) throws {
        let actual = try type(of: node)
        if !unification.assign(actual, to: needed) {
            _ = try fail(.wrongType, "\(needed) is needed here, not \(shown(actual))", node)
        }
    }

    /// Runs `body` with further local variables; each gets a slot of its own.
    mutating func declaring<Value>(
        _ variables: [(name: Text, type: PolicyType)], _ node: Syntax, _ body: (inout Checker) throws -> Value
    ) throws -> Value {
        let count = scope.count
        defer { scope.removeLast(scope.count - count) }
        for variable in variables {
            scope.append((variable.name, result.localCount, variable.type))
            result.locals[node.id, default: []].append(result.localCount)
            result.localCount += 1
        }
        return try body(&self)
    }

    private mutating func block(_ node: Syntax, _ values: [Syntax], _ body: Syntax) throws -> PolicyType {
        let count = scope.count
        defer { scope.removeLast(scope.count - count) }
        result.locals[node.id] = []
        for (index, value) in values.enumerated() {
            let valueType = try type(of: value)
            scope.append((Text("@index\(index)"), result.localCount, valueType))
            result.locals[node.id, default: []].append(result.localCount)
            result.localCount += 1
        }
        return try type(of: body)
    }

    private mutating func list(_ elements: [Syntax.Element]) throws -> PolicyType {
        var joined: PolicyType?
        for element in elements {
            let type = try unwrapped(type(of: element.value), element.isOptional, element.value)
            joined = joined.map { unification.join($0, type) ?? .dyn } ?? type
        }
        return .list(joined ?? unification.freshVariable())
    }

    private mutating func map(_ entries: [Syntax.Entry]) throws -> PolicyType {
        var keys: PolicyType?
        var values: PolicyType?
        for entry in entries {
            let key = try type(of: entry.key)
            switch unification.resolve(key) {
            case .bool, .int, .uint, .string, .dyn, .parameter: break
            default: _ = try fail(.wrongType, "a map key is a bool, int, uint or string, not \(shown(key))", entry.key)
            }
            let value = try unwrapped(type(of: entry.value), entry.isOptional, entry.value)
            keys = keys.map { unification.join($0, key) ?? .dyn } ?? key
            values = values.map { unification.join($0, value) ?? .dyn } ?? value
        }
        return .map(keys ?? unification.freshVariable(), values ?? unification.freshVariable())
    }

    /// The type inside an optional, for `?element` and `?key: value`.
    mutating func unwrapped(_ type: PolicyType, _ isOptional: Bool, _ node: Syntax) throws -> PolicyType {
        guard isOptional else { return type }
        switch unification.resolve(type) {
        case .optional(let inner): return inner
        case .dyn: return .dyn
        default: return try fail(.wrongType, "an optional value is needed here, not \(shown(type))", node)
        }
    }

    private mutating func optionalMap(
        _ node: Syntax, _ operand: Syntax, _ name: Text, _ body: Syntax, isFlat: Bool
    ) throws -> PolicyType {
        let operandType = try type(of: operand)
        let inner: PolicyType
        switch unification.resolve(operandType) {
        case .optional(let wrapped): inner = wrapped
        case .dyn, .parameter: inner = .dyn
        default:
            inner = try fail(.wrongType, "an optional value is needed here, not \(shown(operandType))", operand)
        }
        let bodyType = try declaring([(name, inner)], node) { try $0.type(of: body) }
        guard isFlat else { return .optional(bodyType) }
        if !unification.assign(bodyType, to: .optional(unification.freshVariable())) {
            return try fail(.wrongType, "optFlatMap() needs an optional result, not \(shown(bodyType))", body)
        }
        return bodyType
    }
}
