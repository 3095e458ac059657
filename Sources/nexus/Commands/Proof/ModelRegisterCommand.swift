import ArgumentParser
import NexusBase
import NexusModel
import NexusProof
import NexusRuntime

/// `nexus model register`: the set-up of proof-v2, once a model.
struct ModelRegisterCommand: NexusCommand {
    static let configuration = CommandConfiguration(
        commandName: "register",
        abstract: "Commit to a network's weights: a header that verifies its proofs.",
        discussion: """
            EXAMPLE
              nexus model register network.int8-qdq.onnx --out network.header
              nexus prove network.int8-qdq.onnx --input input.json --context job-17 --out answer --committed
              nexus verify-proof answer.proof --header network.header --context job-17

            Checks every weight and writes the model's shapes, constants, bounds and the root of its weights: the same \
            header for everyone who has the network. Whoever gets it from you relies on you for these checks. \
            Format: Documentation/Formats/proof-v2.md.
            """)

    @OptionGroup(title: "Output") var options: GlobalOptions

    @Argument(help: "The network: *.onnx, or what `nexus model import` wrote.", completion: .file())
    var network: String

    @Option(help: "Where to write the header: a file whose SHA-256 is the model's hash.", completion: .file())
    var out: String

    func run(on console: Console) async throws {
        let network = try NetworkFile(network).provable
        let start = ContinuousClock.now
        let header = try RegisteredModel(network, backend: ThreadedBackend()).header
        let time = ContinuousClock.now - start
        let file = header.file
        try Files.write(file, to: out, replacing: false)
        let milliseconds = Int((time / .milliseconds(1)).rounded())
        console.say("\(good: console.marks.done) \(bold: out)  \(file.count) bytes, in \(milliseconds) ms")
        console.facts([
            ("model", .bold(header.hash.description)), ("weights", Styled(header.weightRoot.description)),
            ("multiplications", Styled("\(header.multiplications)")),
        ])
        console.result([
            "bytes": .int(file.count), "header": .text(out), "milliseconds": .int(milliseconds),
            "modelHash": header.hash.json, "weightRoot": header.weightRoot.json,
        ])
    }
}
