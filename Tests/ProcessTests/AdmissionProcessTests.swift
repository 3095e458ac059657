import Foundation
import NexusAttestation
import NexusBase
import NexusClause
import NexusEvidence
import NexusGovernance
import NexusKeys
import NexusMesh
import NexusNode
import NexusOrchestration
import NexusRail
import NexusTestSupport
import NexusTrust
import Subprocess
import Testing

@testable import nexus

extension RealProcesses {
    @Suite struct AdmissionTests {
        private static let rule =
            "{\"rules\":[{\"debug\":false,\"flags\":{},\"kind\":\"simulated\",\"registers\":{},"
            + "\"revocationLists\":false,\"roots\":[],\"tcbStatus\":[],\"versions\":{}}],\"version\":1}"

        func node(_ did: DID, in rail: TestRail) async throws -> Fields {
            var fields = try Fields(await rail.client.call(["operation": "nodes"]), at: "nodes")
            let found = try fields.array("nodes").first { json in
                var node = try Fields(json, at: "node")
                return try node.did("node") == did
            }
            return try Fields(#require(found), at: "node")
        }

        private static func nodes(of job: Digest, _ rail: TestRail) async throws -> Set<DID> {
            var job = try await rail.job(job)
            return Set(
                try job.array("attempts").map { json in
                    var attempt = try Fields(json, at: "attempt")
                    return try attempt.did("node")
                })
        }

        func run(_ arguments: [String], in rail: TestRail) async throws -> Int32? {
            let process = try await rail.start("command-\(UUID().uuidString.prefix(4))", arguments)
            guard case .exited(let status)? = await process.ended(within: .seconds(20)) else { return nil }
            return Int32(status)
        }

        /// Method: the commands of people, as processes: a rule, credentials, admissions; then a suspension, and a list
        /// that revokes one node's credential.
        @Test func `nodes are admitted, suspended and let in again with the commands, each in the log`() async throws {
            try await TestRail.with { rail in
                let clause = try await rail.clause()
                let keys = (1...3).flatMap { ["--key", "\(rail.path)/keys/committee-\($0).key"] }
                let at = ["--rail", rail.folder.path]
                let values = "\(rail.path)/values.json"
                try Files.write(Array(Self.rule.utf8), to: values, replacing: false)
                let ruled = try await run(
                    [
                        "governance", "admission", values, "--operator-issuer", "GRA", "--attest-every", "1",
                        "--stale-after", "5",
                    ] + at + keys, in: rail)
                #expect(ruled == 0)
                let waiting = try await rail.submit(rail.event(clause, 2000))
                var standing = try await node(rail.did(ofNode: 0), in: rail)
                #expect(try standing.text("standing") == "not admitted")
                // Packs show what nodes were admitted with, so that the rail must have it.
                let kept = "\(rail.folder.path)/evidence/\(try standing.digest("evidence").hex).json"
                try FileManager.default.moveItem(atPath: kept, toPath: "\(rail.path)/evidence.away")
                let first = try rail.did(ofNode: 0).text.string
                #expect(try await run(["node", "admit", first] + at + keys, in: rail) == ExitStatus.notFound.rawValue)
                try FileManager.default.moveItem(atPath: "\(rail.path)/evidence.away", toPath: kept)
                for index in 0..<3 {
                    let file = "\(rail.path)/operator-\(index).json"
                    let issued = try await run(
                        [
                            "credential", "issue", "--key", "\(rail.path)/keys/issuer.key", "--subject",
                            rail.operators[index].did.text.string, "--type", "OperatorCredential", "--claims",
                            "{\"name\": \"\(TestRail.parties[index].0)\"}", "--out", file,
                        ], in: rail)
                    #expect(issued == 0)
                    let did = try rail.did(ofNode: index).text.string
                    #expect(try await run(["node", "admit", did, "--credential", file] + at + keys, in: rail) == 0)
                }
                try await rail.wait(for: waiting, "certified")
                #expect(try await rail.verified(waiting).attestation == ["simulated"])
                // Evidence is asked for each second, and given.
                try await Task.sleep(for: .seconds(6))
                let later = try await rail.submit(rail.event(clause, 2001))
                try await rail.wait(for: later, "certified")
                let suspended = try rail.did(ofNode: 1)
                let name = suspended.text.string
                #expect(try await run(["node", "suspend", name, "--reason", "odd"] + at + keys, in: rail) == 0)
                standing = try await node(suspended, in: rail)
                #expect(try standing.text("standing") == "suspended")
                #expect(try standing.bool("connected"))
                let without = try await rail.submit(rail.event(clause, 2002))
                try await rail.wait(for: without, "certified")
                #expect(try await !Self.nodes(of: without, rail).contains(suspended), "no new token")
                let credential = "\(rail.path)/operator-1.json"
                #expect(
                    try await run(["node", "admit", name, "--credential", credential] + at + keys, in: rail) == 0)
                let with = try await rail.submit(rail.event(clause, 2003))
                try await rail.wait(for: with, "certified")
                try await rail.verified(with)
                #expect(try await Self.nodes(of: with, rail).contains(suspended), "it is back")
                #expect(try await run(["node", "revoke", name, "--reason", "sold"] + at + keys, in: rail) == 0)
                #expect(try await rail.process("node-2").ended(within: .seconds(5)) != nil, "it is let go of")
                try await rail.process("rail").kill9()
                try await rail.startRail()
                let snapshot = try await rail.client.call(["operation": "governance"])
                #expect(snapshot.canonicalString.contains("\"admitted\":["), "kept in the governance snapshot")
            }
        }

        /// The absent node, with the software TPM in the rail's folder.
        private func startWithTPM(_ rail: TestRail) async throws {
            let tpm = "\(rail.path)/tpm"
            try await rail.start(
                "node-1",
                [
                    "node", "run", rail.node(0).path, "--tpm", "swtpm:path=\(tpm)/s",
                    "--tpm-issuer", "\(tpm)/issuer.der", "--tpm-issuer", "\(tpm)/root.der",
                ])
            try await eventually("the node with the TPM is connected", within: .seconds(30)) {
                var status = try await rail.status()
                return try status.integer("connectedNodes") == 3
            }
        }

        /// A software TPM signs for a node; its maker is nobody's, so everything says `simulated`.
        @Test(.enabled(if: SoftwareTPMProcess.isInstalled))
        func `a node with a software TPM is enrolled and works, and its evidence comes out as simulated`() async throws
        {
            try await TestRail.with(.init(absent: [0])) { rail in
                let tpm = try SoftwareTPMProcess("\(rail.path)/tpm")
                defer { tpm.stop() }
                try await startWithTPM(rail)
                var listed = try await node(rail.did(ofNode: 0), in: rail)
                #expect(try listed.text("attestation") == "simulated")
                // What was shown is a quote of a TPM, all the same: it verifies, and says what it does not show.
                let digest = try listed.digest("evidence")
                let document = try Files.read("\(rail.folder.path)/evidence/\(digest.hex).json", bytesMax: 1 << 20)
                let evidence = try AttestationEvidence(parsing: document)
                guard case .tpm(let quote) = evidence else {
                    Issue.record("not a TPM's evidence")
                    return
                }
                #expect(quote.registers.count == 8 && quote.certificates.count == 3)
                let verified = try evidence.verify(in: .init(roots: [:], date: .now))
                #expect(verified.kind == .simulated)
                #expect(verified.notShown.contains { $0.string.contains("no approved maker") })
                let clause = try await rail.clause()
                let job = try await rail.submit(rail.event(clause, 2000))
                try await rail.wait(for: job, "certified")
                let certificate = try await rail.verified(job)
                #expect(certificate.attestation == ["simulated"])
            }
        }
    }
}

extension RealProcesses.AdmissionTests {
    /// Method: the test's own root is approved, as a maker's would be; the rail challenges the endorsement key, the
    /// committee admits the node with what the rail found, and the pack is verified with the trust file alone.
    @Test(.enabled(if: SoftwareTPMProcess.isInstalled))
    func `a TPM of an approved maker opens the rail's challenge, and packs show its evidence`() async throws {
        try await TestRail.with(.init(absent: [0], attestation: ["simulated", "tpm"])) { rail in
            let tpm = try SoftwareTPMProcess("\(rail.path)/tpm")
            defer { tpm.stop() }
            let root = try Certificate(der: Files.read("\(rail.path)/tpm/root.der", bytesMax: 1 << 16))
            let rule = try AdmissionRule(
                referenceValues: ReferenceValues(
                    rules: [
                        .init(kind: .simulated),
                        .init(
                            kind: .tpm, roots: [TrustRoot(name: "The test's maker", key: root.publicKey.digest)],
                            registers: [.init(name: "pcr.sha256.0", values: [[UInt8](repeating: 0, count: 32)])]),
                    ]), operatorIssuers: [], jurisdictionIssuers: [], attestEvery: 3600, staleAfter: 7200)
            try await rail.decide(.ruleAdmission(document: rule.bytes))
            try await startWithTPM(rail)
            var listed = try await node(rail.did(ofNode: 0), in: rail)
            #expect(try listed.text("attestation") == "tpm", "the challenge was opened")
            let keys = (1...3).flatMap { ["--key", "\(rail.path)/keys/committee-\($0).key"] }
            for index in 0..<3 {
                let name = try rail.did(ofNode: index).text.string
                #expect(try await run(["node", "admit", name, "--rail", rail.folder.path] + keys, in: rail) == 0)
            }
            let clause = try await rail.clause([
                ("attestation: [simulated]", "attestation: [simulated, tpm]"), ("unanimous: false", "unanimous: true"),
            ])
            let job = try await rail.submit(rail.event(clause, 2000))
            try await rail.wait(for: job, "certified")
            let certificate = try await rail.verified(job)
            #expect(certificate.attestation == ["simulated", "tpm"])
            #expect(certificate.attested.count == 3)
            let attested = try #require(certificate.attested.first { $0.kind == .tpm })
            #expect(try attested.node == rail.did(ofNode: 0) && attested.roots == ["The test's maker"])
        }
    }
}

extension RealProcesses.AdmissionTests {
    @Test(.enabled(if: SoftwareTPMProcess.isInstalled))
    func `a key whose passphrase a TPM keeps opens with that TPM, and with nothing else`() async throws {
        try await TestRail.with(.init(absent: [0, 1, 2])) { rail in
            let (first, second) = ("\(rail.path)/tpm-1", "\(rail.path)/tpm-2")
            let tpms = try [first, second].map { try SoftwareTPMProcess($0) }
            defer { for tpm in tpms { tpm.stop() } }
            let key = "\(rail.path)/sealed/some.key"
            #expect(try await run(["id", "new", key, "--tpm", "swtpm:path=\(first)/s"], in: rail) == 0)
            #expect(try await run(["id", "show", key, "--tpm", "swtpm:path=\(first)/s"], in: rail) == 0)
            #expect(try await run(["id", "show", key], in: rail) != 0)
            #expect(try await run(["id", "show", key, "--tpm", "swtpm:path=\(second)/s"], in: rail) != 0)
            // A node's own key: made, and opened again.
            let node = "\(rail.path)/sealed-node"
            for _ in 0..<2 {
                #expect(try await run(["node", "keys", node, "--tpm", "swtpm:path=\(first)/s"], in: rail) == 0)
            }
            let file = try Files.read("\(node)/keys/node.key", bytesMax: 1 << 16)
            #expect(String(decoding: file, as: UTF8.self).contains("\"protection\""))
        }
    }
}

/// `swtpm`, started by the project's script in a folder and stopped by its process id.
final class SoftwareTPMProcess {
    private let folder: String
    private static let script = VectorFolder.package.appendingPathComponent("Scripts/software-tpm").path

    static let isInstalled: Bool = {
        let tools = ["/usr/bin/swtpm", "/usr/bin/swtpm_setup", "/usr/bin/tpm2_quote", "/usr/bin/openssl"]
        let isThere = tools.allSatisfy { FileManager.default.isExecutableFile(atPath: $0) }
        if !isThere {
            print("SKIPPED: swtpm and tpm2-tools are not installed (Scripts/software-tpm install); no node has a TPM")
        }
        return isThere
    }()

    init(_ folder: String) throws {
        self.folder = folder
        guard Self.run(["start", folder]) == 0 else { throw ProcessFailure("the software TPM does not start") }
    }

    func stop() { _ = Self.run(["stop", folder]) }

    private static func run(_ arguments: [String]) -> Int32 {
        let words = ["/bin/bash", script] + arguments
        var argv: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        var environment: [UnsafeMutablePointer<CChar>?] = [strdup("PATH=/usr/bin:/bin:/usr/sbin:/sbin"), nil]
        defer { (argv + environment).forEach { free($0) } }
        var process: pid_t = 0
        guard posix_spawn(&process, words[0], nil, nil, &argv, &environment) == 0 else { return -1 }
        var status: Int32 = 0
        guard waitpid(process, &status, 0) == process else { return -1 }
        return status
    }
}
