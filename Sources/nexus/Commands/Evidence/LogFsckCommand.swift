import ArgumentParser
import NexusBase
import NexusEvidence
import NexusGovernance
import NexusLog
import NexusLogStore

/// `nexus log fsck`: every byte of a log's folder.
struct LogFsckCommand: NexusCommand {
    static let configuration = CommandConfiguration(
        commandName: "fsck",
        abstract: "Check every byte of a log's folder against its signed checkpoint.",
        discussion: """
            EXAMPLE
              nexus log fsck .nexus/demo/log --rail .nexus/demo/rail.json

            Reads every entry, hashes it to its tile, each tile to the one above and all of them to the checkpoint. \
            Nothing is changed. The log's key comes from --key or --rail; without them from the log's own genesis, \
            which shows that the parts fit together, not whose they are. Exit status 1: the log does not check.
            """)

    @OptionGroup(title: "Output") var options: GlobalOptions
    @Argument(help: "The log's folder.", completion: .directory) var folder: String
    @OptionGroup var keys: LogKeyOptions
    @Option(help: "The rail's trust file.", completion: .file(extensions: ["json"])) var rail: String?

    func run(on console: Console) async throws {
        guard Files.isFolder(folder) else { throw CommandError(.notFound, "there is no such folder", at: folder) }
        let reader = try LogReader(directory: folder)
        let log: WitnessedLogKeys
        if keys.isGiven { log = try keys.log() } else { log = try railKeys(reader) }
        let report: LogCheck.Report
        do { report = try LogCheck.run(reader, origin: log.origin, keys: log.keys) } catch let error as LogStoreError
            where error.code == .damaged || error.code == .tailLost
        {
            console.say("\(bad: console.marks.failed) \(error.place ?? folder): \(error.message)")
            console.result([
                "code": .text("log-store.\(error.code.rawValue)"), "intact": false, "message": .text(error.message),
                "place": error.place.map { .text($0) },
            ])
            throw ExitCode(ExitStatus.no.rawValue)
        }
        let signed = report.checkpoint?.size
        if report.pruned > 0 {
            console.say("  \(report.pruned) bundles of 256 entries were taken out; their hashes are here")
        }
        console.say("\(good: console.marks.done) \(report.size) entries hash to \(report.root.description)")
        if let signed {
            console.say("\(good: console.marks.done) the checkpoint of \(signed) entries is signed, and of this tree")
        } else {
            console.warn("the log has no checkpoint")
        }
        console.result([
            "intact": true, "prunedBundles": .int(report.pruned), "origin": .string(log.origin),
            "root": report.root.json,
            "signedSize": signed.map { .int($0) },
            "size": .int(report.size),
        ])
    }

    /// The rail's log key and all that it was rotated to.
    private func railKeys(_ reader: LogReader) throws -> WitnessedLogKeys {
        let size = (try? reader.checkpoint())?.checkpoint.size ?? 0
        var genesis = try rail.map { try TrustFile(file: $0).genesis }
        if genesis == nil, size > 0, let json = try? JSON(parsing: reader.entry(at: 0, size: size)) {
            genesis = try? Genesis(json: json, at: "genesis")
        }
        guard let genesis else {
            throw CommandError(.usage, "the log has no rail's genesis that can be read; give --key or --rail")
        }
        let first = try VerifierKey(parsing: genesis.logKey)
        // A damaged log may not fold: then the genesis's key is all that is known, and the check says what is wrong.
        let keys = (try? RailLog(reader, size: size, genesis: genesis).logKeys) ?? [first]
        return WitnessedLogKeys(origin: first.name, keys: keys)
    }
}
