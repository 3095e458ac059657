import Dispatch
public import NexusProof

/// The parts of a proof's work on all cores at once. Blocks the calling thread until they are done: never call a prover
/// that has it on the cooperative pool.
public struct ThreadedBackend: ProverBackend {
    public init() {}

    public func perform(_ count: Int, _ part: @Sendable (Int) -> Void) {
        DispatchQueue.concurrentPerform(iterations: count) { part($0) }
    }
}
