import NexusBase

extension Checker {
    mutating func identifier(_ node: Syntax) throws -> PolicyType {
        guard case .identifier(let name, let isAbsolute) = node.kind else { return .dyn }
        if !isAbsolute, let local = scope.last(where: { $0.name == name }) {
            result.references[node.id] = .local(local.slot)
            return local.type
        }
        if let type = qualified(node, name, isAbsolute: isAbsolute) { return type }
        let unresolved = error(.undeclared, "\"\(name)\" is not declared\(suggestion(name))", node)
        guard isLenient else { throw unresolved }
        result.references[node.id] = .unresolved(unresolved)
        return .dyn
    }

    /// A variable, type or constant by its full name, the container's candidates first.
    private mutating func qualified(_ node: Syntax, _ name: Text, isAbsolute: Bool) -> PolicyType? {
        for candidate in environment.candidates(name, isAbsolute: isAbsolute) {
            if let slot = environment.slot(of: candidate) {
                result.references[node.id] = .variable(slot)
                return environment.variables[slot].type.normalised
            }
            if let type = environment.namedType(candidate) {
                result.references[node.id] = .constant(.type(type.name))
                return .type(type.type)
            }
            if let constant = StandardLibrary.constants[candidate] {
                result.references[node.id] = .constant(constant)
                return constant == .null ? .null : .int
            }
        }
        return nil
    }

    private func startsWithLocal(_ node: Syntax) -> Bool {
        switch node.kind {
        case .identifier(let name, let isAbsolute): !isAbsolute && scope.contains { $0.name == name }
        case .select(let operand, _, _): startsWithLocal(operand)
        default: false
        }
    }

    mutating func selection(
        _ node: Syntax, _ operand: Syntax, _ field: Text, isOptional: Bool
    ) throws -> PolicyType {
        if !isOptional, let (name, isAbsolute) = node.qualifiedName, !startsWithLocal(node),
            let type = qualified(node, name, isAbsolute: isAbsolute)
        {
            return type
        }
        let selected = try fieldType(type(of: operand), field, node)
        guard isOptional else { return selected }
        if case .optional = selected { return selected }
        return .optional(selected)
    }

    mutating func fieldType(_ operand: PolicyType, _ field: Text, _ node: Syntax) throws -> PolicyType {
        switch unification.resolve(operand) {
        case .dyn, .message("google.protobuf.Any"): return .dyn
        case .parameter:
            _ = unification.assign(operand, to: .dyn)
            return .dyn
        case .map(_, let value): return value
        case .optional(let inner):
            let selected = try fieldType(inner, field, node)
            if case .optional = selected { return selected }
            return .optional(selected)
        default:
            return try fail(.wrongType, "a value of type \(shown(operand)) has no field \"\(field)\"", node)
        }
    }

    mutating func index(
        _ node: Syntax, _ operand: Syntax, _ key: Syntax, isOptional: Bool
    ) throws -> PolicyType {
        let operandType = try type(of: operand)
        let keyType = try type(of: key)
        let (element, wasOptional) = try elementType(unification.resolve(operandType), keyType, node)
        return isOptional || wasOptional ? .optional(element) : element
    }

    private mutating func elementType(
        _ operand: PolicyType, _ key: PolicyType, _ node: Syntax
    ) throws -> (PolicyType, wasOptional: Bool) {
        switch operand {
        case .list(let element):
            if !unification.assign(key, to: .int) {
                return (try fail(.noOverload, "a list is indexed by int, not \(shown(key))", node), false)
            }
            return (element, false)
        case .map(let needed, let value):
            if !unification.assign(key, to: needed) {
                return (try fail(.noOverload, "the map's keys are \(shown(needed)), not \(shown(key))", node), false)
            }
            return (value, false)
        case .optional(let inner): return (try elementType(unification.resolve(inner), key, node).0, true)
        case .dyn, .parameter: return (.dyn, false)
        default: return (try fail(.noOverload, "a value of type \(shown(operand)) has no elements", node), false)
        }
    }

    /// `; did you mean "x"?` for the nearest declared name.
    func suggestion(_ name: Text) -> String {
        let names = environment.variables.map(\.name) + scope.map(\.name)
        return Spelling.nearest(name, among: names).map { "; did you mean \"\($0)\"?" } ?? ""
    }

    mutating func call(
        _ node: Syntax, _ name: Text, _ isAbsolute: Bool, _ target: Syntax?, _ arguments: [Syntax]
    ) throws -> PolicyType {
        if let target, let (prefix, isAbsolute) = target.qualifiedName, !startsWithLocal(target) {
            let qualifiedName = Text("\(prefix).\(name)")
            for candidate in environment.candidates(qualifiedName, isAbsolute: isAbsolute) {
                guard let function = environment.functions[candidate] else { continue }
                result.references[node.id] = .function(candidate, isNamespaced: true)
                return try resolve(function, isMember: false, arguments, node)
            }
        }
        let candidates = target == nil ? environment.candidates(name, isAbsolute: isAbsolute) : [name]
        for candidate in candidates {
            guard let function = environment.functions[candidate] else { continue }
            result.references[node.id] = .function(candidate, isNamespaced: false)
            return try resolve(function, isMember: target != nil, (target.map { [$0] } ?? []) + arguments, node)
        }
        let near = Spelling.nearest(name, among: environment.functions.keys.sorted()).map {
            "; did you mean \"\($0)\"?"
        }
        let unresolved = error(.undeclared, "there is no function \"\(name)\"\(near ?? "")", node)
        guard isLenient else { throw unresolved }
        result.references[node.id] = .unresolved(unresolved)
        for argument in (target.map { [$0] } ?? []) + arguments { _ = try type(of: argument) }
        return .dyn
    }

    mutating func operation(_ node: Syntax, _ name: Text, _ operands: [Syntax]) throws -> PolicyType {
        guard let function = environment.functions[name] else { return .dyn }
        result.references[node.id] = .function(name, isNamespaced: false)
        return try resolve(function, isMember: false, operands, node)
    }
}

/// Nearest names, for suggestions.
enum Spelling {
    /// Nil unless some name is at most two edits away, and fewer than half its length.
    static func nearest(_ name: Text, among names: [Text]) -> Text? {
        var best: (name: Text, distance: Int)?
        let letters = name.bytes
        guard letters.count <= 64 else { return nil }
        for candidate in names where candidate.utf8.count <= 64 {
            let distance = distance(letters, candidate.bytes)
            if distance <= 2, distance * 2 < max(letters.count, 2), distance < best?.distance ?? .max {
                best = (candidate, distance)
            }
        }
        return best?.name
    }

    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var row = Array(0...right.count)
        for (i, a) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, b) in right.enumerated() {
                let next = min(row[j + 1] + 1, row[j] + 1, diagonal + (a == b ? 0 : 1))
                diagonal = row[j + 1]
                row[j + 1] = next
            }
        }
        return row[right.count]
    }
}
