import NexusBase

/// Extension library "optionals"; `optMap` and `optFlatMap` are macros.
enum OptionalLibrary {
    static let functions: [PolicyFunction] = [
        .unary("optional.of", ["(A) optional(A)"]) { .optional($0) },
        .unary("optional.ofNonZeroValue", ["(A) optional(A)"]) { .optional($0.isZero ? nil : $0) },
        .contextual("optional.none", ["() optional(A)"]) { _, _ in .optional(nil) },
        .unary("hasValue", ["optional(A).() bool"]) { value in
            guard case .optional(let inner) = value else { return nil }
            return .bool(inner != nil)
        },
        .unary("value", ["optional(A).() A"]) { value in
            guard case .optional(let inner) = value else { return nil }
            guard let inner else { throw PolicyError(.noValue, "optional.none() dereference") }
            return inner
        },
        .binary("or", ["optional(A).(optional(A)) optional(A)"]) { value, other in
            guard case .optional(let inner) = value, case .optional = other else { return nil }
            return inner == nil ? other : value
        },
        .binary("orValue", ["optional(A).(A) A"]) { value, other in
            guard case .optional(let inner) = value else { return nil }
            return inner ?? other
        },
        .contextual("unwrapOpt", ["list(optional(A)).() list(A)"], unwrap),
        .contextual("optional.unwrap", ["(list(optional(A))) list(A)"], unwrap),
    ]

    @Sendable private static func unwrap(
        _ arguments: [PolicyValue], _ context: inout EvaluationContext
    ) throws -> PolicyValue? {
        guard case .list(let list) = arguments[0] else { return nil }
        try context.charge(size: list.count)
        var out: [PolicyValue] = []
        for element in list {
            guard case .optional(let inner) = element else { return nil }
            if let inner { out.append(inner) }
        }
        return .list(out)
    }
}
