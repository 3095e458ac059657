import NexusBase

extension Checker {
    /// The result of the overloads that take the arguments; `dyn` if several do and differ.
    mutating func resolve(
        _ function: PolicyFunction, isMember: Bool, _ arguments: [Syntax], _ node: Syntax
    ) throws -> PolicyType {
        var types = try arguments.map { try type(of: $0) }
        adoptDecimals(function, arguments, &types)
        var resultType: PolicyType?
        for overload in function.overloads
        where overload.isMember == isMember && overload.parameters.count == types.count {
            if overload.isFallback, resultType != nil { continue }
            let fresh = unification.instantiate(overload.parameters + [overload.result])
            guard unification.assign(types, to: Array(fresh.dropLast())) else { continue }
            let candidate = unification.resolve(fresh[fresh.count - 1])
            if let known = resultType, known != candidate { resultType = .dyn } else { resultType = candidate }
        }
        if let resultType { return resultType }
        return try fail(.noOverload, noOverload(function, types, arguments), node)
    }

    private func noOverload(_ function: PolicyFunction, _ types: [PolicyType], _ arguments: [Syntax]) -> String {
        let name = function.name.string.filter { $0 != "_" && $0 != "@" }
        let shownName = function.name.utf8.contains(UInt8(ascii: "_")) && name.count <= 2 ? name : function.name.string
        let shownTypes = types.map(shown).joined(separator: ", ")
        var message = "no overload of \"\(shownName)\" takes (\(shownTypes))"
        let resolved = types.map { unification.resolve($0) }
        if resolved.contains(.decimal), resolved.contains(.double) {
            message += "; write decimal(\"0.5\") rather than 0.5 where a decimal is meant"
        } else if Set(resolved).isSubset(of: [.int, .uint, .double]), Set(resolved).count > 1 {
            message += "; convert one side with int(), uint() or double()"
        }
        return message
    }

    /// `index > 24.5` with a decimal index means the decimal 24.5: the literal's digits are exact, so nothing is
    /// rounded, and without this rule it would be a type error.
    private mutating func adoptDecimals(
        _ function: PolicyFunction, _ arguments: [Syntax], _ types: inout [PolicyType]
    ) {
        guard function.name.utf8.first == UInt8(ascii: "_"), arguments.count == 2,
            types.contains(where: { unification.resolve($0) == .decimal })
        else { return }
        for (index, argument) in arguments.enumerated() {
            guard case .literal(.double) = argument.kind, types[index] == .double else { continue }
            guard let decimal = try? ExactDecimal(parsing: result.source.text(argument.range), lenient: true) else {
                continue
            }
            result.decimalLiterals[argument.id] = decimal
            result.types[argument.id] = .decimal
            types[index] = .decimal
        }
    }
}
