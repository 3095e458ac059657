import ArgumentParser
import NexusBase
import NexusKeys
import NexusLog
import NexusLogHTTP
import NexusMesh
import NexusWitness

/// `nexus witness`: cosigns other logs' checkpoints.
struct WitnessCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "witness", abstract: "Watch logs of others and cosign what only grows.",
        subcommands: [Run.self, Keys.self])

    struct Keys: NexusCommand {
        static let configuration = CommandConfiguration(
            commandName: "keys", abstract: "Make a witness's keys and show their public parts.")
        @OptionGroup(title: "Output") var options: GlobalOptions
        @OptionGroup var identity: WitnessIdentity

        func run(on console: Console) async throws {
            let keys = try identity.signers().map(\.key.text)
            for key in keys { console.say(Styled(key.string)) }
            console.result(["key": .string(keys[0]), "keys": .array(keys.map { .string($0) })])
        }
    }

    struct Run: NexusCommand {
        static let configuration = CommandConfiguration(
            commandName: "run",
            abstract: "Run a witness (c2sp.org/tlog-witness) until told to stop.",
            discussion: """
                EXAMPLE
                  nexus witness run watcher --name watcher.example --log rail.example+1a2b3c4d+AQ… --port 8081

                Answers POST /add-checkpoint. What it cosigned is on disk in FOLDER before a cosignature leaves; one \
                process at a time has the folder. A log's origin is the name of its key; two keys of one name are one \
                log whose key was rotated. Any log whose checkpoint does not continue the last one is refused.
                """)
        @OptionGroup(title: "Output") var options: GlobalOptions
        @OptionGroup var identity: WitnessIdentity
        @Option(help: "Verifier key of a log to witness (repeat).") var log: [String] = []
        @OptionGroup var listener: ListenerOptions

        func run(on console: Console) async throws {
            var logs: [WitnessedLog] = []
            for text in log {
                let key = try VerifierKey(parsing: Text(text))
                if let index = logs.firstIndex(where: { $0.origin == key.name }) {
                    logs[index] = WitnessedLog(origin: key.name, keys: logs[index].keys + [key])
                } else {
                    logs.append(WitnessedLog(origin: key.name, keys: [key]))
                }
            }
            guard !logs.isEmpty else { throw CommandError(.usage, "give the key of a log to witness", at: "--log") }
            let signers = try identity.signers()
            let witness = try Witness(directory: "\(identity.folder)/state", logs: logs, signers: signers)
            for signer in signers { console.say("\(good: console.marks.done) witness \(bold: signer.key.text.string)") }
            try await listener.serve(.witness(witness, now: { .now }), label: "nexus.witness", on: console)
        }
    }
}

/// A witness's folder and name; its key is made with the first use.
struct WitnessIdentity: ParsableArguments {
    @Argument(help: "The witness's folder.", completion: .directory) var folder: String
    @Option(help: "The name in its cosignatures, such as a domain of yours.") var name: String

    @Flag(help: "Cosign with ML-DSA-44 too, which a quantum computer does not break.") var postQuantum = false

    /// Ed25519, and ML-DSA-44 where it is asked for: each has its own key file.
    func signers() throws -> [any NoteSigner] {
        let key = try KeyFile.readOrGenerate("\(folder)/keys/witness.key", as: .ed25519, now: .now)
        let first = try Ed25519NoteSigner(name: Text(name), seed: key.privateKey.bytes, type: .cosignatureEd25519)
        guard postQuantum else { return [first] }
        let other = try KeyFile.readOrGenerate("\(folder)/keys/witness-ml-dsa-44.key", as: .mlDSA44, now: .now)
        return [first, try MLDSA44NoteSigner(name: Text(name), seed: other.privateKey.bytes)]
    }
}
