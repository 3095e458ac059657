import NexusBase

/// Turns a checked syntax tree into a program.
struct Compiler {
    private let checked: CheckedSyntax
    private let environment: PolicyEnvironment
    private let limits: PolicyLimits
    private var content = Program.Content()
    /// For a local of bind or block, the operation that computes it.
    private var initials: [Int: Program.Index] = [:]
    private var nativeIndex: [Text: Program.Index] = [:]

    static func compile(_ checked: CheckedSyntax, _ environment: PolicyEnvironment, _ limits: PolicyLimits) throws
        -> Program
    {
        var compiler = Compiler(checked: checked, environment: environment, limits: limits)
        compiler.content.localCount = checked.localCount
        compiler.content.root = try compiler.compile(checked.root)
        return Program(compiler.content, checked.source, environment)
    }

    private init(checked: CheckedSyntax, environment: PolicyEnvironment, limits: PolicyLimits) {
        self.checked = checked
        self.environment = environment
        self.limits = limits
    }

    private mutating func emit(_ operation: Program.Operation, _ node: Syntax) -> Program.Index {
        content.operations.append(operation)
        content.ranges.append(node.range)
        content.anchors.append(node.anchor)
        return Program.Index(content.operations.count - 1)
    }

    private mutating func constant(_ value: PolicyValue) -> Program.Index {
        content.constants.append(value)
        return Program.Index(content.constants.count - 1)
    }

    private mutating func name(_ name: Text) -> Program.Index {
        content.names.append(name)
        return Program.Index(content.names.count - 1)
    }

    private mutating func operands(_ nodes: [Syntax]) throws -> Program.Index {
        let indices = try nodes.map { try compile($0) }
        content.operands += indices
        return Program.Index(content.operands.count - indices.count)
    }

    private mutating func flags(_ flags: [Bool]) -> Program.Index {
        guard flags.contains(true) else { return -1 }
        content.optionals.append(flags)
        return Program.Index(content.optionals.count - 1)
    }

    private mutating func compile(_ node: Syntax) throws -> Program.Index {
        switch node.kind {
        case .literal(let value):
            return emit(.constant(constant(checked.decimalLiterals[node.id].map { .decimal($0) } ?? value)), node)
        case .identifier: return reference(node)
        case .select(let operand, let field, let isOptional):
            if checked.references[node.id] != nil { return reference(node) }
            let inner = try compile(operand)
            let name = name(field)
            return emit(isOptional ? .optionalSelect(inner, name: name) : .select(inner, name: name), node)
        case .has(let operand, let field):
            let inner = try compile(operand)
            return emit(.has(inner, name: name(field)), node)
        case .index(let operand, let key, let isOptional):
            let (inner, key) = (try compile(operand), try compile(key))
            return emit(isOptional ? .optionalIndex(inner, key) : .index(inner, key), node)
        case .call(let name, _, let target, let arguments): return try call(node, name, target, arguments)
        case .operation(let name, let operands): return try operation(node, name, operands)
        case .and(let parts):
            let first = try operands(parts)
            return emit(.and(first: first, count: Program.Index(parts.count)), node)
        case .or(let parts):
            let first = try operands(parts)
            return emit(.or(first: first, count: Program.Index(parts.count)), node)
        case .conditional(let condition, let yes, let no):
            let (condition, yes, no) = (try compile(condition), try compile(yes), try compile(no))
            return emit(.conditional(condition, yes, no), node)
        case .list(let elements):
            if let folded = try foldedList(elements) { return emit(.constant(constant(.list(folded))), node) }
            let first = try operands(elements.map(\.value))
            let optionals = flags(elements.map(\.isOptional))
            return emit(.list(first: first, count: Program.Index(elements.count), optionals: optionals), node)
        case .map(let entries):
            let first = try operands(entries.flatMap { [$0.key, $0.value] })
            let optionals = flags(entries.map(\.isOptional))
            return emit(.map(first: first, count: Program.Index(entries.count), optionals: optionals), node)
        case .message(_, _, let fields): return try message(node, fields)
        default: return try compileScoped(node)
        }
    }

    /// What declares local variables.
    private mutating func compileScoped(_ node: Syntax) throws -> Program.Index {
        let slots = checked.locals[node.id] ?? []
        switch node.kind {
        case .comprehension(let it):
            let range = try compile(it.range)
            let filter = try it.filter.map { try compile($0) }
            let body = try compile(it.body)
            content.comprehensions.append(
                Program.Comprehension(kind: it.kind, range: range, slots: slots, filter: filter, body: body))
            return emit(.comprehension(Program.Index(content.comprehensions.count - 1), it.kind), node)
        case .bind(_, let value, let body): return try scope(node, slots, [value], body)
        case .block(let values, let body): return try scope(node, slots, values, body)
        case .optionalMap(let operand, _, let body, let isFlat):
            let (operand, body) = (try compile(operand), try compile(body))
            return emit(.optionalMap(operand, slot: Program.Index(slots.first ?? 0), body: body, isFlat: isFlat), node)
        default: return try compile(node)
        }
    }

    private mutating func scope(
        _ node: Syntax, _ slots: [Int], _ values: [Syntax], _ body: Syntax
    ) throws -> Program.Index {
        for (slot, value) in zip(slots, values) { initials[slot] = try compile(value) }
        let body = try compile(body)
        return emit(
            .scope(firstSlot: Program.Index(slots.first ?? 0), count: Program.Index(slots.count), body: body), node)
    }

    /// A list of literals is made once, not at each evaluation.
    private func foldedList(_ elements: [Syntax.Element]) throws -> [PolicyValue]? {
        var values: [PolicyValue] = []
        for element in elements {
            guard !element.isOptional, case .literal(let value) = element.value.kind else { return nil }
            values.append(checked.decimalLiterals[element.value.id].map { .decimal($0) } ?? value)
        }
        return values
    }

    private mutating func failure(_ error: PolicyError, _ node: Syntax) -> Program.Index {
        content.failures.append(error)
        return emit(.failure(Program.Index(content.failures.count - 1)), node)
    }

    private mutating func reference(_ node: Syntax) -> Program.Index {
        switch checked.references[node.id] {
        case .variable(let slot): return emit(.variable(Program.Index(slot)), node)
        case .local(let slot):
            if let initial = initials[slot] { return emit(.lazyLocal(Program.Index(slot), initial: initial), node) }
            return emit(.local(Program.Index(slot)), node)
        case .constant(let value): return emit(.constant(constant(value)), node)
        case .unresolved(let error): return failure(error, node)
        case .function, nil: return failure(checked.source.error(.undeclared, "not a value", at: node.anchor), node)
        }
    }

    private mutating func message(_ node: Syntax, _ fields: [Syntax.Field]) throws -> Program.Index {
        guard case .constant(.type(let name))? = checked.references[node.id] else { return reference(node) }
        let first = try operands(fields.map(\.value))
        content.messages.append(Program.Message(name: name, fields: fields.map { ($0.name, $0.isOptional) }))
        return emit(
            .message(Program.Index(content.messages.count - 1), first: first, count: Program.Index(fields.count)), node)
    }

    private mutating func operation(_ node: Syntax, _ name: Text, _ operands: [Syntax]) throws -> Program.Index {
        let indices = try operands.map { try compile($0) }
        guard indices.count == 2 else { return emit(name == "!_" ? .not(indices[0]) : .negate(indices[0]), node) }
        let (left, right) = (indices[0], indices[1])
        switch name {
        case "_==_": return emit(.compare(.equal, left, right), node)
        case "_!=_": return emit(.compare(.notEqual, left, right), node)
        case "_<_": return emit(.compare(.less, left, right), node)
        case "_<=_": return emit(.compare(.lessOrEqual, left, right), node)
        case "_>_": return emit(.compare(.greater, left, right), node)
        case "_>=_": return emit(.compare(.greaterOrEqual, left, right), node)
        case "_+_": return emit(.arithmetic(.add, left, right), node)
        case "_-_": return emit(.arithmetic(.subtract, left, right), node)
        case "_*_": return emit(.arithmetic(.multiply, left, right), node)
        case "_/_": return emit(.arithmetic(.divide, left, right), node)
        case "_%_": return emit(.arithmetic(.modulo, left, right), node)
        default: return emit(.contains(left, right), node)
        }
    }

    private mutating func call(
        _ node: Syntax, _ written: Text, _ target: Syntax?, _ arguments: [Syntax]
    ) throws -> Program.Index {
        guard case .function(let name, let isNamespaced)? = checked.references[node.id],
            let function = environment.functions[name]
        else { return reference(node) }
        let all = (isNamespaced ? [] : target.map { [$0] } ?? []) + arguments
        let isMember = target != nil && !isNamespaced
        guard let native = function.native else {
            let first = try operands(all)
            content.functions.append(function)
            return emit(
                .host(
                    function: Program.Index(content.functions.count - 1), first: first,
                    count: Program.Index(all.count), isMember: isMember), node)
        }
        guard function.overloads.contains(where: { $0.isMember == isMember && $0.parameters.count == all.count }) else {
            let count = all.count
            return failure(
                checked.source.error(
                    .noOverload,
                    "no such overload: \"\(name)\" does not take \(count) arguments", at: node.anchor), node)
        }
        if name == "matches", all.count == 2, case .literal(.string(let pattern)) = all[1].kind {
            do {
                content.patterns.append(try Regex(pattern, limits: limits))
            } catch let error as PolicyError {
                throw checked.source.error(error.code, error.message, at: all[1].anchor)
            }
            let text = try compile(all[0])
            return emit(.matches(text, pattern: Program.Index(content.patterns.count - 1)), node)
        }
        let index: Program.Index
        if let known = nativeIndex[name] {
            index = known
        } else {
            content.natives.append(native)
            index = Program.Index(content.natives.count - 1)
            nativeIndex[name] = index
        }
        switch native {
        case .affix(let isPrefix) where all.count == 2:
            let (text, part) = (try compile(all[0]), try compile(all[1]))
            return emit(.affix(isPrefix: isPrefix, text, part), node)
        case .unary where all.count == 1: return emit(.unary(function: index, try compile(all[0])), node)
        case .binary where all.count == 2:
            let (left, right) = (try compile(all[0]), try compile(all[1]))
            return emit(.binary(function: index, left, right), node)
        default:
            let first = try operands(all)
            return emit(.call(function: index, first: first, count: Program.Index(all.count)), node)
        }
    }
}
