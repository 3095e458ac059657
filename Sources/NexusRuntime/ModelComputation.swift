public import NexusBase
import NexusClause
import NexusEvidence
import NexusProof
import Synchronization

/// What a run of a model proves, and the proof.
public struct InferenceProof: Sendable, Hashable {
    /// Canonical bytes of the statement (proof-v1, section 1).
    public let statement: [UInt8]
    public let bytes: [UInt8]
    /// SHA-256 of `bytes`.
    public let digest: Digest

    init(statement: [UInt8], bytes: [UInt8]) {
        self.statement = statement
        self.bytes = bytes
        digest = Digest(of: bytes)
    }
}

/// A network of integers, ready to be run on opened inputs and proved.
struct ModelComputation: Sendable {
    struct Done: Sendable {
        let answer: ExecutionResult.Answer
        /// Multiplications: the same for every input.
        let fuel: UInt64
        let proof: InferenceProof?
    }

    struct Failure: Error {
        let reason: Indeterminacy
        let detail: String
    }

    private let prover: InferenceProver
    private let multiplications: Int
    private let outputs: [Text]
    private let engine: WasmEngine

    /// Throws the codes of networks, and `runtime.wrong-module` for one that is not of the clause's shape.
    init(file bytes: [UInt8], of clause: Clause, on engine: WasmEngine) throws {
        let network = try ProofNetwork(file: bytes)
        guard network.outputSize == clause.outputs.count else {
            throw RuntimeError(
                .wrongModule, "the network has \(network.outputSize) outputs, the clause \(clause.outputs.count)")
        }
        guard network.multiplications <= clause.computation.fuel else {
            throw RuntimeError(
                .wrongModule, "the network takes \(network.multiplications) multiplications, more than the fuel")
        }
        prover = try InferenceProver(network: network, backend: ThreadedBackend())
        multiplications = network.multiplications
        outputs = clause.outputs.map(\.name)
        self.engine = engine
    }

    /// On the engine's own threads. The root is what the clause's committed input says.
    func run(opening: [UInt8]?, root: Text?, job: Digest?) async -> Result<Done, Failure> {
        let done = Mutex<Result<Done, Failure>?>(nil)
        let outcome = await engine.performing {
            let result = Result { () throws(Failure) in try compute(opening, root, job) }
            done.withLock { $0 = result }
        }
        if let result = done.withLock({ $0 }) { return result }
        guard case .indeterminate(let reason, let detail) = outcome else { preconditionFailure("work without an end") }
        return .failure(Failure(reason: reason, detail: detail))
    }

    private func compute(_ opening: [UInt8]?, _ root: Text?, _ job: Digest?) throws(Failure) -> Done {
        do {
            guard let opening, let root else {
                throw Failure(reason: .unopened, detail: "the input of a model comes without its opening")
            }
            let opened = try InputOpening(parsing: opening)
            guard let job else { return done(try prover.output(for: opened.values), nil) }
            let committed = try prover.commit(to: opened)
            guard committed.root.text == root else {
                throw Failure(reason: .unopened, detail: "the opening does not lead to the committed root")
            }
            let (statement, proof) = try prover.prove(opened, committed, forJob: job)
            return done(statement.output, InferenceProof(statement: statement.canonicalBytes, bytes: proof))
        } catch let failure as Failure {
            throw failure
        } catch {
            throw Failure(reason: .unopened, detail: "\(error)")
        }
    }

    private func done(_ output: [Int8], _ proof: InferenceProof?) -> Done {
        let values = zip(outputs, output).map { (name: $0, value: ExactDecimal(Int($1))) }
        return Done(
            answer: .outputs(values.sorted { $0.name < $1.name }), fuel: UInt64(multiplications), proof: proof)
    }
}
