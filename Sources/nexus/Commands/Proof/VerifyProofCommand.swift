import ArgumentParser
import NexusBase
import NexusProof
import NexusRuntime

struct VerifyProofCommand: NexusCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify-proof",
        abstract: "Check a proof of a network's answer, without its inputs.",
        discussion: """
            EXAMPLE
              nexus verify-proof answer.proof --network network.int8-qdq.onnx --context job-17
              nexus verify-proof answer.proof --header network.header --context job-17

            Status 0 if the proof holds, 1 if not. The network is what you decide to trust, the context what you asked \
            for. A proof alone does not say where the inputs came from: name the commitment that their owner signed \
            with --input-root. A header verifies proofs of `nexus prove --committed`; it is worth what whoever \
            registered the model checked, and with the network you register it yourself.
            """)

    @OptionGroup(title: "Output") var options: GlobalOptions

    @Argument(help: "The proof: FILE.proof.", completion: .file(extensions: ["proof"]))
    var proof: String

    @Option(help: "The network: *.onnx, or what `nexus model import` wrote.", completion: .file())
    var network: String?

    @Option(help: "Instead of the network, its header: what `nexus model register` wrote.", completion: .file())
    var header: String?

    @Option(help: "What the proof must have been made for.")
    var context: String

    @Option(help: "The statement, if it is not FILE.statement.json.", completion: .file(extensions: ["json"]))
    var statement: String?

    @Option(help: "The commitment to the inputs that their owner signed.")
    var inputRoot: String?

    func validate() throws {
        guard (network == nil) != (header == nil) else { throw ValidationError("give the --network or its --header") }
    }

    /// For the statement's own format. With the network a model's header is computed here: nobody else is relied on.
    private func verifier(for statement: ProofStatement) throws -> InferenceVerifier {
        let backend = ThreadedBackend()
        if let header {
            let header = try Files.decode(header, bytesMax: ProofLimits.headerBytesMax) { try ModelHeader(file: $0) }
            return try InferenceVerifier(header: header, batch: statement.batch, backend: backend)
        }
        let network = try NetworkFile(network ?? "").provable
        switch statement.format {
        case .v1: return try InferenceVerifier(network: network, batch: statement.batch, backend: backend)
        case .v2:
            return try InferenceVerifier(
                header: RegisteredModel(network, backend: backend).header, batch: statement.batch, backend: backend)
        }
    }

    func run(on console: Console) async throws {
        let beside = proof.hasSuffix(".proof") ? String(proof.dropLast(6)) : proof
        let statement = try Files.decode(
            statement ?? beside + ".statement.json", bytesMax: ProofLimits.statementBytesMax
        ) { try ProofStatement(parsing: $0) }
        guard statement.context == Array(context.utf8) else {
            throw ProofError(.wrongStatement, "the proof was made for another context", at: "context")
        }
        let expected = try inputRoot.map { try Digest(parsing: Text($0)) }
        guard expected == nil || expected == statement.inputRoot else {
            throw ProofError(.wrongStatement, "the proof is about other inputs", at: "inputRoot")
        }
        let verifier = try verifier(for: statement)
        let bytes = try Files.read(proof, bytesMax: ProofLimits.proofBytesMax)
        try verifier.verify(bytes, of: statement)
        console.say("\(good: "accepted")  \(bold: proof)")
        console.facts([
            ("model", Styled(statement.modelHash.description)), ("inputs", Styled(statement.inputRoot.description)),
            ("answer", .bold(statement.output.map(String.init).joined(separator: " "))),
        ])
        if expected == nil { console.warn("input unbound: no commitment was named that their owner signed") }
        console.result([
            "accepted": true, "inputBound": .bool(expected != nil), "bytes": .int(bytes.count),
            "format": .text(statement.format.rawValue), "statement": statement.json,
        ])
    }
}
