import ArgumentParser
import Foundation
import NexusBase
import NexusClause
import NexusEvidence
import NexusGovernance
import NexusKeys
import NexusMesh
import NexusOrchestration
import NexusRail
import NexusRuntime
import NexusTrust
import Subprocess

#if canImport(System)
    import System
#else
    import SystemPackage
#endif

/// `nexus demo`: a whole rail on this machine, sixty-one seasons of real data, and evidence that anyone can check.
struct DemoCommand: NexusCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Found a rail on this machine and certify 61 seasons of real data.",
        discussion: """
            Three nodes of three operators in three jurisdictions, two validators, a committee of six keys of which three \
            decide: all processes of their own, connected over mutual TLS on the loopback address. The keys of the people \
            are made here, in the demo's folder, because there are no people here; attestation is simulated and says so.
            """)

    @OptionGroup var options: GlobalOptions
    @Option(help: "The demo's folder; made anew.") var folder = ".nexus/demo"
    @Option(help: "The example's folder.") var example = "Examples/el-nino"
    @Flag(help: "Leave the rail running afterwards, until interrupted.") var stay = false

    func run(on console: Console) async throws {
        let start = ContinuousClock.now
        let clause = try Files.decode(Files.join(example, "clause.yaml"), bytesMax: ClauseLimits.documentBytesMax) {
            try Clause(yaml: $0)
        }
        let module = try Files.read(Files.join(example, "model.wasm"), bytesMax: 8 << 20)
        let seasons = try ElNinoRecord(clause, path: Files.join(example, "nino12-ersst-v3b.csv"))
        try? FileManager.default.removeItem(atPath: folder)

        console.say("\(bold: clause.title.string)  \(dim: clause.id.description)")
        console.say(.dim("Illustrative parameters; modelled on the Extreme El Niño insurance sold in Peru."))
        console.say()
        let local = try await console.step("keys for a committee of six, three operators, an issuer and a feed") {
            try LocalRail(at: folder, validators: 2)
        }
        do {
            try await perform(local, clause, module, seasons, console)
        } catch {
            await local.children.stop()
            throw error
        }
        console.say()
        let elapsed = Console.brief(ContinuousClock.now - start)
        console.say(
            "\(good: console.marks.done) \(String(seasons.cases.count)) seasons certified and verified in \(elapsed)")
        console.next([
            "nexus evidence show \(folder)/evidence/1997.aep.json",
            "nexus verify \(folder)/evidence/1997.aep.json --rail \(folder)/rail.json",
            "nexus replay \(folder)/evidence/1997.aep.json --rail \(folder)/rail.json --module \(example)/model.wasm "
                + "--with parameters.attach=23.5",
            "nexus demo --stay     then, in another terminal: nexus job list",
        ])
        if stay {
            console.say()
            console.say("The rail stays up at \(accent: local.folder.path); interrupt to end it.")
            try await untilToldToStop { try await Task.sleep(for: .seconds(86_400 * 365)) }
        }
        await local.children.stop()
    }

    private func perform(
        _ local: LocalRail, _ clause: Clause, _ module: [UInt8], _ seasons: ElNinoRecord, _ console: Console
    ) async throws {
        let trust = try await console.step(
            "rail founded: three of six keys decide", detail: { Styled($0.rail.short, .dim) }
        ) {
            try local.found(name: "demo")
        }
        try Files.write(trust.bytes, to: "\(folder)/rail.json", replacing: true)
        try await console.step("rail started, two validators enrolled") {
            try await local.start()
            try await local.startValidators()
        }
        try await console.step(
            "committee approved three operators, the issuer and the feed (one vote against, on record)"
        ) {
            try await local.approveParties(issuer: clause.id.issuer.string, feed: "ersst")
        }
        try await console.step("three nodes enrolled with one-time tokens and connected over mutual TLS") {
            for index in local.operators.indices { try await local.startNode(index) }
            try await local.waitForNodes(local.operators.count)
        }
        let governor = try Governor(local.folder)
        _ = try await console.step("issuer published the clause as a draft") {
            try await ClausePublisher.publish(clause, module: module, by: local.issuer, on: local.folder)
        }
        let report = try await console.step("clause simulated on the record", detail: Self.summary) {
            let executor = try ClauseExecutor(
                clause, module: module, engine: WasmEngine(libraryPath: WasmtimeLibrary.locate()))
            return try await Simulation.run(
                executor, cases: seasons.cases, data: seasons.digest, columns: seasons.columns)
        }
        try Files.write(report.bytes, to: "\(folder)/simulation.json", replacing: true)
        try await console.step("committee: simulated, reviewed, active") {
            for (stage, voters) in [(LifecycleStage.simulated, 0...2), (.reviewed, 1...3), (.active, 3...5)] {
                try await governor.decide(
                    .advanceClause(
                        digest: clause.digest, stage: stage, report: stage == .simulated ? report.digest : nil, note: ""
                    ),
                    approving: Array(local.committee[voters]))
            }
        }
        let jobs = try await certify(seasons, clause, local, console)
        let certificates = try await collect(jobs, local, console)
        console.say()
        show(certificates, clause, console)
        try await verify(console)
        console.result(["folder": .text(folder), "seasons": .int(certificates.count)])
    }

    private static func summary(_ report: SimulationReport) -> Styled {
        "\(dim: "\(report.occurrences.count) seasons, \(report.count(.trigger)) would pay")"
    }

    /// Submits every season with readings signed by the feed, and waits for the certificates.
    private func certify(
        _ seasons: ElNinoRecord, _ clause: Clause, _ local: LocalRail, _ console: Console
    ) async throws -> [(season: Text, job: Digest)] {
        let events = try seasons.cases.map { season in
            Event(
                clause: clause.id.text, occurrence: season.occurrence,
                trigger: TriggerEvent(
                    kind: "reading", source: "nexus demo", eventID: Text("ersst-\(season.occurrence)")),
                inputs: try season.inputs.map { input in
                    let reading = try Reading(
                        feed: "ersst", name: input.name, occurrence: season.occurrence, value: input.value.bytes,
                        edition: "final", issuedAt: .now
                    ).sealed(by: local.feed)
                    return .init(
                        name: input.name, value: input.value.bytes, edition: "final", retrievedAt: .now,
                        reading: reading)
                })
        }
        let answers = try await local.client.submit(events)
        let jobs = try zip(seasons.cases, answers).map { ($0.occurrence, try $1.get().id) }
        let bar = ProgressBar("certifying", total: jobs.count, on: console.notes, isQuiet: options.quiet)
        defer { bar.finish() }
        var done = 0
        for _ in 0..<1200 where done < jobs.count {
            var fields = try Fields(await local.client.call(["operation": "status"]), at: "status")
            let certified = try fields.integer("certified")
            bar.advance(by: certified - done)
            done = certified
            if done < jobs.count { try await Task.sleep(for: .milliseconds(25)) }
        }
        guard done == jobs.count else {
            throw CommandError(
                .inputOutput, "\(done) of \(jobs.count) seasons were certified; see the logs", at: "\(folder)/logs")
        }
        return jobs
    }

    /// Writes the evidence packs.
    private func collect(
        _ jobs: [(season: Text, job: Digest)], _ local: LocalRail, _ console: Console
    ) async throws -> [VerificationReport.Certificate] {
        try Files.makeFolder("\(folder)/evidence")
        let verifier = PackVerifier(trust: try local.folder.trust())
        return try await console.step("\(jobs.count) evidence packs written") {
            try await local.client.withConnection { connection in
                var certificates: [VerificationReport.Certificate] = []
                for (season, job) in jobs {
                    var fields = try Fields(
                        await connection.call(["job": job.json, "operation": "evidence"]), at: "answer")
                    let bytes = try fields.bytes("pack", countMax: EvidenceLimits.packBytesMax)
                    try Files.write(bytes, to: "\(folder)/evidence/\(season).aep.json", replacing: true)
                    let report = verifier.verify(bytes)
                    guard let certificate = report.certificate else {
                        throw CommandError(
                            .inputOutput, "the pack of \(season) is refused: \(report.failure?.detail ?? "")")
                    }
                    certificates.append(certificate)
                }
                return certificates
            }
        }
    }

    private func show(_ certificates: [VerificationReport.Certificate], _ clause: Clause, _ console: Console) {
        var table = Table([.right("season"), .right("index"), .right("margin"), .left("signal"), .right("payout rate")])
        for certificate in certificates {
            let result = certificate.result
            let rate = result?.output("payoutRate") ?? .zero
            let percent = (try? rate.multiplied(by: ExactDecimal(100)).rounded(to: 1)) ?? .zero
            let signal = certificate.signal.rawValue
            table.add([
                Styled(certificate.occurrence.string), Styled("\(result?.output("index")?.description ?? "") °C"),
                Styled("\(result?.terms.first?.margin?.description ?? "") °C"),
                certificate.signal == .trigger ? "\(good: signal)" : "\(dim: signal)",
                certificate.signal == .trigger ? .bold("\(percent) %") : Styled("–", .dim),
            ])
        }
        console.show(table)
        let payouts = certificates.count { $0.signal == .trigger }
        console.say()
        console.say(
            "\(bold: String(payouts)) payouts, \(bold: String(certificates.count - payouts)) certified non-payouts with their margins"
        )
        console.say(.dim("attestation: simulated"))
    }

    /// Verifies all packs in a process that is given nothing but the packs and the trust file.
    private func verify(_ console: Console) async throws {
        let executable = FilePath(Children.executable)
        let arguments = ["verify", "\(folder)/evidence", "--rail", "\(folder)/rail.json", "--quiet"]
        try await console.step("every pack verified offline, by a process that has only the packs and the trust file") {
            let outcome = try await Subprocess.run(
                .path(executable), arguments: Arguments(arguments), environment: .custom([:]), output: .discarded,
                error: .string(limit: 65_536))
            guard outcome.terminationStatus.isSuccess else {
                throw CommandError(.inputOutput, "nexus verify refused: \(outcome.standardError)")
            }
        }
    }
}

/// The example's record: sixty-one Novembers and Decembers.
struct ElNinoRecord {
    let cases: [Simulation.Case]
    let digest: Digest
    let columns = Simulation.Columns(occurrence: "YEAR", inputs: [("november", "NOV"), ("december", "DEC")])

    init(_ clause: Clause, path: String) throws {
        let bytes = try Files.read(path, bytesMax: CSVTable.Limits.bytesMax)
        digest = Digest(of: bytes)
        cases = try Simulation.cases(clause, from: CSVTable(parsing: bytes), columns: columns)
    }
}
