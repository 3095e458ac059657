import Foundation
import NexusBase
import NexusClause
import NexusEvidence
import NexusGovernance
import NexusKeys
import NexusLog
import NexusMesh
import NexusNode
import NexusOrchestration
import NexusRail
import NexusTrust
import Synchronization
import Testing

@testable import nexus

/// A rail of real processes in a folder of its own: founded, its parties approved, its nodes enrolled and connected.
final class TestRail: Sendable {
    struct Plan: Sendable {
        var nodes = 3
        var validators = 0
        /// How many of them must cosign; all, unless it is said.
        var validatorThreshold: Int?
        /// What the nodes do instead of their duty, by index.
        var drills: [Int: String] = [:]
        var certificateSeconds = 3600
        /// What everyone signs with; a post-quantum one makes a rail that takes nothing else.
        var suite = KeySuite.ed25519
        /// Nodes that are not started.
        var absent: Set<Int> = []
        /// Kinds of evidence that the rail takes.
        var attestation: [Text] = ["simulated"]
    }

    static let parties = [("Andes Re", "PE"), ("Alpine Mutual", "CH"), ("Savanna Cover", "KE"), ("Pacific Pool", "NZ")]

    let path: String
    let plan: Plan
    let committee: [SigningKey]
    let operators: [SigningKey]
    let issuer: SigningKey
    let feed: SigningKey
    let module: [UInt8]
    /// The newest of each name.
    private let processes = Mutex<[String: ChildProcess]>([:])
    /// Further options of `nexus up`.
    private let moreOptions = Mutex<[String]>([])
    var served: [String] {
        get { moreOptions.withLock { $0 } }
        set { moreOptions.withLock { $0 = newValue } }
    }
    private let started = Mutex<[ChildProcess]>([])
    var folder: RailFolder { RailFolder("\(path)/rail") }
    var client: ControlClient { ControlClient(folder) }

    /// Makes a rail, gives it to `body`, and ends its processes whatever happens; the folder stays if the test failed.
    static func with(_ plan: Plan = Plan(), _ body: (TestRail) async throws -> Void) async throws {
        let rail = try TestRail(plan)
        do {
            try await rail.begin()
            try await body(rail)
        } catch {
            await rail.stop()
            rail.showLogs()
            throw error
        }
        await rail.stop()
        try? FileManager.default.removeItem(atPath: rail.path)
    }

    private init(_ plan: Plan) throws {
        self.plan = plan
        path = FileManager.default.temporaryDirectory.path + "/nexus-test-\(UUID().uuidString.prefix(8))"
        let folder = path
        let suite = plan.suite
        committee = try (1...6).map { try SigningKey.make("\(folder)/keys/committee-\($0).key", suite) }
        operators = try (1...plan.nodes).map { try SigningKey.make("\(folder)/keys/operator-\($0).key", suite) }
        issuer = try SigningKey.make("\(folder)/keys/issuer.key", suite)
        feed = try SigningKey.make("\(folder)/keys/feed.key", suite)
        module = try Files.read("\(Surroundings.example)/model.wasm", bytesMax: 8 << 20)
        try Files.makeFolder("\(folder)/logs")
    }

    private func begin() async throws {
        let validators = try (0..<plan.validators).map {
            try ValidatorService.cosigner(validator($0).keys(now: .now, suite: plan.suite)).key.text
        }
        for index in 0..<plan.nodes { _ = try node(index).keys(now: .now, suite: plan.suite) }
        var charter = RailFolder.Charter(
            name: "test", committee: .init(keys: committee.map(\.did), threshold: 3), validators: validators,
            validatorThreshold: plan.validatorThreshold ?? plan.validators, attestation: plan.attestation)
        charter.suite = plan.suite
        if plan.suite.signatureSuite?.isPostQuantum == true { charter.suites = .postQuantum }
        _ = try folder.create(charter, now: .now)
        try await startRail()
        for index in 0..<plan.validators {
            try validator(index).write(trust: folder.trust())
            try await Enroller.enrol(validator(index), role: .validator, token: invite(.validator), binding: nil)
            try await startValidator(index)
        }
        for index in operators.indices {
            let (name, jurisdiction) = Self.parties[index]
            try await decide(
                .approveOperator(name: Text(name), did: operators[index].did, jurisdiction: Text(jurisdiction)))
        }
        try await decide(.approveIssuer(name: "GRA", did: issuer.did))
        try await decide(.approveFeed(name: "ersst", did: feed.did))
        for index in operators.indices {
            try await enrol(index)
            if !plan.absent.contains(index) { try await startNode(index) }
        }
        try await waitForNodes(plan.nodes - plan.absent.count)
    }
}

/// Processes.
extension TestRail {
    func node(_ index: Int) -> NodeFolder { NodeFolder("\(path)/node-\(index + 1)") }
    func validator(_ index: Int) -> NodeFolder { NodeFolder("\(path)/validator-\(index + 1)") }
    func did(ofNode index: Int) throws -> DID { try node(index).keys(now: .now).signer().did }
    func process(_ name: String) throws -> ChildProcess { try #require(processes.withLock { $0[name] }) }

    @discardableResult
    func start(_ name: String, _ arguments: [String]) async throws -> ChildProcess {
        let process = try await ChildProcess(
            Surroundings.nexus, arguments, log: "\(path)/logs/\(name).log",
            environment: [
                "NEXUS_LOG": "info", "NEXUS_WASMTIME": Surroundings.wasmtime,
                // A crash says all that it can: tests search it for secrets.
                "SWIFT_BACKTRACE": "enable=yes,interactive=no,color=no,symbolicate=off,images=none",
            ])
        processes.withLock { $0[name] = process }
        started.withLock { $0.append(process) }
        return process
    }

    func startRail() async throws {
        let process = try await start(
            "rail", ["up", folder.path, "--certificate-seconds", "\(plan.certificateSeconds)"] + served)
        try await eventually("the rail answers") {
            if await process.ended(within: .zero) != nil { throw ProcessFailure("the rail's process ended") }
            return (try? await self.client.call(["operation": "status"])) != nil
        }
    }

    func startNode(_ index: Int) async throws {
        let drill = plan.drills[index].map { ["--drill", $0] } ?? []
        try await start("node-\(index + 1)", ["node", "run", node(index).path] + drill)
    }

    func startValidator(_ index: Int) async throws {
        try await start("validator-\(index + 1)", ["node", "validate", validator(index).path])
    }

    func stop() async {
        // All that were ever started, also those that another of the same name followed; a stopped process dies too.
        let all = started.withLock { started in
            defer { started = [] }
            return started
        }
        for process in all {
            // An id whose process is gone may be another's by now.
            if await process.ended(within: .zero) == nil { await process.kill9() }
        }
    }

    private func showLogs() {
        print("the folder is kept: \(path)")
        for name in (try? FileManager.default.contentsOfDirectory(atPath: "\(path)/logs"))?.sorted() ?? [] {
            let text = (try? String(contentsOfFile: "\(path)/logs/\(name)", encoding: .utf8)) ?? ""
            print("--- \(name)", text.split(separator: "\n").suffix(12).joined(separator: "\n"), separator: "\n")
        }
    }
}

/// What people and parties do.
extension TestRail {
    func invite(_ role: PeerRole, seconds: Int = 600) async throws -> String {
        var fields = try Fields(
            await client.call(["operation": "invite", "role": .text(role.rawValue), "seconds": .int(seconds)]),
            at: "invite")
        return try fields.text("token").string
    }

    /// Enrols node `index` under its operator's binding.
    func enrol(_ index: Int) async throws {
        try node(index).write(trust: folder.trust())
        let binding = try Enroller.binding(
            node(index), operator: operators[index], jurisdiction: Self.parties[index].1)
        try await Enroller.enrol(node(index), role: .node, token: invite(.node), binding: binding)
    }

    @discardableResult
    func decide(_ decision: Proposal.Decision, by keys: [SigningKey]? = nil) async throws -> Int {
        try await Governor(folder).decide(decision, approving: keys ?? Array(committee.prefix(3)))
    }

    /// Publishes the example's clause after `edits` to its text, and takes it to `stage`.
    func clause(_ edits: [(String, String)] = [], to stage: LifecycleStage = .active) async throws -> Clause {
        let clause = try draft(edits)
        _ = try await ClausePublisher.publish(clause, module: module, by: issuer, on: folder)
        for next in [LifecycleStage.simulated, .reviewed, .active] where stage != .draft {
            let report = next == .simulated ? Digest(of: Array("a report".utf8)) : nil
            try await decide(.advanceClause(digest: clause.digest, stage: next, report: report, note: ""))
            if next == stage { break }
        }
        return clause
    }

    /// The example's clause after `edits` to its text.
    func draft(_ edits: [(String, String)] = []) throws -> Clause {
        var text = try String(contentsOfFile: "\(Surroundings.example)/clause.yaml", encoding: .utf8)
        let standing = [("maximum: 2100", "maximum: 99999"), ("[PE, CH, KE]", "[PE, CH, KE, NZ]")]
        for (old, new) in standing + edits {
            guard text.contains(old) else { throw ProcessFailure("the example's clause has no \"\(old)\"") }
            text = text.replacing(old, with: new)
        }
        return try Clause(yaml: Array(text.utf8))
    }

    func event(
        _ clause: Clause, _ season: Int, november: String = "26.2", december: String = "26.7", id: String? = nil,
        supersedes: Digest? = nil
    ) throws -> Event {
        let occurrence = Text("\(season)")
        return Event(
            clause: clause.id.text, occurrence: occurrence,
            trigger: TriggerEvent(kind: "reading", source: "test", eventID: Text(id ?? "event-\(season)")),
            inputs: try [("november", november), ("december", december)].map { name, value in
                let reading = try Reading(
                    feed: "ersst", name: Text(name), occurrence: occurrence, value: Array(value.utf8), edition: "final",
                    issuedAt: .now
                ).sealed(by: feed)
                return .init(
                    name: Text(name), value: Array(value.utf8), edition: "final", retrievedAt: .now, reading: reading)
            }, supersedes: supersedes)
    }

    /// Submits one event; its job.
    func submit(_ event: Event) async throws -> Digest { try await client.submit([event])[0].get().id }
}

/// What the rail tells.
extension TestRail {
    func status() async throws -> Fields { try Fields(await client.call(["operation": "status"]), at: "status") }

    func waitForNodes(_ count: Int) async throws {
        try await eventually("\(count) nodes are connected") {
            var status = try await self.status()
            return try status.integer("connectedNodes") == count
        }
    }

    func job(_ id: Digest) async throws -> Fields { try Fields(await client.job(id.text), at: "job") }

    func wait(for id: Digest, _ wanted: String, within limit: Duration = .seconds(20)) async throws {
        try await eventually("job \(id.short) is \(wanted)", within: limit) {
            var job = try await self.job(id)
            return try job.text("status").string == wanted
        }
    }

    /// Waits until the rail has certified `count` jobs in all.
    func waitForCertificates(_ count: Int, within limit: Duration = .seconds(30)) async throws {
        do {
            try await eventually("\(count) jobs are certified", within: limit) {
                var status = try await self.status()
                return try status.integer("certified") >= count
            }
        } catch {
            // What the others are waiting for is what one wants to know.
            let jobs = try await client.call(["count": 1000, "operation": "jobs"])
            var fields = try Fields(jobs, at: "jobs")
            let open = try fields.array("jobs").map(\.canonicalString).filter { !$0.contains("\"certified\"") }
            throw ProcessFailure("\(error); \(open.count) are not: \(open.prefix(3).joined(separator: " "))")
        }
    }

    func disputes() async throws -> [Fields] {
        var fields = try Fields(await client.call(["operation": "disputes"]), at: "disputes")
        return try fields.array("disputes").map { try Fields($0, at: "dispute") }
    }

    /// Fetches a job's pack and verifies it with nothing but the trust file.
    @discardableResult
    func verified(_ id: Digest) async throws -> VerificationReport.Certificate {
        let report = try await PackVerifier(trust: folder.trust()).verify(client.evidence(id.text))
        guard let certificate = report.certificate else {
            throw ProcessFailure("the pack of \(id.short) is refused: \(report.failure?.detail ?? "")")
        }
        return certificate
    }
}
