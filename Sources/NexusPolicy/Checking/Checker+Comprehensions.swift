import NexusBase

extension Checker {
    mutating func comprehensionType(_ node: Syntax, _ it: Syntax.Comprehension) throws -> PolicyType {
        let range = unification.resolve(try type(of: it.range))
        let variables = try variableTypes(range, it)
        return try declaring(Array(zip(it.variables, variables)), node) { checker in
            if let filter = it.filter { try checker.require(.bool, filter) }
            switch it.kind {
            case .all, .exists, .existsOne:
                try checker.require(.bool, it.body)
                return .bool
            case .filter:
                try checker.require(.bool, it.body)
                return checker.filterResult(range, variables)
            case .map, .transformList: return .list(try checker.type(of: it.body))
            case .transformMap:
                let key = variables[0]
                return .map(key, try checker.type(of: it.body))
            case .transformMapEntry: return try checker.entryType(it.body)
            case .sortBy:
                _ = try checker.type(of: it.body)
                return range == .dyn ? .list(.dyn) : range
            }
        }
    }

    private func filterResult(_ range: PolicyType, _ variables: [PolicyType]) -> PolicyType { .list(variables[0]) }

    private mutating func entryType(_ body: Syntax) throws -> PolicyType {
        let type = unification.resolve(try type(of: body))
        switch type {
        case .map, .dyn: return type
        default: return try fail(.wrongType, "transformMapEntry() needs a map of one entry, not \(shown(type))", body)
        }
    }

    private mutating func variableTypes(_ range: PolicyType, _ it: Syntax.Comprehension) throws -> [PolicyType] {
        let isPair = it.variables.count == 2
        switch range {
        case .list(let element): return isPair ? [.int, element] : [element]
        case .map(let key, let value):
            if it.kind == .sortBy { break }
            return isPair ? [key, value] : [key]
        case .dyn: return Array(repeating: .dyn, count: it.variables.count)
        case .parameter:
            _ = unification.assign(range, to: .dyn)
            return Array(repeating: .dyn, count: it.variables.count)
        default: break
        }
        _ = try fail(.wrongType, "\"\(it.kind.rawValue)\" walks a list or map, not \(shown(range))", it.range)
        return Array(repeating: .dyn, count: it.variables.count)
    }
}
