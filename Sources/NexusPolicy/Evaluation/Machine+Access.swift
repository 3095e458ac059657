import NexusBase

extension Machine {
    func select(_ value: PolicyValue, _ name: Text) throws -> PolicyValue {
        switch value {
        case .map(let map):
            if let found = map[name] { return found }
            throw noSuchKey(.string(name))
        case .optional(nil): return value
        case .optional(let inner?):
            return try optionalElement(inner, .string(name), isField: true)
        case .message(let message):
            if let found = message.fields[name] { return found }
            throw PolicyError(.noSuchKey, "no such field '\(name)'")
        default:
            throw PolicyError(.noOverload, "no such overload: type \(value.typeName) does not support field selection")
        }
    }

    private func noSuchKey(_ key: PolicyValue) -> PolicyError { PolicyError(.noSuchKey, "no such key: \(key.brief)") }

    func has(_ value: PolicyValue, _ name: Text) throws -> Bool {
        switch value {
        case .map(let map): return map[name] != nil
        case .message(let message): return message.fields[name] != nil
        case .optional(nil): return false
        case .optional(let inner?): return try has(inner, name)
        default: throw noOverload("has", [value])
        }
    }

    mutating func element(_ value: PolicyValue, _ key: PolicyValue) throws -> PolicyValue {
        try context.charge(weightOf: key)
        switch value {
        case .list(let list):
            let position = try self.position(key)
            guard list.indices.contains(position) else {
                throw PolicyError(.indexOutOfRange, "index out of range: \(key.brief) of \(list.count)")
            }
            return list[position]
        case .map(let map):
            if let found = map[key] { return found }
            throw noSuchKey(key)
        case .optional: return try optionalElement(value, key, isField: false)
        default: throw noOverload("[]", [value, key])
        }
    }

    private func position(_ key: PolicyValue) throws -> Int {
        let number: Int64? =
            switch key {
            case .int(let value): value
            case .uint(let value): Int64(exactly: value)
            case .double(let value): Int64(exactly: value)
            case .decimal(let value): value.scale == 0 ? Int64(exactly: value.coefficient) : nil
            default: nil
            }
        guard let number else {
            throw PolicyError(.badArgument, "invalid_argument: a list is indexed by a whole number, not \(key.brief)")
        }
        return Int(number)
    }

    /// `value.?name` and `value[?key]`: absent where `has` would be false or the index out of range.
    func optionalElement(_ value: PolicyValue, _ key: PolicyValue, isField: Bool) throws -> PolicyValue {
        switch value {
        case .optional(nil): return value
        case .optional(let inner?): return try optionalElement(inner, key, isField: isField)
        case .map(let map): return .optional(map[key])
        case .list(let list) where !isField:
            let position = try self.position(key)
            return .optional(list.indices.contains(position) ? list[position] : nil)
        case .message(let message):
            return .optional(message.fields[key])
        default: throw noOverload(isField ? "field selection" : "[?]", [value, key])
        }
    }

    mutating func list(
        _ first: Program.Index, _ count: Program.Index, _ optionals: Program.Index
    ) throws -> PolicyValue {
        var elements: [PolicyValue] = []
        elements.reserveCapacity(Int(count))
        for offset in 0..<Int(count) {
            let value = try evaluate(program.content.operands[Int(first) + offset])
            guard isOptional(optionals, offset) else {
                elements.append(value)
                continue
            }
            guard case .optional(let inner) = value else { throw noOverload("an optional element", [value]) }
            if let inner { elements.append(inner) }
        }
        return .list(elements)
    }

    private func isOptional(_ optionals: Program.Index, _ offset: Int) -> Bool {
        optionals >= 0 && program.content.optionals[Int(optionals)][offset]
    }

    mutating func map(
        _ first: Program.Index, _ count: Program.Index, _ optionals: Program.Index
    ) throws -> PolicyValue {
        var map = PolicyMap()
        for offset in 0..<Int(count) {
            let key = try evaluate(program.content.operands[Int(first) + 2 * offset])
            let value = try evaluate(program.content.operands[Int(first) + 2 * offset + 1])
            try context.charge(weightOf: key)
            guard isOptional(optionals, offset) else {
                try map.insert(key, value)
                continue
            }
            guard case .optional(let inner) = value else { throw noOverload("an optional entry", [value]) }
            if let inner { try map.insert(key, inner) }
        }
        return .map(map)
    }

    mutating func message(_ message: Program.Message, _ first: Program.Index) throws -> PolicyValue {
        var fields: [(name: Text, value: PolicyValue)] = []
        for (offset, field) in message.fields.enumerated() {
            let value = try evaluate(program.content.operands[Int(first) + offset])
            guard field.isOptional else {
                fields.append((field.name, value))
                continue
            }
            guard case .optional(let inner) = value else { throw noOverload("an optional field", [value]) }
            if let inner { fields.append((field.name, inner)) }
        }
        // Converting a value to protobuf's JSON walks all of it.
        for field in fields { try context.charge(UInt64(field.value.elementCount(context.limits))) }
        return try WellKnownType.construct(message.name, fields)
    }

    mutating func optionalMap(
        _ value: PolicyValue, _ slot: Program.Index, _ body: Program.Index, isFlat: Bool
    ) throws -> PolicyValue {
        guard case .optional(let inner) = value else { throw noOverload("optMap", [value]) }
        guard let inner else { return value }
        locals[Int(slot)] = inner
        let result = try evaluate(body)
        guard isFlat else { return .optional(result) }
        guard case .optional = result else { throw noOverload("optFlatMap", [result]) }
        return result
    }

    mutating func arguments(_ first: Program.Index, _ count: Program.Index) throws -> [PolicyValue] {
        var values: [PolicyValue] = []
        values.reserveCapacity(Int(count))
        for position in first..<(first + count) {
            values.append(try evaluate(program.content.operands[Int(position)]))
        }
        return values
    }

    @inline(__always)
    mutating func unary(_ function: Program.Index, _ value: PolicyValue, _ index: Program.Index) throws -> PolicyValue {
        guard case .unary(let body) = program.content.natives[Int(function)] else { return .null }
        do {
            try context.charge(weightOf: value)
            if let result = try body(value) { return result }
        } catch { throw located(error, index) }
        throw located(noOverload(name(of: index), [value]), index)
    }

    @inline(__always)
    mutating func binary(
        _ function: Program.Index, _ left: PolicyValue, _ right: PolicyValue, _ index: Program.Index
    ) throws -> PolicyValue {
        guard case .binary(let body) = program.content.natives[Int(function)] else { return .null }
        do {
            try context.charge(weightOf: left)
            try context.charge(weightOf: right)
            if let result = try body(left, right) { return result }
        } catch { throw located(error, index) }
        throw located(noOverload(name(of: index), [left, right]), index)
    }

    /// `startsWith` and `endsWith`.
    @inline(__always)
    mutating func affix(
        _ isPrefix: Bool, _ text: PolicyValue, _ part: PolicyValue, _ index: Program.Index
    ) throws -> Bool {
        guard case .string(let whole) = text, case .string(let affix) = part else {
            throw located(noOverload(name(of: index), [text, part]), index)
        }
        do {
            try context.charge(size: whole.utf8.count)
            try context.charge(size: affix.utf8.count)
        } catch { throw located(error, index) }
        return isPrefix ? whole.hasPrefix(affix) : whole.hasSuffix(affix)
    }

    mutating func call(_ function: Program.Index, _ arguments: [PolicyValue], _ index: Program.Index) throws
        -> PolicyValue
    {
        let result = try program.content.natives[Int(function)].run(arguments, &context)
        guard let result else { throw noOverload(name(of: index), arguments) }
        return result
    }

    private func name(of index: Program.Index) -> String {
        program.source.text(program.content.ranges[Int(index)]).string.prefix(60).description
    }

    func host(_ function: PolicyFunction, _ arguments: [PolicyValue], isMember: Bool) throws -> PolicyValue {
        for overload in function.overloads
        where overload.isMember == isMember && overload.parameters.count == arguments.count
            && zip(overload.parameters, arguments).allSatisfy({ $0.normalised.admits($1) })
        {
            guard let implementation = overload.implementation else {
                throw PolicyError(.undeclared, "unbound function: \"\(function.name)\" has no implementation")
            }
            return try implementation(arguments)
        }
        throw noOverload(function.name.string, arguments)
    }
}
