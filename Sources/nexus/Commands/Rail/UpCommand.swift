import ArgumentParser
import Foundation
import Logging
import NexusBase
import NexusEvidence
import NexusGovernance
import NexusKeys
import NexusMesh
import NexusRail
import NexusTrust
import ServiceLifecycle
import UnixSignals

/// `nexus up`: founds a rail if asked, and runs it until it is told to stop.
struct UpCommand: NexusCommand {
    static let configuration = CommandConfiguration(
        commandName: "up",
        abstract: "Run a rail.",
        discussion: """
            Runs the rail in FOLDER: its journal, its log, the mesh its nodes connect to, and a control socket for the \
            other commands. With --found NAME a new rail is made first; its committee never has its keys here.

            Example: nexus up rail --found pacific --committee did:key:z6Mk… --committee … --threshold 3 --allow-simulated
            """)

    @OptionGroup var options: GlobalOptions
    @Argument(help: "The rail's folder.") var folder: String
    @Option(help: "Make a new rail of this name first.") var found: String?
    @Option(help: "DID of a committee member (with --found; repeat).") var committee: [String] = []
    @Option(help: "How many of the committee decide (with --found).") var threshold = 3
    @Option(help: "Verifier key of a validator, as `nexus node keys` shows it (with --found; repeat).")
    var validator: [String] = []
    @Option(help: "How many validators must cosign; all if not given.") var cosignatures: Int?
    @Flag(help: "Accept nodes without hardware attestation; evidence says so.") var allowSimulated = false
    @Option(help: "Kind of hardware evidence that the rail may come to take: sev-snp, tdx, sgx, tpm (with --found).")
    var attestation: [String] = []
    @Option(
        help: """
            With --found: take only keys of these suites (repeat), the first for the rail's own. All post-quantum ones \
            (ed25519+ml-dsa-65, ml-dsa-65, slh-dsa-sha2-128s) make a post-quantum rail: it needs a validator of \
            ML-DSA-44, and nodes reach it with X25519MLKEM768 alone.
            """)
    var suite: [KeySuite] = []
    @Flag(help: "With --found: make the rail, print its id, and stop.") var onlyFound = false
    @Option(help: "IP address to listen on.") var host = "127.0.0.1"
    @Option(help: "Port for nodes; any free one if 0. Not given: the one the rail had before.") var port: Int?
    @Option(help: "Port for enrolment; any free one if 0. Not given: the one the rail had before.")
    var enrolmentPort: Int?
    @Option(help: "Lifetime of nodes' certificates, in seconds.") var certificateSeconds = 3600

    @OptionGroup var web: HTTPOptions

    func run(on console: Console) async throws {
        let rail = RailFolder(folder)
        if let found {
            var charter = RailFolder.Charter(
                name: Text(found),
                committee: .init(keys: try committee.map { try DID(parsing: Text($0)) }, threshold: threshold),
                validators: validator.map { Text($0) }, validatorThreshold: cosignatures ?? validator.count,
                attestation: (allowSimulated ? ["simulated"] : []) + attestation.map { Text($0) })
            if let first = suite.first {
                charter.suite = first
                charter.suites = try SuitePolicy(
                    names: suite.compactMap { $0.signatureSuite.map { Text($0.rawValue) } })
            }
            let trust = try rail.create(charter, now: .now)
            console.say("\(good: console.marks.done) rail \(found) founded, id \(trust.rail.description)")
            console.result(["name": .text(found), "rail": trust.rail.json])
            if onlyFound { return }
        }
        var settings = RailService.Options()
        settings.host = host
        settings.port = port
        settings.enrolmentPort = enrolmentPort
        settings.certificateLifetime = .seconds(certificateSeconds)
        settings.isIndexed = web.http != nil
        let logger = Logger.shell("nexus.rail")
        let service = try RailService(folder: rail, options: settings, logger: logger)
        var services: [any Service] = [service]
        // The last is stopped first: it answers what it has while the rail still runs.
        if let server = try web.server(of: service, folder: rail, on: console) { services.append(server) }
        // Also a rail that stops by itself ends the others in order; an HTTP server that is cancelled can trap.
        var configuration = ServiceGroupConfiguration(
            services: services.map { .init(service: $0, failureTerminationBehavior: .gracefullyShutdownGroup) },
            gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        configuration.maximumGracefulShutdownDuration = .seconds(20)
        let group = ServiceGroup(configuration: configuration)
        console.say("\(good: console.marks.done) rail is up, control socket \(rail.controlSocket)")
        try await group.run()
    }
}

extension Logger {
    /// Logs of long-running commands go to standard error.
    static func shell(_ label: String) -> Logger {
        var logger = Logger(label: label) { StreamLogHandler.standardError(label: $0) }
        let level = ProcessInfo.processInfo.environment["NEXUS_LOG"] ?? "notice"
        logger.logLevel = Logger.Level(rawValue: level) ?? .notice
        return logger
    }
}

/// Names the folder of the rail that a command speaks to.
struct RailOption: ParsableArguments {
    @Option(help: "The rail's folder, on the machine where it runs.") var rail = ".nexus/demo/rail"

    var folder: RailFolder { RailFolder(rail) }
    var client: ControlClient { ControlClient(folder) }
}
