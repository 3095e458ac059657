import ArgumentParser
import NexusBase
import NexusModel
import NexusProof
import NexusRuntime

struct ProveCommand: NexusCommand {
    static let configuration = CommandConfiguration(
        commandName: "prove",
        abstract: "Run a network on private inputs and prove the answer.",
        discussion: """
            EXAMPLE
              nexus prove network.int8-qdq.onnx --input input.json --context job-17 --out answer

            Writes answer.proof and answer.statement.json. The proof hides the inputs; the statement shows the answer, \
            the model's hash, the commitment to the inputs and the context. An ONNX network takes real numbers and \
            quantises them; the file of `nexus model import` takes int8. Several inputs in the file are \
            proved as one batch. With --committed the weights are committed, a batch costs its verifier little more \
            than one input, and the header of `nexus model register` is enough to verify. \
            Formats: Documentation/Formats/proof-v1.md and proof-v2.md.
            """)

    @OptionGroup(title: "Output") var options: GlobalOptions

    @Argument(help: "The network: *.onnx, or what `nexus model import` wrote.", completion: .file())
    var network: String

    @Option(help: "The inputs, as JSON.", completion: .file(extensions: ["json"]))
    var input: String

    @Option(help: "What the proof is made for, such as a job's nonce. A verifier names the same.")
    var context: String

    @Option(help: "Where to write: FILE.proof and FILE.statement.json.", completion: .file())
    var out: String

    @Flag(help: "Make a proof that the header of `nexus model register` verifies, without the network.")
    var committed = false

    private func prover(_ network: ProofNetwork, batch: Int) throws -> InferenceProver {
        let backend = ThreadedBackend()
        guard committed else { return try InferenceProver(network: network, batch: batch, backend: backend) }
        return try InferenceProver(
            model: RegisteredModel(network, backend: backend), batch: batch, backend: backend)
    }

    func run(on console: Console) async throws {
        let network = try NetworkFile(network)
        let samples = try SampleFile(input).samples
        let values = try samples.flatMap { try network.quantised($0.input, at: input) }
        let prover = try prover(network.provable, batch: samples.count)
        let inputs = try prover.commit(to: values, seed: NetworkFile.seed())
        let (statement, proof) = try prover.prove(inputs, context: Array(context.utf8), seed: NetworkFile.seed())
        try Files.write(proof, to: out + ".proof", replacing: false)
        try Files.write(statement.canonicalBytes, to: out + ".statement.json", replacing: false)
        console.say("\(good: console.marks.done) \(bold: out + ".proof")  \(proof.count) bytes")
        console.facts([
            ("model", Styled(statement.modelHash.description)), ("inputs", Styled(statement.inputRoot.description)),
            ("answer", Styled(statement.output.map(String.init).joined(separator: " "))),
        ])
        console.next(["nexus verify-proof \(out).proof --network \(self.network) --context \(context)"])
        console.result(["proof": .text(out + ".proof"), "bytes": .int(proof.count), "statement": statement.json])
    }
}
