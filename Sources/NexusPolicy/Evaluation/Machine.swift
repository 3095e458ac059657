import NexusBase

/// Runs a program once.
struct Machine: ~Copyable {
    let program: Program
    /// Values of the environment's variables, by slot.
    let variables: [PolicyValue?]
    var locals: [PolicyValue?]
    var context: EvaluationContext
    var recorder: TraceRecorder?

    init(_ program: Program, _ variables: [PolicyValue?], _ limits: PolicyLimits, isTraced: Bool) {
        self.program = program
        self.variables = variables
        locals = program.content.localCount == 0 ? [] : Array(repeating: nil, count: program.content.localCount)
        context = EvaluationContext(limits: limits, timeZones: program.environment.timeZones)
        recorder = isTraced ? TraceRecorder(entriesMax: limits.traceEntriesMax) : nil
    }

    mutating func run() throws -> PolicyValue { try evaluate(program.content.root) }

    mutating func evaluate(_ index: Program.Index) throws -> PolicyValue {
        guard recorder != nil else { return try perform(index) }
        if case .constant = program.content.operations[Int(index)] { return try perform(index) }
        let isKept = recorder?.enter(index) ?? false
        do {
            let value = try perform(index)
            if isKept { recorder?.leave(.value(value)) }
            return value
        } catch {
            if isKept { recorder?.leave(.failure(error as? PolicyError ?? PolicyError(.badArgument, "\(error)"))) }
            throw error
        }
    }

    /// As `evaluate`, with constants and bound variables read where they are used.
    @inline(__always)
    private mutating func operand(_ index: Program.Index) throws -> PolicyValue {
        guard recorder == nil else { return try evaluate(index) }
        switch program.content.operations[Int(index)] {
        case .constant(let constant):
            try context.charge(1)
            return program.content.constants[Int(constant)]
        case .variable(let slot):
            guard let value = variables[Int(slot)] else { return try perform(index) }
            try context.charge(1)
            return value
        default: return try perform(index)
        }
    }

    /// The error with the place of the operation that failed, unless it has one.
    func located(_ error: any Error, _ index: Program.Index) -> any Error {
        let place = program.source.position(at: program.content.anchors[Int(index)]).description
        if let error = error as? PolicyError {
            return error.place == nil ? PolicyError(error.code, error.message, at: place, cause: error.cause) : error
        }
        if let error = error as? BaseError { return PolicyError(.overflow, error.message, at: place) }
        return PolicyError(.badArgument, "a function of the host failed", at: place, cause: error)
    }

    func noOverload(_ name: String, _ values: [PolicyValue]) -> PolicyError {
        let types = values.map(\.typeName.string).joined(separator: ", ")
        return PolicyError(.noOverload, "no such overload: \(name) of (\(types))")
    }

    private mutating func perform(_ index: Program.Index) throws -> PolicyValue {
        try context.charge(1)
        switch program.content.operations[Int(index)] {
        case .constant(let constant): return program.content.constants[Int(constant)]
        case .variable(let slot):
            if let value = variables[Int(slot)] { return value }
            let name = program.environment.variables[Int(slot)].name
            throw located(PolicyError(.unbound, "no value is bound to \"\(name)\""), index)
        case .local(let slot): return locals[Int(slot)] ?? .null
        case .lazyLocal(let slot, let initial):
            if let value = locals[Int(slot)] { return value }
            let value = try evaluate(initial)
            locals[Int(slot)] = value
            return value
        case .compare(let comparison, let left, let right):
            let (left, right) = (try operand(left), try operand(right))
            do {
                let holds = try compare(comparison, left, right)
                recorder?.compared(comparison, left, right)
                return .bool(holds)
            } catch { throw located(error, index) }
        case .arithmetic(let operation, let left, let right):
            let (left, right) = (try operand(left), try operand(right))
            do { return try arithmetic(operation, left, right) } catch { throw located(error, index) }
        case .and(let first, let count): return .bool(try logical(first, count, stopsAt: false))
        case .or(let first, let count): return .bool(try logical(first, count, stopsAt: true))
        case .not(let operand):
            let value = try evaluate(operand)
            guard case .bool(let truth) = value else { throw located(noOverload("!", [value]), index) }
            return .bool(!truth)
        case .conditional(let condition, let yes, let no):
            let value = try evaluate(condition)
            guard case .bool(let truth) = value else { throw located(noOverload("?:", [value]), index) }
            return try evaluate(truth ? yes : no)
        case .select(let operand, let name):
            let value = try evaluate(operand)
            do { return try select(value, program.content.names[Int(name)]) } catch { throw located(error, index) }
        case .index(let operand, let key):
            let (value, key) = (try evaluate(operand), try evaluate(key))
            do { return try element(value, key) } catch { throw located(error, index) }
        case .unary(let function, let operand):
            let value = try evaluate(operand)
            return try unary(function, value, index)
        case .binary(let function, let left, let right):
            let (left, right) = (try evaluate(left), try evaluate(right))
            return try binary(function, left, right, index)
        case .affix(let isPrefix, let text, let part):
            let (text, part) = (try operand(text), try operand(part))
            return .bool(try affix(isPrefix, text, part, index))
        case .contains(let element, let collection):
            let (element, collection) = (try evaluate(element), try evaluate(collection))
            do { return .bool(try contains(element, collection)) } catch { throw located(error, index) }
        case .scope(let slot, let count, let body):
            for slot in slot..<(slot + count) { locals[Int(slot)] = nil }
            return try evaluate(body)
        case let operation:
            do { return try performRare(operation, index) } catch { throw located(error, index) }
        }
    }

    private mutating func performRare(_ operation: Program.Operation, _ index: Program.Index) throws -> PolicyValue {
        switch operation {
        case .negate(let operand): return try negate(evaluate(operand))
        case .has(let operand, let name): return .bool(try has(evaluate(operand), program.content.names[Int(name)]))
        case .optionalSelect(let operand, let name):
            let value = try evaluate(operand)
            return try optionalElement(value, .string(program.content.names[Int(name)]), isField: true)
        case .optionalIndex(let operand, let key):
            let (value, key) = (try evaluate(operand), try evaluate(key))
            try context.charge(weightOf: key)
            return try optionalElement(value, key, isField: false)
        case .list(let first, let count, let optionals): return try list(first, count, optionals)
        case .map(let first, let count, let optionals): return try map(first, count, optionals)
        case .message(let message, let first, _): return try self.message(program.content.messages[Int(message)], first)
        case .comprehension(let comprehension, _):
            return try iterate(program.content.comprehensions[Int(comprehension)])
        case .optionalMap(let operand, let slot, let body, let isFlat):
            return try optionalMap(evaluate(operand), slot, body, isFlat: isFlat)
        case .call(let function, let first, let count):
            return try call(function, arguments(first, count), index)
        case .host(let function, let first, let count, let isMember):
            return try host(program.content.functions[Int(function)], arguments(first, count), isMember: isMember)
        case .matches(let text, let pattern):
            let value = try evaluate(text)
            guard case .string(let text) = value else { throw noOverload("matches", [value]) }
            return .bool(try program.content.patterns[Int(pattern)].matches(text, &context))
        case .failure(let failure): throw program.content.failures[Int(failure)]
        default: return .null
        }
    }

    /// `&&` and `||` over their operands: one that decides absorbs the errors of others.
    private mutating func logical(_ first: Program.Index, _ count: Program.Index, stopsAt decisive: Bool) throws -> Bool
    {
        var failure: (any Error)?
        for position in first..<(first + count) {
            let operand = program.content.operands[Int(position)]
            do {
                let value = try evaluate(operand)
                guard case .bool(let truth) = value else {
                    throw located(noOverload(decisive ? "||" : "&&", [value]), operand)
                }
                if truth == decisive { return decisive }
            } catch let error as PolicyError {
                // A spent budget is no opinion of the operand: it ends the evaluation.
                guard error.isAbsorbable else { throw error }
                if failure == nil { failure = error }
            }
        }
        if let failure { throw failure }
        return !decisive
    }
}

extension CodedError<PolicyDomain> {
    /// Whether `&&`, `||`, `all` and `exists` may decide without the operand that failed so.
    var isAbsorbable: Bool { code != .costExceeded && code != .tooLarge }
}
