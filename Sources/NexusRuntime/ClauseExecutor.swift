public import NexusBase
public import NexusClause
public import NexusEvidence
import NexusProof

/// Runs a clause's computation and evaluates its terms: the one way to a result, for nodes, simulations and replays.
public struct ClauseExecutor: Sendable {
    /// How a run ended.
    public enum Outcome: Sendable {
        /// What every honest node comes to, and what this run used.
        case result(ExecutionResult, fuelUsed: Int, proof: InferenceProof?)
        /// The host, not the computation, ended the run: nothing may be signed.
        case indeterminate(Indeterminacy, detail: String)
    }

    public let clause: Clause
    /// What computes: the one seam between a clause and its kind of computation.
    private enum Machine: Sendable {
        case wasm(ModelModule)
        case model(ModelComputation)
    }

    private let machine: Machine
    private let engine: WasmEngine
    /// What results name as their engine.
    public var engineDescription: EngineDescription {
        clause.computation.kind == .model ? .int8Networks : engine.description
    }
    private let evaluator: ClauseEvaluator
    private let limits: ExecutionLimits

    /// Throws `runtime.wrong-module` if the module is not the clause's, the engine's errors if it does not load, and
    /// those of networks (`proof.…`) for a model.
    public init(_ clause: Clause, module bytes: [UInt8], engine: WasmEngine) throws {
        guard Digest(of: bytes) == clause.computation.module else {
            throw RuntimeError(
                .wrongModule, "the clause names \(clause.computation.module.short), this is \(Digest(of: bytes).short)")
        }
        self.clause = clause
        self.engine = engine
        machine =
            switch clause.computation.kind {
            case .wasm: .wasm(try engine.load(bytes))
            case .model: .model(try ModelComputation(file: bytes, of: clause, on: engine))
            }
        evaluator = try ClauseEvaluator(clause)
        limits = try ExecutionLimits(
            fuel: UInt64(clause.computation.fuel), memoryBytes: clause.computation.memoryBytes,
            outputBytes: clause.computation.outputBytes,
            wallTime: .milliseconds(clause.computation.wallTimeMilliseconds))
    }

    /// The engine as results name it.
    public static func engine(_ description: EngineDescription) -> Engine {
        Engine(
            name: Text(description.name), version: Text(description.version),
            features: description.features.map { Text($0) })
    }

    /// Computes on the engine's own threads. A model needs the opening of its input; it is proved for `job`, and only
    /// run where there is none.
    public func run(
        occurrence: Text, occurrenceID: Digest, inputs: [(name: Text, value: Text)], commitment: Digest,
        opening: [UInt8]? = nil, job: Digest? = nil
    ) async -> Outcome {
        let run: (answer: ExecutionResult.Answer, fuel: UInt64, proof: InferenceProof?)
        switch machine {
        case .model(let model):
            let root = inputs.first { $0.name == clause.committedInput?.name }?.value
            switch await model.run(opening: opening, root: root, job: job) {
            case .failure(let failure): return .indeterminate(failure.reason, detail: failure.detail)
            case .success(let done): run = (done.answer, done.fuel, done.proof)
            }
        case .wasm(let module):
            switch await evaluate(module, occurrence, inputs) {
            case .indeterminate(let reason, let detail): return .indeterminate(reason, detail: detail)
            case .output(let bytes, let used): run = (read(bytes), used, nil)
            case .trapped(let trap, let used): run = (.fault(Text("trap.\(trap.rawValue)")), used, nil)
            case .refused(let refusal, let used): run = (.fault(Text("refused.\(refusal.rawValue)")), used, nil)
            }
        }
        let result = conclude(run.answer, inputs, occurrenceID: occurrenceID, commitment: commitment)
        return .result(result, fuelUsed: Int(clamping: run.fuel), proof: run.proof)
    }

    private func evaluate(
        _ module: ModelModule, _ occurrence: Text, _ inputs: [(name: Text, value: Text)]
    ) async -> ExecutionOutcome {
        let input = ModelInput(
            context: ["clause": clause.id.json, "occurrence": .string(occurrence)],
            inputs: JSONObject(inputs.map { ($0.name, .string($0.value)) }),
            parameters: JSONObject(clause.parameters.map { ($0.name, $0.value.json) }))
        return await engine.evaluate(module, input: input.canonicalBytes, limits: limits)
    }

    /// The outputs that the clause names, each a decimal, or the fault that stands in their place.
    private func read(_ bytes: [UInt8]) -> ExecutionResult.Answer {
        guard let answer = try? ModelAnswer(reading: bytes) else { return .fault("bad-output") }
        switch answer {
        case .failed(let code, _, _): return .fault(Text("model.\(code)"))
        case .outputs(let object):
            guard object.members.map(\.key) == clause.outputs.map(\.name).sorted() else { return .fault("bad-output") }
            var outputs: [(name: Text, value: ExactDecimal)] = []
            for (name, value) in object.members {
                guard case .string(let text) = value, let number = try? ExactDecimal(parsing: text) else {
                    return .fault("bad-output")
                }
                outputs.append((name, number))
            }
            return .outputs(outputs)
        }
    }

    private func conclude(
        _ answer: ExecutionResult.Answer, _ inputs: [(name: Text, value: Text)], occurrenceID: Digest,
        commitment: Digest
    ) -> ExecutionResult {
        var terms: [Term] = []
        var signal = Signal.escalate
        var final = answer
        if case .outputs(let outputs) = answer {
            do {
                let verdict = try evaluator.verdict(
                    inputs: inputs.map { ($0.name, $0.value) }, outputs: outputs.map { ($0.name, $0.value) })
                (terms, signal) = (verdict.terms, verdict.signal)
            } catch {
                final = .fault("bad-input")
            }
        }
        return ExecutionResult(
            clause: clause.digest, occurrenceID: occurrenceID, inputCommitment: commitment,
            engine: Self.engine(engineDescription), fuelLimit: clause.computation.fuel, answer: final, terms: terms,
            signal: signal)
    }
}
