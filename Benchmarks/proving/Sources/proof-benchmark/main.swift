// proof-benchmark MODELS [REPETITIONS [MODEL BATCH]]: medians of set-up, commit, prove and verify for the models of a
// folder, and what a batch costs, in proof-v1 and proof-v2. proof-benchmark MODELS fuzz COUNT: changed proofs,
// statements, networks, headers and ONNX files. proof-benchmark MODELS scale [v1] [512 | 1024 | 2048 | 4096 | vgg]:
// networks of random weights, beside running them again. THREADS=1 takes one core.
import Foundation
import NexusModel
import NexusProof

/// All cores, or one where the environment says THREADS=1.
let backend: any ProverBackend =
    ProcessInfo.processInfo.environment["THREADS"] == "1" ? SerialBackend() : Threads()

struct Threads: ProverBackend {
    func perform(_ count: Int, _ part: @Sendable (Int) -> Void) {
        DispatchQueue.concurrentPerform(iterations: count) { part($0) }
    }
}

/// Processor time of all threads and time on the wall.
struct Times {
    var processor: [Double] = []
    var wall: [Duration] = []

    mutating func measure(_ body: () throws -> Void) rethrows {
        let start = clock()
        wall.append(try ContinuousClock().measure(body))
        processor.append(Double(clock() - start) / 1_000)
    }

    /// In milliseconds.
    var wallMedian: Double {
        let middle = wall.sorted()[wall.count / 2]
        return Double(middle.components.attoseconds) / 1e15 + Double(middle.components.seconds) * 1e3
    }

    var processorMedian: Double { processor.sorted()[processor.count / 2] }

    var text: String {
        String(format: "%8.2f (%8.2f)", processorMedian, wallMedian)
    }
}

func peakMebibytes() -> Int {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? ""
    return (Int(line.split(separator: " ").dropFirst().first ?? "") ?? 0) / 1_024
}

func seed(_ number: Int) -> [UInt8] { (0..<32).map { _ in UInt8.random(in: 0...255) } }

struct Model {
    let name: String
    let network: ProofNetwork

    init(_ folder: String, _ name: String) throws {
        self.name = name
        let file = URL(fileURLWithPath: "\(folder)/\(name)/network.int8-qdq.onnx")
        network = try Int8Network(onnx: [UInt8](Data(contentsOf: file))).proofNetwork()
    }

    init(name: String, network: ProofNetwork) {
        self.name = name
        self.network = network
    }

    func input(_ count: Int) -> [Int8] { (0..<count * network.inputSize).map { _ in Int8.random(in: 0...127) } }

    private func prover(_ format: ProofFormat, batch: Int) throws -> (InferenceProver, ModelHeader?) {
        guard format == .v2 else {
            return (try InferenceProver(network: network, batch: batch, backend: backend), nil)
        }
        let model = try RegisteredModel(network, backend: backend)
        return (try InferenceProver(model: model, batch: batch, backend: backend), model.header)
    }

    func measure(batch: Int, repetitions: Int, _ format: ProofFormat) throws {
        var (setUp, commit, prove, verify) = (Times(), Times(), Times(), Times())
        var size = 0
        for repetition in 0..<repetitions {
            var made: (InferenceProver, ModelHeader?)?
            try setUp.measure { made = try prover(format, batch: batch) }
            guard let (prover, header) = made else { return }
            let verifier =
                try header.map { try InferenceVerifier(header: $0, batch: batch, backend: backend) }
                ?? InferenceVerifier(network: network, batch: batch, backend: backend)
            let values = input(batch)
            var committed: CommittedInput?
            try commit.measure { committed = try prover.commit(to: values, seed: seed(repetition)) }
            guard let committed else { return }
            var result: (statement: ProofStatement, proof: [UInt8])?
            try prove.measure { result = try prover.prove(committed, context: [1], seed: seed(repetition)) }
            guard let result else { return }
            try verify.measure { try verifier.verify(result.proof, of: result.statement) }
            size = result.proof.count
        }
        print(
            name.padding(toLength: 10, withPad: " ", startingAt: 0), format == .v1 ? "v1" : "v2",
            String(format: "%5d", batch), setUp.text,
            commit.text, prove.text, verify.text, String(format: "%9d", size),
            String(format: "%6d", peakMebibytes()))
    }
}

let arguments = CommandLine.arguments
guard arguments.count >= 2 else {
    print("usage: proof-benchmark MODELS [REPETITIONS [MODEL BATCH] | scale [v1] [SIDE | vgg] | fuzz COUNT]")
    exit(2)
}
let folder = arguments[1]
if arguments.count == 4, arguments[2] == "fuzz", let count = Int(arguments[3]) {
    try Fuzz.run(folder, count: count, seed: 1)
} else if arguments.count >= 3, arguments[2] == "scale" {
    let rest = arguments.dropFirst(3)
    try Scale.run(rest.contains("v1") ? .v1 : .v2, only: rest.first { $0 != "v1" })
} else {
    let repetitions = arguments.count > 2 ? Int(arguments[2]) ?? 5 : 5
    print(
        "medians in ms: processor (wall). model, format, batch, set-up, commit, prove, verify, bytes, peak MiB so far")
    print("peak before the first model: \(peakMebibytes()) MiB")
    if arguments.count == 5, let batch = Int(arguments[4]) {
        // Alone in its process: then the peak is its own.
        let format = ProcessInfo.processInfo.environment["PROOF_FORMAT"] == "v2" ? ProofFormat.v2 : .v1
        try Model(folder, arguments[3]).measure(batch: batch, repetitions: repetitions, format)
    } else {
        try measureAll(repetitions)
    }
}

func measureAll(_ repetitions: Int) throws {
    for batch in [1, 8, 64] {
        for name in ["mlp_small", "mlp_large", "cnn"] {
            // A batch beyond the limits of one proof is refused, and said to be.
            do {
                for format in ProofFormat.allCases {
                    try Model(folder, name).measure(
                        batch: batch, repetitions: batch == 1 ? repetitions : max(1, repetitions / 2), format)
                }
            } catch let error as ProofError { print(name, batch, error) }
        }
    }
}
