import ArgumentParser
import NexusBase
import NexusLog
import NexusWitness

/// `nexus log judge`: checks a proof of misbehaviour, offline.
struct LogJudgeCommand: NexusCommand {
    static let configuration = CommandConfiguration(
        commandName: "judge",
        abstract: "Check a proof that a log showed two histories.",
        discussion: """
            EXAMPLE
              nexus log judge watched/10-12-1a2b3c4d.misbehaviour --key rail.example+1a2b3c4d+AQ…

            Needs nothing but the file and the log's key. Exit status 0: the log misbehaved, and its own signatures show \
            it. 1: the file does not show it. Format: Documentation/Formats/log-misbehaviour-v1.md.
            """)

    @OptionGroup(title: "Output") var options: GlobalOptions
    @Argument(help: "The proof.", completion: .file(extensions: ["misbehaviour"])) var file: String
    @OptionGroup var keys: LogKeyOptions

    func run(on console: Console) async throws {
        let log = try keys.log()
        let proof = try Files.decode(file, bytesMax: WitnessLimits.misbehaviourBytesMax) {
            try MisbehaviourProof(parsing: $0)
        }
        let culprits = try proof.verify(origin: log.origin, keys: log.keys)
        let (old, new) = (proof.old.checkpoint, proof.new.checkpoint)
        console.say("\(bad: console.marks.failed) \(log.origin) signed two histories")
        console.facts([
            ("signed at \(old.size)", Styled(old.root.description)),
            ("shown at \(new.size)", Styled(proof.root.description)),
            ("by", Styled(culprits.map(\.description).joined(separator: ", "))),
        ])
        console.result([
            "keys": .array(culprits.map { .string($0.text) }), "misbehaved": true, "new": .int(new.size),
            "old": .int(old.size), "origin": .string(log.origin),
        ])
    }
}
