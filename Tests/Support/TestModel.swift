package import NexusBase
import NexusClause
import NexusEvidence
package import NexusProof

/// A network small enough for many vectors, the private input of a test, and its proofs.
package struct TestModel {
    package static let network: ProofNetwork = {
        let weights: [Int8] = (0..<18).map { Int8($0 * 37 % 255 - 127) }
        // SAFETY: a constant that the tests of this file read first.
        return try! ProofNetwork(
            inputSize: 6,
            layers: [
                .affine(
                    terms: [.init(source: 0, map: .product(weights: weights), multiplier: 1 << 30)],
                    bias: [100, -2_000, 30], shift: 38, lower: -128, size: 3)
            ], output: 1)
    }()

    package static let opening: InputOpening = {
        // SAFETY: a constant, six values and 32 bytes.
        try! InputOpening(values: [1, -2, 127, -128, 0, 77], seed: [UInt8](repeating: 5, count: 32))
    }()

    /// What is shown instead of the honest proof's bytes.
    package var editProof: (inout [UInt8]) -> Void = { _ in }
    /// What the node names: the bytes that are shown, or the honest proof's.
    package var namesEditedProof = true
    /// Another job's proof.
    package var provedJob: Digest?
    /// Another job in the node's statement.
    package var statedJob: Digest?
    package var editModel: (inout [UInt8]) -> Void = { _ in }
    /// The feed signs another root than the one that was proved.
    package var isOtherRootSigned = false

    package init() {}

    package static func root(of opening: InputOpening) -> Digest {
        // SAFETY: the test's own network and input.
        try! InferenceProver(network: network).commit(to: opening).root
    }

    var signedRoot: Digest { isOtherRootSigned ? Digest(of: [1]) : Self.root(of: Self.opening) }

    static func output() throws -> [Int8] {
        try InferenceProver(network: network).output(for: opening.values)
    }

    /// The bytes that are shown, and what the node says of them.
    func proof(
        of result: ExecutionResult, _ clause: Clause, job: Digest
    ) throws -> (result: ResultProof, reference: CAC.ProofReference) {
        let prover = try InferenceProver(network: Self.network)
        let committed = try prover.commit(to: Self.opening)
        let honest = try prover.prove(Self.opening, committed, forJob: provedJob ?? job).proof
        var (shown, model) = (honest, Self.network.file)
        editProof(&shown)
        editModel(&model)
        let statement = try ResultProof.statement(
            of: result, clause, inputRoot: signedRoot, job: statedJob ?? job)
        return (
            ResultProof(model: model, proof: shown),
            CAC.ProofReference(digest: Digest(of: namesEditedProof ? shown : honest), statement: statement)
        )
    }

    /// The test clause with this network: one private input, three outputs.
    package static func clause(_ yaml: String) -> String {
        let inputs = yaml.components("inputs:\n")[1].components("parameters:")[0]
        let terms = yaml.components("terms:\n")[1].components("execution:")[0]
        return yaml.with(
            inputs,
            "  - { name: image, kind: committed, feed: ersst, editions: [final] }\n  "
                + "- { name: station, kind: text, editions: [] }\n"
        )
        .with("kind: wasm", "kind: model")
        .with("sha256:6c64db22561558ce077eeaa2b929ff01e23d9d44350235e595bd6c3ef4f3b413", network.hash.description)
        .with(
            "  - { name: index, unit: °C }\n  - { name: payoutRate }",
            "  - { name: a }\n  - { name: b }\n  - { name: c }"
        )
        .with(terms, "  - name: largest\n    expression: a > b\n    role: trigger\n")
        .with("tier: quorum\n  nodes: 3\n  quorum: 2", "tier: proof\n  nodes: 1\n  quorum: 1")
        .with("distinct: [operator, jurisdiction]", "distinct: [operator]")
        .with("    limit: 10000000\n    rate: payoutRate", "    limit: 10000000\n    rate: a")
    }
}
