import ArgumentParser
import NexusBase
import NexusEvidence
import NexusLog
import NexusLogStore
import NexusRail

/// `nexus log prune`: old entries out of a stopped rail's log.
struct LogPruneCommand: NexusCommand {
    static let configuration = CommandConfiguration(
        commandName: "prune",
        abstract: "Take old entries out of a stopped rail's log; every hash and all governance stay.",
        discussion: """
            EXAMPLE
              nexus log prune .nexus/demo --before 100000

            Deletes whole bundles of 256 entries below --before that hold no governance. The tree, and so each proof and \
            each checkpoint, stays what it was; the rail goes on appending. A pack of a job whose rollup was taken out \
            can no longer be made: export those packs first. Readers who want old entries need another copy.
            """)

    @OptionGroup(title: "Output") var options: GlobalOptions
    @Argument(help: "The rail's folder.", completion: .directory) var folder: String
    @Option(help: "Entries below this index may go.") var before: Int

    func run(on console: Console) async throws {
        let rail = RailFolder(folder)
        let reader = try LogReader(directory: rail.log)
        let size = try reader.checkpoint()?.checkpoint.size ?? 0
        let log = try RailLog(reader, size: size, genesis: rail.trust().genesis)
        let bundles = try LogPruner.prune(directory: rail.log, before: before, keeping: log.governance)
        console.say("\(good: console.marks.done) \(bundles) bundles of 256 entries taken out")
        console.result(["bundles": .int(bundles)])
    }
}
