import Foundation
import NexusBase
import NexusClause
import NexusEvidence
import NexusGovernance
import NexusKeys
import NexusLog
import NexusLogStore
import NexusMesh
import NexusRail
import NexusTestSupport
import NexusTrust
import Subprocess
import Testing

@testable import nexus

extension RealProcesses {
    @Suite struct LongLivedRailTests {
        /// Method: a rail with two validators and a witness of two keys certifies a job; its log's key is rotated by
        /// the committee, twice, with jobs in between and a restart; a real authority stamps a checkpoint. Every pack,
        /// those exported before included, is verified here and by the Python verifier.
        @Test func `packs carry witnesses and time stamps, and outlive two rotations of the log's key`() async throws {
            try await TestRail.with(.init(nodes: 3, validators: 2)) { rail in
                try await Self.addWitness(rail)
                let clause = try await rail.clause()
                let first = try await Self.certify(rail, clause, 2001)
                let before = try await rail.client.evidence(first.text)
                var certificate = try await rail.verified(first)
                #expect(certificate.witnesses == ["watcher.example", "watcher.example"])
                #expect(certificate.cosigners.count == 4)

                try await Self.rotate(rail, "first")
                let second = try await Self.certify(rail, clause, 2002)
                _ = try await rail.verified(first)
                _ = try await rail.verified(second)
                let fake = try await Self.nexus(rail, "fsck", ["log", "fsck", rail.folder.log])
                #expect(fake == 0)

                try await rail.process("rail").kill9()
                try await rail.startRail()
                try await rail.waitForNodes(3)
                try await Self.rotate(rail, "second")
                let third = try await Self.certify(rail, clause, 2003)
                #expect(
                    try await Self.nexus(
                        rail, "fsck-again", ["log", "fsck", rail.folder.log, "--rail", rail.folder.trustFile]) == 0)
                #expect(
                    PackVerifier(trust: try rail.folder.trust()).verify(before).isAccepted, "an old pack stays good")

                if Self.hasAuthority { try await Self.anchor(rail) }
                for job in [first, second, third] {
                    certificate = try await rail.verified(job)
                    #expect(certificate.witnesses.count == 2)
                    #expect(certificate.anchored.map(\.isTrusted) == (Self.hasAuthority ? [true] : []))
                }
                try await Self.pythonAgrees(rail, [first, second, third], before)
                // Nodes and validators followed the rotations.
                _ = try await rail.verified(Self.certify(rail, clause, 2004))
            }
        }

        static let hasAuthority: Bool = {
            let isThere = OpenSSLAuthority.run("openssl version && python3 --version").status == 0
            if !isThere { print("SKIPPED time stamps of a rail: openssl or python3 is not here") }
            return isThere
        }()

        private static func certify(_ rail: TestRail, _ clause: Clause, _ season: Int) async throws -> Digest {
            let job = try await rail.submit(rail.event(clause, season))
            try await rail.wait(for: job, "certified")
            return job
        }

        /// Runs a command to its end; its exit status.
        private static func nexus(_ rail: TestRail, _ name: String, _ arguments: [String]) async throws -> Int32 {
            let process = try await rail.start(name, arguments)
            guard let ending = await process.ended(within: .seconds(60)), case .exited(let status) = ending else {
                return -1
            }
            return status
        }

        private static func addWitness(_ rail: TestRail) async throws {
            let folder = "\(rail.path)/witness"
            let identity = ["--name", "watcher.example", "--post-quantum"]
            #expect(try await nexus(rail, "witness-keys", ["witness", "keys", folder] + identity) == 0)
            let seeds = try [
                KeyFile.read("\(folder)/keys/witness.key", as: .ed25519),
                KeyFile.read("\(folder)/keys/witness-ml-dsa-44.key", as: .mlDSA44),
            ].map(\.privateKey.bytes)
            let keys = [
                try Ed25519NoteSigner(name: "watcher.example", seed: seeds[0], type: .cosignatureEd25519).key,
                try MLDSA44NoteSigner(name: "watcher.example", seed: seeds[1]).key,
            ]
            let port = try Surroundings.freePort()
            let url = JSON.text("http://127.0.0.1:\(port)")
            let policy: JSON = [
                "format": "nexus.witness-policy/v1", "threshold": 2,
                "witnesses": .array(keys.map { ["key": .string($0.text), "url": url] }),
            ]
            try await rail.process("rail").kill9()
            try rail.folder.write(policy.canonicalBytes, "witnesses.json")
            let log = try rail.folder.trust().genesis.logKey.string
            var arguments = ["witness", "run", folder] + identity + ["--port", "\(port)", "--log", log]
            // The witness is told the keys that will come, as its operator would before a rotation.
            for number in 2...3 {
                let file = try KeyFile.readOrGenerate(
                    "\(rail.folder.path)/keys/log-\(number).key", as: .ed25519, now: .now)
                let origin = try VerifierKey(parsing: Text(log)).name
                arguments += [
                    "--log", try Ed25519NoteSigner(name: origin, seed: file.privateKey.bytes).key.text.string,
                ]
            }
            try await rail.start("witness", arguments)
            try await rail.startRail()
            try await rail.waitForNodes(3)
            #expect(try rail.folder.trust().witnesses?.keys == keys, "the published trust file names the witness")
        }

        private static func rotate(_ rail: TestRail, _ reason: String) async throws {
            let votes = (1...3).flatMap { ["--key", "\(rail.path)/keys/committee-\($0).key"] }
            #expect(
                try await nexus(
                    rail, "rotate-\(reason)",
                    ["governance", "rotate", "--rail", rail.folder.path, "--reason", reason] + votes) == 0)
        }

        private static func anchor(_ rail: TestRail) async throws {
            let authority = try OpenSSLAuthority(key: "rsa:2048")
            let port = try Surroundings.freePort()
            let script = "\(Surroundings.packageRoot)/Tests/Independent/tsa_server.py"
            let server = try await ChildProcess(
                "/usr/bin/env", ["python3", script, authority.folder, "\(port)"], log: "\(rail.path)/logs/tsa.log")
            defer { server.signal(SIGKILL) }
            try await eventually("the authority stamps the checkpoint") {
                try await nexus(
                    rail, "anchor",
                    [
                        "log", "anchor", rail.folder.path, "--authority", "http://127.0.0.1:\(port)", "--root",
                        authority.folder + "/ca.pem",
                    ]) == 0
            }
            #expect(try rail.folder.trust().timeStampRoots == [authority.root])
        }

        private static func pythonAgrees(_ rail: TestRail, _ jobs: [Digest], _ before: [UInt8]) async throws {
            guard
                OpenSSLAuthority.run("python3 -c 'from cryptography.hazmat.primitives.asymmetric import mldsa'").status
                    == 0
            else { return print("SKIPPED the Python verifier of a rail: no cryptography with ML-DSA-44") }
            var files = ["\(rail.path)/before.aep.json"]
            try Data(before).write(to: URL(filePath: files[0]))
            for job in jobs {
                files.append("\(rail.path)/\(job.short).aep.json")
                try await Data(rail.client.evidence(job.text)).write(to: URL(filePath: files[files.count - 1]))
            }
            let sdk = "\(Surroundings.packageRoot)/SDK/python"
            let found = OpenSSLAuthority.run(
                "cd '\(sdk)' && python3 -m nexus_verify \(files.joined(separator: " ")) --rail '\(rail.folder.trustFile)' --json"
            )
            #expect(found.status == 0, "\(found.output)")
            #expect(found.output.components(separatedBy: "\"verdict\": \"accept\"").count == 5)
            #expect(found.output.components(separatedBy: "\"existedBy\"").count == (hasAuthority ? 4 : 1))
        }
    }
}
