import ArgumentParser
import Foundation
import NexusBase
import NexusLog
import NexusLogHTTP
import NexusWitness

/// `nexus log watch`: follows any tiled log.
struct LogWatchCommand: NexusCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch",
        abstract: "Follow any tiled log and prove it if it shows two histories.",
        discussion: """
            EXAMPLE
              nexus log watch https://log.example/prefix --key rail.example+1a2b3c4d+AQ… --state watched

            Checks that each checkpoint is signed and continues the last one, that every entry is in the signed tree, \
            and, with --witness, that enough witnesses cosigned. The last good checkpoint is kept in the folder of \
            --state, durable before it is believed. Two contradicting checkpoints end the command with status 1 and a \
            file FOLDER/<size>-<size>.misbehaviour that anyone can check: nexus log judge FILE --key KEY
            """)

    @OptionGroup(title: "Output") var options: GlobalOptions
    @Argument(help: "The log's URL prefix.") var url: String
    @OptionGroup var keys: LogKeyOptions
    @Option(help: "Verifier key of a witness (repeat).") var witness: [String] = []
    @Option(help: "How many of the witnesses must have cosigned; all if not given.") var cosignatures: Int?
    @Option(help: "Folder for what was seen.", completion: .directory) var state: String
    @Option(help: "Seconds between two looks.") var interval = 30
    @Flag(help: "Look once and end.") var once = false
    @Flag(help: "Check the tree only, not each entry.") var skipEntries = false

    func validate() throws {
        guard (1...86_400).contains(interval) else { throw ValidationError("--interval takes 1 to 86400.") }
        guard (0...witness.count).contains(cosignatures ?? 0) else {
            throw ValidationError("--cosignatures takes 0 to the number of witnesses.")
        }
    }

    func run(on console: Console) async throws {
        let given = try keys.log()
        let log = WitnessedLog(origin: given.origin, keys: given.keys)
        let policy = try CosignaturePolicy(witness, threshold: cosignatures)
        let store = try CheckpointStore(directory: state)
        let kept = try store.load().first { $0.checkpoint.origin == log.origin }
        var monitor = try LogMonitor(log: log, latest: kept)
        let fetch = try LogURL(url).fetch
        if once { return try await look(&monitor, store, policy, fetch, console) }
        while !Task.isCancelled {
            do { try await look(&monitor, store, policy, fetch, console) } catch let error as WitnessError
                where error.code == .unreachable || error.code == .notServed
            {
                console.warn("\(error.description)")
            }
            try await Task.sleep(for: .seconds(interval))
        }
    }

    /// The monitor checks each entry before it hands it over: nothing is left to do here.
    private static let checkOnly: LogMonitor.Visit = { _, _ in }

    private func look(
        _ monitor: inout LogMonitor, _ store: CheckpointStore, _ policy: CosignaturePolicy,
        _ fetch: LogMonitor.Fetch, _ console: Console
    ) async throws {
        let before = monitor.latest
        let finding = try await monitor.look(fetch: fetch, visit: skipEntries ? nil : Self.checkOnly)
        if case .misbehaviour(let proof) = finding { throw try report(proof, console) }
        guard let latest = monitor.latest else { return }
        let cosigned = try policy.count(latest)
        if latest != before { try store.save(latest) }
        let size = latest.checkpoint.size
        let isEnough = cosigned >= policy.threshold
        switch finding {
        case .grown(let old, let new): console.say("\(good: console.marks.done) \(old) to \(new) entries, consistent")
        case .unchanged: console.say("\(good: console.marks.done) \(size) entries, unchanged")
        case .behind(let old): console.warn("the server is behind: \(old) of \(size) entries, consistent")
        case .misbehaviour: break
        }
        if !policy.keys.isEmpty {
            console.say("  \(cosigned) of \(policy.keys.count) witnesses cosigned; \(policy.threshold) needed")
        }
        if !isEnough { console.warn("too few cosignatures: a split view is not excluded") }
        if once {
            console.result([
                "cosignatures": .int(cosigned), "enoughCosignatures": .bool(isEnough),
                "origin": .string(monitor.log.origin),
                "root": latest.checkpoint.root.json, "size": .int(size),
            ])
            if !isEnough { throw ExitCode(ExitStatus.no.rawValue) }
        }
    }

    /// Writes the proof where it can be handed to others; returns what ends the command.
    private func report(_ proof: MisbehaviourProof, _ console: Console) throws -> any Error {
        let file = Files.join(
            state,
            "\(proof.old.checkpoint.size)-\(proof.new.checkpoint.size)-\(Digest(of: proof.bytes).short).misbehaviour")
        try Files.write(proof.bytes, to: file, replacing: true)
        console.say("\(bad: console.marks.failed) the log signed two histories; the proof is in \(bold: file)")
        console.result(["misbehaviour": .text(file)])
        return ExitCode(ExitStatus.no.rawValue)
    }
}

/// How many of which witnesses must have cosigned.
struct CosignaturePolicy {
    let keys: [VerifierKey]
    let threshold: Int

    init(_ texts: [String], threshold: Int?) throws {
        keys = try texts.map { try VerifierKey(parsing: Text($0)) }
        self.threshold = threshold ?? keys.count
    }

    /// Throws `log.bad-signature` for a line by one of the witnesses that does not verify.
    func count(_ signed: SignedCheckpoint) throws -> Int {
        try keys.count { key in
            guard let line = signed.note.signatures.first(where: { key.signed($0) }) else { return false }
            _ = try key.verify(line, over: signed.note.text)
            return true
        }
    }
}
