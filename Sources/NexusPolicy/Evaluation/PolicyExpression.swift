public import NexusBase

/// An expression, parsed, checked and ready to be evaluated any number of times.
public struct PolicyExpression: Sendable {
    public let source: Text
    public let environment: PolicyEnvironment
    /// The static type of the result.
    public let resultType: PolicyType
    /// A bound on the cost of every evaluation, under the sizes that the environment declares or assumes.
    public let staticCost: PolicyCost
    let program: Program

    /// Parses and checks. Throws `policy.syntax`, `undeclared`, `no-overload`, `wrong-type`, `too-large` or `bad-regex`
    /// with line and column; `PolicyError.rendered(in:)` shows the line with a caret.
    ///
    /// With `isChecked` false, types and undeclared names are errors of the evaluation instead (language definition,
    /// "Evaluation": an unchecked expression).
    public init(
        _ source: Text, in environment: PolicyEnvironment, limits: PolicyLimits = .standard, isChecked: Bool = true
    ) throws {
        var parser = try Parser(source, limits: limits)
        let root = try parser.parse()
        var checker = Checker(root, parser.source, environment, isLenient: !isChecked)
        let checked = try checker.check()
        self.source = source
        self.environment = environment
        resultType = checked.types[root.id] ?? .dyn
        program = try Compiler.compile(checked, environment, limits)
        staticCost = CostEstimator.estimate(checked, environment)
    }

    /// As `init(_:in:limits:isChecked:)`, and the result must be `bool`. Throws `policy.wrong-type` otherwise.
    public static func condition(
        _ source: Text, in environment: PolicyEnvironment, limits: PolicyLimits = .standard
    ) throws -> PolicyExpression {
        let expression = try PolicyExpression(source, in: environment, limits: limits)
        guard expression.resultType == .bool || expression.resultType == .dyn else {
            throw PolicyError(.wrongType, "a condition is bool; this is \(expression.resultType)", at: "1:1")
        }
        return expression
    }

    /// Version of the tzdata it was made with: part of every result, since two releases may disagree about an hour.
    public var timeZoneVersion: Text? { environment.timeZones?.version }

    /// The variables that the expression reads, in the environment's order.
    package var variablesRead: [Text] {
        var slots: Set<Int> = []
        for case .variable(let slot) in program.content.operations { slots.insert(Int(slot)) }
        return environment.variables.indices.filter(slots.contains).map { environment.variables[$0].name }
    }

    /// Values for the variables, in a form that evaluations can reuse.
    public func bindings(_ values: [(Text, PolicyValue)] = []) throws -> PolicyBindings {
        try PolicyBindings(environment, values)
    }

    /// Evaluates and keeps the trace. An expression that fails in evaluation throws its error, with its place.
    public func evaluate(
        _ values: [(Text, PolicyValue)] = [], limits: PolicyLimits = .standard
    ) throws -> PolicyEvaluation {
        let (outcome, trace, cost) = try explain(bindings(values), limits: limits)
        switch outcome {
        case .value(let value):
            return PolicyEvaluation(
                value: value, trace: trace, cost: cost, timeZoneVersion: environment.timeZones?.version)
        case .failure(let error): throw error
        }
    }

    /// Evaluates and keeps the trace even where the evaluation fails: a refusal can show how far it came.
    public func explain(
        _ bindings: PolicyBindings, limits: PolicyLimits = .standard
    ) -> (outcome: PolicyTrace.Outcome, trace: PolicyTrace, cost: UInt64) {
        var machine = Machine(program, bindings.values, limits, isTraced: true)
        let outcome: PolicyTrace.Outcome
        do {
            let value = try machine.run()
            try value.requireSize(limits)
            outcome = .value(value)
        } catch {
            outcome = .failure(error as? PolicyError ?? PolicyError(.badArgument, "\(error)"))
        }
        let trace = machine.recorder.flatMap { PolicyTrace($0, program) }
        let fallback: PolicyValue = if case .value(let value) = outcome { value } else { .null }
        return (outcome, trace ?? PolicyTrace(constant: fallback, program), machine.context.cost)
    }

    /// Value or failure with the cost, and no trace.
    func outcome(_ bindings: PolicyBindings, limits: PolicyLimits) -> (outcome: PolicyTrace.Outcome, cost: UInt64) {
        var machine = Machine(program, bindings.values, limits, isTraced: false)
        do {
            let value = try machine.run()
            try value.requireSize(limits)
            return (.value(value), machine.context.cost)
        } catch {
            return (.failure(error as? PolicyError ?? PolicyError(.badArgument, "\(error)")), machine.context.cost)
        }
    }

    /// Only the value: what a hot path calls. Rules over scalars allocate nothing here.
    public func value(_ bindings: PolicyBindings, limits: PolicyLimits = .standard) throws -> PolicyValue {
        var machine = Machine(program, bindings.values, limits, isTraced: false)
        let value = try machine.run()
        try value.requireSize(limits)
        return value
    }
}

/// The outcome of one evaluation.
public struct PolicyEvaluation: Sendable {
    public let value: PolicyValue
    public let trace: PolicyTrace
    /// Steps that the evaluation took.
    public let cost: UInt64
    /// Version of the tzdata that was given, whether or not it was consulted; two nodes must name the same.
    public let timeZoneVersion: Text?
}

/// Values for an environment's variables.
public struct PolicyBindings: Sendable {
    let environment: PolicyEnvironment
    var values: [PolicyValue?]

    /// Throws `policy.undeclared` for a name the environment lacks, `policy.wrong-type` for a value of another type.
    public init(_ environment: PolicyEnvironment, _ values: [(Text, PolicyValue)] = []) throws {
        self.environment = environment
        self.values = Array(repeating: nil, count: environment.variables.count)
        for (name, value) in values { try set(name, value) }
    }

    init(empty environment: PolicyEnvironment) {
        self.environment = environment
        values = Array(repeating: nil, count: environment.variables.count)
    }

    /// Binds or rebinds one variable.
    public mutating func set(_ name: Text, _ value: PolicyValue) throws {
        guard let slot = environment.slot(of: name) else {
            throw PolicyError(.undeclared, "the environment declares no variable \"\(name)\"", at: name.string)
        }
        let type = environment.variables[slot].type.normalised
        guard type.admits(value) else {
            throw PolicyError(
                .wrongType, "\"\(name)\" is declared \(type); the value is \(value.typeName)", at: name.string)
        }
        values[slot] = value
    }
}
