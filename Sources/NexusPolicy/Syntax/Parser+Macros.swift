import NexusBase

/// Macros (language definition, "Macros"; extension libraries bindings, block, lists, math, optionals,
/// two-variable comprehensions). They are recognised by name, receiver style and number of arguments.
extension Parser {
    mutating func has(_ arguments: [Syntax], start: Int, anchor: Int) throws -> Syntax {
        guard arguments.count == 1, case .select(let operand, let field, false) = arguments[0].kind else {
            throw source.error(.syntax, "has() takes one field selection such as has(a.b)", at: anchor)
        }
        return try make(.has(operand, field: field), from: start, anchor: anchor)
    }

    mutating func expandReceiverMacro(
        _ target: Syntax, _ name: Text, _ arguments: [Syntax], start: Int, anchor: Int
    ) throws -> Syntax? {
        if case .identifier("cel", isAbsolute: false) = target.kind {
            return try expandNamespaced(name, arguments, start: start, anchor: anchor)
        }
        if name == "optMap" || name == "optFlatMap", arguments.count == 2 {
            let variable = try variable(arguments[0])
            return try make(
                .optionalMap(target, variable, arguments[1], isFlat: name == "optFlatMap"),
                from: start, anchor: anchor)
        }
        guard let shape = Self.shape(name, arguments.count) else { return nil }
        let variables = try arguments.prefix(shape.variableCount).map { try variable($0) }
        if variables.count == 2, variables[0] == variables[1] {
            throw source.error(.syntax, "the two variables of a comprehension need two names", at: arguments[1].anchor)
        }
        let rest = arguments.dropFirst(shape.variableCount)
        let comprehension = Syntax.Comprehension(
            kind: shape.kind, range: target, variables: variables, filter: rest.count == 2 ? rest.first : nil,
            body: rest[rest.endIndex - 1])
        return try make(.comprehension(comprehension), from: start, anchor: anchor)
    }

    private static func shape(
        _ name: Text, _ count: Int
    ) -> (kind: Syntax.Comprehension.Kind, variableCount: Int)? {
        switch (name, count) {
        case ("all", 2): (.all, 1)
        case ("all", 3): (.all, 2)
        case ("exists", 2): (.exists, 1)
        case ("exists", 3): (.exists, 2)
        case ("exists_one", 2), ("existsOne", 2): (.existsOne, 1)
        case ("exists_one", 3), ("existsOne", 3): (.existsOne, 2)
        case ("map", 2), ("map", 3): (.map, 1)
        case ("filter", 2): (.filter, 1)
        case ("transformList", 3), ("transformList", 4): (.transformList, 2)
        case ("transformMap", 3), ("transformMap", 4): (.transformMap, 2)
        case ("transformMapEntry", 3), ("transformMapEntry", 4): (.transformMapEntry, 2)
        case ("sortBy", 2): (.sortBy, 1)
        default: nil
        }
    }

    private func variable(_ node: Syntax) throws -> Text {
        guard case .identifier(let name, isAbsolute: false) = node.kind else {
            throw source.error(.syntax, "the first argument must be a simple name", at: node.anchor)
        }
        return name
    }

    private mutating func expandNamespaced(
        _ name: Text, _ arguments: [Syntax], start: Int, anchor: Int
    ) throws -> Syntax? {
        switch (name, arguments.count) {
        case ("bind", 3):
            return try make(.bind(variable(arguments[0]), arguments[1], arguments[2]), from: start, anchor: anchor)
        case ("block", 2):
            guard case .list(let elements) = arguments[0].kind, !elements.contains(where: \.isOptional) else {
                throw source.error(.syntax, "cel.block() takes a list of expressions first", at: anchor)
            }
            return try make(.block(elements.map(\.value), arguments[1]), from: start, anchor: anchor)
        case ("index", 1):
            let index = try number(arguments[0])
            return try make(.identifier(Text("@index\(index)"), isAbsolute: false), from: start, anchor: anchor)
        case ("iterVar", 2), ("accuVar", 2):
            let (depth, unique) = (try number(arguments[0]), try number(arguments[1]))
            return try make(
                .identifier(Text("@\(name):\(depth):\(unique)"), isAbsolute: false), from: start, anchor: anchor)
        default: return nil
        }
    }

    private func number(_ node: Syntax) throws -> Int64 {
        guard case .literal(.int(let value)) = node.kind, value >= 0 else {
            throw source.error(.syntax, "a whole number is needed here", at: node.anchor)
        }
        return value
    }
}
