import NexusBase
import NexusEvidence
import NexusProof
import NexusTestSupport

extension PackCase {
    private static func proof(
        _ code: Text, _ name: String, _ description: String,
        _ edit: @escaping (inout PackScenario, inout TestModel) -> Void
    ) -> PackCase {
        PackCase(.proof, code, name, description) { $0 = .proved(edit) }
    }

    /// A model's result, and what may be wrong with its proof.
    static var proofCases: [PackCase] {
        [
            proof("evidence.bad-proof", "proof-missing", "A model's result without its proof.") { scenario, _ in
                scenario.editPack = { $0["proof"] = nil }
            },
            proof("proof.rejected", "proof-changed", "The node names a proof with one bit changed.") { _, model in
                model.editProof = { $0[$0.count / 2] ^= 1 }
            },
            proof("evidence.bad-proof", "proof-not-named", "A proof is shown that no statement names.") { _, model in
                model.editProof = { $0[$0.count / 2] ^= 1 }
                model.namesEditedProof = false
            },
            proof("proof.malformed", "proof-cut", "A proof that ends early.") { _, model in
                model.editProof = { $0.removeLast() }
            },
            proof("proof.rejected", "proof-of-other-output", "The node signs another output than it proved.") {
                scenario, _ in
                scenario.editResult = { _, result in result["outputs.a"] = "5" }
            },
            proof("proof.rejected", "proof-of-other-job", "A proof that was made for another job.") { _, model in
                model.provedJob = Digest(of: [9])
            },
            proof("evidence.mismatch", "statement-of-other-job", "The node states that it proved another job.") {
                _, model in
                model.statedJob = Digest(of: [9])
            },
            proof("proof.rejected", "root-of-other-input", "The feed signed the root of another input.") { _, model in
                model.isOtherRootSigned = true
            },
            proof("evidence.bad-proof", "root-withheld", "The committed input is withheld: input unbound.") {
                scenario, _ in
                scenario.withheld = ["image"]
            },
            proof("evidence.mismatch", "other-network", "A weight of the network is changed.") { _, model in
                model.editModel = { $0[$0.count - 1] ^= 1 }
            },
            PackCase(
                .result, "evidence.mismatch", "proof-not-asked",
                "A proof in the pack of a clause that computes with a module."
            ) {
                $0.editPack = { $0["proof"] = ["model": .base64([1]), "proof": .base64([2])] }
            },
        ]
    }
}
