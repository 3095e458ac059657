import NexusBase
import NexusClause
import NexusEvidence
import NexusRuntime
import Synchronization

extension Duration {
    var wholeMicroseconds: Int64 { components.seconds * 1_000_000 + components.attoseconds / 1_000_000_000_000 }
}

extension Drill {
    /// What a node in a drill signs instead of its result.
    static func results(_ result: ExecutionResult, _ drill: Drill?) -> [ExecutionResult] {
        switch drill {
        case nil, .silent, .wrongProof: [result]
        case .wrongOutput, .lateWrong: [result.falsified]
        case .doubleSign: [result, result.falsified]
        }
    }
}

extension Drill {
    /// What a node in a drill proves.
    static func proof(_ proof: InferenceProof?, _ drill: Drill?) -> (reference: CAC.ProofReference, bytes: [UInt8])? {
        guard let proof else { return nil }
        var bytes = proof.bytes
        if drill == .wrongProof { bytes[bytes.count / 2] ^= 1 }
        let digest = drill == .wrongProof ? Digest(of: bytes) : proof.digest
        return (CAC.ProofReference(digest: digest, statement: proof.statement), bytes)
    }
}

extension ExecutionResult {
    /// The same result with its first output a little larger.
    fileprivate var falsified: ExecutionResult {
        guard case .outputs(var outputs) = answer, let first = outputs.first,
            let changed = try? first.value.adding(ExactDecimal(coefficient: 1, scale: 2))
        else { return self }
        outputs[0].value = changed
        return ExecutionResult(
            clause: clause, occurrenceID: occurrenceID, inputCommitment: inputCommitment, engine: engine,
            fuelLimit: fuelLimit, answer: .outputs(outputs), terms: terms, signal: signal)
    }
}

/// Takes what is ready from a stream as one batch, and waits only when nothing is.
struct BatchingIterator<Element: Sendable>: ~Copyable {
    private let buffer = Buffer()
    private let pump: Task<Void, Never>

    init(_ stream: AsyncStream<Element>) {
        let buffer = buffer
        pump = Task {
            for await element in stream { buffer.put(element) }
            buffer.finish()
        }
    }

    deinit { pump.cancel() }

    mutating func next(upTo countMax: Int) async -> [Element]? { await buffer.take(upTo: countMax) }

    private final class Buffer: Sendable {
        private struct State {
            var elements: [Element] = []
            var isFinished = false
            var waiter: CheckedContinuation<Void, Never>?
        }
        private let state = Mutex(State())

        func put(_ element: Element) { wake { $0.elements.append(element) } }
        func finish() { wake { $0.isFinished = true } }

        private func wake(_ change: (inout State) -> Void) {
            let waiter = state.withLock { state in
                change(&state)
                defer { state.waiter = nil }
                return state.waiter
            }
            waiter?.resume()
        }

        func take(upTo countMax: Int) async -> [Element]? {
            while true {
                let batch: [Element]?? = state.withLock { state in
                    if !state.elements.isEmpty {
                        let batch = Array(state.elements.prefix(countMax))
                        state.elements.removeFirst(batch.count)
                        return .some(batch)
                    }
                    return state.isFinished ? .some(nil) : nil
                }
                if let batch { return batch }
                await withCheckedContinuation { continuation in
                    let isReady = state.withLock { state in
                        if !state.elements.isEmpty || state.isFinished { return true }
                        state.waiter = continuation
                        return false
                    }
                    if isReady { continuation.resume() }
                }
            }
        }
    }
}
