import ArgumentParser
import NexusBase
import NexusModel
import NexusProof

struct ModelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "model", abstract: "Neural networks in exact integers.",
        subcommands: [ModelImportCommand.self, ModelRegisterCommand.self, ModelCommitCommand.self])
}

struct ModelImportCommand: NexusCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Read an ONNX network and write it in the integers that a proof speaks of.",
        discussion: """
            EXAMPLES
              nexus model import network.int8-qdq.onnx --out network.nxn
              nexus model import network.onnx --samples samples.json --out network.nxn

            Takes QDQ int8 networks as onnxruntime's quantiser writes them, and float networks with samples, which \
            calibrate the scales. With samples it says how often the integers agree with the answers in the file. \
            Formats: Documentation/Formats/int8-network-v1.md and proof-v1.md.
            """)

    @OptionGroup(title: "Output") var options: GlobalOptions

    @Argument(help: "The network.", completion: .file(extensions: ["onnx"]))
    var file: String

    @Option(help: "Inputs, with answers where known.", completion: .file(extensions: ["json"]))
    var samples: String?

    @Option(help: "Where to write the network: a file whose SHA-256 is the model's hash.", completion: .file())
    var out: String?

    func run(on console: Console) async throws {
        let samples = try samples.map { try SampleFile($0).samples } ?? []
        let isQuantised: Bool
        let read: NetworkFile
        do {
            read = try NetworkFile(file)
            isQuantised = true
        } catch let error as FileFailure where error.qualifiedCode == "model.not-quantised" && !samples.isEmpty {
            read = try NetworkFile(file, calibration: samples.map(\.input))
            isQuantised = false
        }
        guard let network = read.network else {
            throw CommandError(.badInput, "an ONNX file (*.onnx) is needed", at: file)
        }
        if let out { try Files.write(read.provable.file, to: out, replacing: false) }
        let prover = try InferenceProver(network: read.provable)
        show(network, read.provable, on: console)
        let agreement = try agreement(network, samples, isQuantised: isQuantised)
        if let agreement {
            console.say(
                "  the largest answer agrees on \(bold: "\(agreement.agreeing) of \(agreement.total)")"
                    + (isQuantised ? "; outputs differ by at most \(agreement.steps) quantisation steps" : ""))
        }
        console.result([
            "layers": .int(network.layers.count), "modelHash": prover.modelHash.json,
            "multiplications": .int(network.multiplications), "parameters": .int(network.parameters),
            "quantised": .bool(isQuantised), "out": out.map { .text($0) },
            "agreement": agreement.map { ["agreeing": .int($0.agreeing), "samples": .int($0.total)] },
        ])
    }

    private func show(_ network: Int8Network, _ provable: ProofNetwork, on console: Console) {
        console.say(.bold(file))
        var table = Table([.left("layer"), .left("does"), .left("shape"), .right("multiplications")])
        for layer in network.layers {
            table.add([
                Styled(layer.name), Styled(Self.word(layer.operation)),
                Styled(layer.shape.map(String.init).joined(separator: " × ")), Styled("\(layer.multiplications)"),
            ])
        }
        console.show(table)
        console.facts([
            ("model", .bold(provable.hash.description)), ("multiplications", Styled("\(network.multiplications)")),
            ("parameters", Styled("\(network.parameters)")),
        ])
    }

    private static func word(_ operation: NexusModel.Operation) -> String {
        switch operation {
        case .product: "product"
        case .convolution: "convolution"
        case .relu: "relu"
        case .maxPool: "max pool"
        case .averagePool: "average pool"
        case .add: "add"
        case .reshape: "reshape"
        case .rescale: "rescale"
        }
    }

    private struct Agreement {
        var agreeing = 0
        var total = 0
        var steps = 0
    }

    private func agreement(
        _ network: Int8Network, _ samples: [SampleFile.Sample], isQuantised: Bool
    ) throws -> Agreement? {
        var found = Agreement()
        for sample in samples {
            guard let wanted = isQuantised ? sample.int8Output : sample.floatOutput else { continue }
            let output = try network.output(for: network.quantised(sample.input))
            guard output.count == wanted.count else {
                throw CommandError(.badInput, "a sample's answer has \(wanted.count) numbers, not \(output.count)")
            }
            found.total += 1
            let own = output.indices.max { output[$0] < output[$1] }
            if own == wanted.indices.max(by: { wanted[$0] < wanted[$1] }) { found.agreeing += 1 }
            for (mine, theirs) in zip(output, wanted) {
                let steps = (theirs / network.outputScale).rounded()
                if steps.magnitude < 1_000 { found.steps = max(found.steps, abs(Int(mine) - Int(steps))) }
            }
        }
        return found.total > 0 ? found : nil
    }
}
