import ArgumentParser
import NexusBase
import NexusEvidence
import NexusGovernance
import NexusKeys
import NexusLog
import NexusMesh
import NexusRail

extension GovernanceCommand {
    /// `nexus governance rotate`: a key of checkpoints gives way to another.
    struct Rotate: NexusCommand {
        static let configuration = CommandConfiguration(
            abstract: "Rotate the log's key, or a validator's or witness's, by an entry in the log.",
            discussion: """
                EXAMPLES
                  nexus governance rotate --rail .nexus/demo --reason yearly --key one.key --key two.key --key three.key
                  nexus governance rotate --from w.example+…+BA… --to w.example+…+Bg… --reason stolen --key …

                Without --from, the log's own key: a new one is made in the rail's folder first, and signs from the \
                entry's checkpoint on. Checkpoints that the old key signed keep verifying; new ones by it do not.
                """)
        @OptionGroup var options: GlobalOptions
        @OptionGroup var rail: RailOption
        @OptionGroup var votes: Votes
        @Option(help: "Verifier key that gives way; the log's if not given.") var from: String?
        @Option(help: "Verifier key that takes its place.") var to: String?
        @Option(help: "Why.") var reason: String

        func validate() throws {
            guard (from == nil) == (to == nil) else { throw ValidationError("--from and --to come together.") }
        }

        func run(on console: Console) async throws {
            let (old, new) =
                if let from, let to {
                    (try VerifierKey(parsing: Text(from)), try VerifierKey(parsing: Text(to)))
                } else { try await logKeys() }
            try await GovernanceCommand.decide(
                .rotateKey(from: old.text, to: new.text, reason: Text(reason)), votes, rail,
                "\(old.name) rotated to \(new.text)", console)
        }

        /// The key in force, and a new one in the rail's folder.
        private func logKeys() async throws -> (VerifierKey, VerifierKey) {
            let folder = rail.folder
            var answer = try Fields(await rail.client.call(["operation": "governance"]), at: "answer")
            var key = try VerifierKey(parsing: folder.trust().genesis.logKey)
            var snapshot = try Fields(answer.required("snapshot"), at: "snapshot")
            guard case .array(let rotations)? = snapshot.optional("rotations") else { return (key, try next(key, 1)) }
            for json in rotations {
                var rotation = try Fields(json, at: "rotation")
                if try rotation.text("from") == key.text { key = try VerifierKey(parsing: rotation.text("to")) }
            }
            return (key, try next(key, rotations.count + 1))
        }

        private func next(_ key: VerifierKey, _ number: Int) throws -> VerifierKey {
            let path = "\(rail.folder.path)/keys/log-\(number + 1).key"
            let file = try KeyFile.readOrGenerate(path, as: .ed25519, now: .now)
            return try Ed25519NoteSigner(name: key.name, seed: file.privateKey.bytes).key
        }
    }
}
