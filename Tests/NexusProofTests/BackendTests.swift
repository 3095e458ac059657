import Dispatch
import NexusBase
import Synchronization
import Testing

@testable import NexusProof

/// Whoever does the parts of the work, and in whatever order: the bytes are the same.
@Suite struct BackendTests {
    private struct Backwards: ProverBackend {
        func perform(_ count: Int, _ part: @Sendable (Int) -> Void) {
            for index in (0..<count).reversed() { part(index) }
        }
    }

    private struct Threads: ProverBackend {
        func perform(_ count: Int, _ part: @Sendable (Int) -> Void) {
            DispatchQueue.concurrentPerform(iterations: count) { part($0) }
        }
    }

    /// As one with memory and loops of its own would: works on copies of the tasks' vectors.
    private final class Device: ProverBackend {
        let calls = Mutex((encode: 0, hash: 0, fold: 0))

        func perform(_ count: Int, _ part: @Sendable (Int) -> Void) { for index in 0..<count { part(index) } }

        func encode(_ task: RowEncoding) {
            calls.withLock { $0.encode += 1 }
            let encoder = ReedSolomon(dimension: task.dimension, kernel: .scalar)
            for row in 0..<task.rowCount {
                let words = UnsafeBufferPointer(start: task.rows + row * task.dimension, count: task.dimension)
                let codeword = encoder.encoded(words.map { Goldilocks(canonical: $0) }, cosets: [0, 1, 2, 3])
                for (place, element) in codeword.enumerated() {
                    task.codewords[row * codeword.count + place] = element.raw
                }
            }
        }

        func hash(_ task: ColumnHashing) {
            calls.withLock { $0.hash += 1 }
            for column in 0..<task.columnCount {
                let salt = task.salts.map { Array(UnsafeBufferPointer(start: $0 + 32 * column, count: 32)) } ?? []
                let elements = (0..<task.rowCount).map {
                    Goldilocks(canonical: task.codewords[$0 * task.columnCount + column])
                }
                (task.leaves + column).initialize(to: Tableau.leaf(task.number, salt: salt, column: elements))
            }
        }

        func fold(_ task: RowFolding) {
            calls.withLock { $0.fold += 1 }
            for place in 0..<task.count {
                var sum = Extension.zero
                for (row, words) in task.rows.enumerated() {
                    let (first, second) = task.scale(row)
                    sum +=
                        Extension(Goldilocks(canonical: first), Goldilocks(canonical: second))
                        * Goldilocks(canonical: words[place])
                }
                (task.sums[2 * place], task.sums[2 * place + 1]) = (sum.first.raw, sum.second.raw)
            }
        }
    }

    @Test func `every backend makes the same proof and accepts it`() throws {
        for network in [try Networks.perceptron(), try Networks.image()] {
            var proofs: [[UInt8]] = []
            let device = Device()
            let backends: [any ProverBackend] = [SerialBackend(), Backwards(), Threads(), device]
            for backend in backends {
                let prover = try InferenceProver(network: network, backend: backend)
                let input = try prover.commit(to: Networks.input(network.inputSize), seed: Networks.seed)
                let (statement, proof) = try prover.prove(input, context: [1], seed: Networks.otherSeed)
                try InferenceVerifier(network: network, backend: backend).verify(proof, of: statement)
                proofs.append(proof)
            }
            #expect(Set(proofs).count == 1)
            // Three tableaus; one combination of all rows.
            #expect(device.calls.withLock { $0 == (3, 3, 1) })
        }
    }

    @Test func `a job's proof is the same at every attempt, and another job's is another`() throws {
        let network = try Networks.perceptron()
        let prover = try InferenceProver(network: network)
        let opening = try InputOpening(values: Networks.input(6), seed: Networks.seed)
        #expect(try InputOpening(parsing: opening.bytes) == opening)
        let committed = try prover.commit(to: opening)
        let (first, second) = (Digest(of: [1]), Digest(of: [2]))
        let proofs = try [first, first, second].map { try prover.prove(opening, committed, forJob: $0).proof }
        #expect(proofs[0] == proofs[1] && proofs[0] != proofs[2])
        #expect(
            try prover.output(for: opening.values) == prover.prove(opening, committed, forJob: first).statement.output)
    }

    @Test func `a network's file hashes to the model, and no other bytes are read`() throws {
        let network = try Networks.perceptron()
        #expect(Digest(of: network.file) == network.hash)
        #expect(try ProofNetwork(file: network.file) == network)
        for bytes in [network.canonicalBytes, network.file + [0], Array(network.file.dropLast()), []] {
            #expect(throws: ProofError.self) { try ProofNetwork(file: bytes) }
        }
    }

    @Test(arguments: [
        #"{"format":"nexus.input-opening/v1","seed":"AAAA","values":"AQ=="}"#,
        #"{"format":"nexus.input-opening/v2","seed":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=","values":"AQ=="}"#,
        #"{"format":"nexus.input-opening/v1","seed":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=","values":""}"#,
        #"{"format":"nexus.input-opening/v1","seed":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=","values":"AQ==","x":1}"#,
    ])
    func `an opening that breaks its form is refused`(_ text: String) {
        #expect(throws: ProofError.self) { try InputOpening(parsing: Array(text.utf8)) }
    }
}
