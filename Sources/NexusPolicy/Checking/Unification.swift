import NexusBase

/// What type variables stand for while an expression is checked, and which types may stand for which
/// (language definition, "Gradual type checking").
struct Unification {
    private var bindings: [Text: PolicyType] = [:]
    private var counter = 0

    mutating func freshVariable() -> PolicyType {
        counter += 1
        return .parameter(Text("@\(counter)"))
    }

    /// The declaration's parameters as fresh variables.
    mutating func instantiate(_ types: [PolicyType]) -> [PolicyType] {
        var names: [Text: PolicyType] = [:]
        func rename(_ type: PolicyType) -> PolicyType {
            guard case .parameter(let name) = type else { return type.mapParameters(rename) }
            if let known = names[name] { return known }
            let fresh = freshVariable()
            names[name] = fresh
            return fresh
        }
        return types.map(rename)
    }

    /// The type with all that is known filled in; with `final`, what is still unknown becomes `dyn`.
    func resolve(_ type: PolicyType, final: Bool = false) -> PolicyType {
        guard case .parameter(let name) = type else { return type.mapParameters { resolve($0, final: final) } }
        if let bound = bindings[name] { return resolve(bound, final: final) }
        return final ? .dyn : type
    }

    /// Whether each argument may stand for its parameter; learns nothing unless all may.
    mutating func assign(_ arguments: [PolicyType], to parameters: [PolicyType]) -> Bool {
        let saved = bindings
        for (argument, parameter) in zip(arguments, parameters) where !assignable(argument, parameter) {
            bindings = saved
            return false
        }
        return true
    }

    mutating func assign(_ type: PolicyType, to other: PolicyType) -> Bool { assign([type], to: [other]) }

    /// The type of an aggregate that holds both, or nil if they do not go together.
    mutating func join(_ left: PolicyType, _ right: PolicyType) -> PolicyType? {
        assign(left, to: right) ? mostGeneral(left, right) : nil
    }

    private mutating func assignable(_ left: PolicyType, _ right: PolicyType) -> Bool {
        if case .parameter(let name) = right {
            switch bind(name, right, to: left) {
            case .fits: return true
            case .conflicts: return false
            case .cyclic: break
            }
        }
        if case .parameter(let name) = left {
            if case .fits = bind(name, left, to: right) { return true }
            return false
        }
        switch (left, right) {
        case (.dyn, _), (_, .dyn): return true
        case (.null, .null): return true
        case (.null, _): return right.isNullable
        case (_, .null): return left.isNullable
        case (.message("google.protobuf.Any"), _), (_, .message("google.protobuf.Any")): return true
        case (.wrapper(let inner), .wrapper(let other)): return inner == other
        case (.wrapper(let inner), _): return inner == right
        case (_, .wrapper(let inner)): return inner == left
        case (.type, .type): return true
        case (.opaque(let name, let parameters), .opaque(let other, let others)):
            return name == other && parameters.count == others.count && pairwise(parameters, others)
        case (.list, .list), (.map, .map), (.optional, .optional): return pairwise(left.parameters, right.parameters)
        default: return left == right
        }
    }

    private mutating func pairwise(_ left: [PolicyType], _ right: [PolicyType]) -> Bool {
        for (a, b) in zip(left, right) where !assignable(a, b) { return false }
        return true
    }

    private enum Outcome { case fits, conflicts, cyclic }

    private mutating func bind(_ name: Text, _ variable: PolicyType, to type: PolicyType) -> Outcome {
        if type == variable { return .fits }
        if let known = bindings[name] {
            guard assignable(type, known) else { return .conflicts }
            let general = mostGeneral(type, known)
            if !occurs(name, in: general) { bindings[name] = general }
            return .fits
        }
        guard !occurs(name, in: type) else { return .cyclic }
        bindings[name] = type
        return .fits
    }

    private func occurs(_ name: Text, in type: PolicyType) -> Bool {
        if case .parameter(let other) = type {
            return other == name || (bindings[other].map { occurs(name, in: $0) } ?? false)
        }
        return type.parameters.contains { occurs(name, in: $0) }
    }

    func mostGeneral(_ left: PolicyType, _ right: PolicyType) -> PolicyType {
        isAsGeneral(left, as: right) ? left : right
    }

    private func isAsGeneral(_ left: PolicyType, as right: PolicyType) -> Bool {
        switch (left, right) {
        case (.dyn, _), (.parameter, _): true
        case (_, .dyn), (_, .parameter): false
        case (_, .null) where left != .null: true
        case (.null, _): right == .null
        case (.wrapper, _): true
        case (_, .wrapper): false
        case (.type, .type): true
        case (.opaque(let name, let parameters), .opaque(let other, let others)):
            name == other && parameters.count == others.count
                && zip(parameters, others).allSatisfy { isAsGeneral($0, as: $1) }
        case (.list, .list), (.map, .map), (.optional, .optional):
            zip(left.parameters, right.parameters).allSatisfy { isAsGeneral($0, as: $1) }
        default: left == right
        }
    }
}
