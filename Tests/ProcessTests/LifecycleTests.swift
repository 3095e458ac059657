import Foundation
import NexusBase
import NexusClause
import NexusEvidence
import NexusGovernance
import NexusKeys
import NexusMesh
import NexusNode
import NexusRail
import NexusTrust
import Testing

@testable import nexus

extension RealProcesses {
    @Suite struct LifecycleTests {
        @Test func `a draft makes no certificate and nothing becomes active that was not simulated and reviewed`()
            async throws
        {
            try await TestRail.with(.init(nodes: 2)) { rail in
                let clause = try await rail.clause([("nodes: 3", "nodes: 2")], to: .draft)
                func advance(_ stage: LifecycleStage, report: Digest? = nil) async throws {
                    try await rail.decide(
                        .advanceClause(digest: clause.digest, stage: stage, report: report, note: ""))
                }
                func refuses(_ code: String, _ body: () async throws -> Void) async {
                    let failure = await #expect(throws: ControlFailure.self) { try await body() }
                    #expect(failure?.qualifiedCode.hasSuffix(code) == true, "\(failure.map { "\($0)" } ?? "")")
                }
                let event = try rail.event(clause, 2000)
                await refuses("orchestration.refused") { _ = try await rail.submit(event) }
                await refuses("not-allowed") { try await advance(.active) }
                await refuses("not-allowed") { try await advance(.reviewed) }
                await refuses("not-allowed") { try await advance(.simulated) }
                try await advance(.simulated, report: Digest(of: Array("a report".utf8)))
                await refuses("not-allowed") { try await advance(.active) }
                await refuses("orchestration.refused") { _ = try await rail.submit(event) }
                try await advance(.reviewed)
                await refuses("orchestration.refused") { _ = try await rail.submit(event) }
                try await advance(.active)
                let job = try await rail.submit(event)
                try await rail.wait(for: job, "certified")
                var status = try await rail.status()
                #expect(try status.integer("jobs") == 1)
            }
        }

        @Test func `a second event gets the first job, and a correction supersedes it and fires only its own actions`()
            async throws
        {
            let actions = (
                "correctionActions: []",
                """
                  - name: refund
                    kind: payment-instruction
                    on: [PASS]
                    endpoint: payments
                    payee: Global Resilience Assurance
                    currency: USD
                    limit: 10000000
                    rate: payoutRate
                correctionActions: [refund]
                """
            )
            try await TestRail.with(.init(nodes: 2, validators: 1)) { rail in
                let clause = try await rail.clause([("nodes: 3", "nodes: 2"), actions])
                let first = try await rail.submit(rail.event(clause, 2000))
                let second = try await rail.client.submit([rail.event(clause, 2000, november: "27", id: "another")])[0]
                    .get()
                #expect(second.id == first && !second.isNew)
                try await rail.wait(for: first, "certified")
                let third = try await rail.client.submit([rail.event(clause, 2000, november: "27", id: "another")])[0]
                    .get()
                #expect(third.id == first && !third.isNew)
                let wrong = try rail.event(clause, 2001, id: "correction", supersedes: first)
                await #expect(throws: ControlFailure.self, "nothing was certified for that season") {
                    _ = try await rail.submit(wrong)
                }
                let corrected = try await rail.submit(
                    rail.event(clause, 2000, november: "20", december: "20", id: "correction", supersedes: first))
                #expect(corrected != first)
                try await rail.wait(for: corrected, "certified")
                let certificate = try await rail.verified(corrected)
                #expect(certificate.supersedes == first)
                #expect(certificate.signal == .pass)
                let again = try await rail.submit(
                    rail.event(clause, 2000, november: "27", december: "27", id: "second", supersedes: corrected))
                try await rail.wait(for: again, "certified")
                try await rail.verified(again)
                try await rail.verified(first)
                try await eventually("both instructions are written") {
                    try await ActionTests.deliveries(rail).allSatisfy { $0.status == "delivered" }
                }
                let deliveries = try await ActionTests.deliveries(rail)
                #expect(deliveries.map(\.action) == ["pay", "refund"], "the second correction fires no payment")
                #expect(Set(deliveries.map(\.id)).count == 2)
            }
        }

        /// Method: a correction freezes and its clause is deprecated; the next version of the clause has the same
        /// occurrences, so the first certificate must still stand for its own.
        @Test func `a withdrawn correction leaves the certificate standing that it was to correct`() async throws {
            try await TestRail.with(.init(nodes: 2, validators: 1)) { rail in
                let short = ("deadlineMilliseconds: 10000", "deadlineMilliseconds: 1500")
                let clause = try await rail.clause([("nodes: 3", "nodes: 2"), short])
                let first = try await rail.submit(rail.event(clause, 2000))
                try await rail.wait(for: first, "certified")
                for name in ["node-1", "node-2"] { try rail.process(name).signal(SIGSTOP) }
                let correction = try await rail.submit(
                    rail.event(clause, 2000, november: "20", id: "correction", supersedes: first))
                try await rail.wait(for: correction, "frozen")
                try await rail.decide(
                    .advanceClause(digest: clause.digest, stage: .deprecated, report: nil, note: "replaced"))
                try await rail.wait(for: correction, "withdrawn")
                for name in ["node-1", "node-2"] { try rail.process(name).signal(SIGCONT) }
                let next = try await rail.clause([("nodes: 3", "nodes: 2"), ("@1.0.0", "@1.1.0")])
                let answer = try await rail.client.submit([rail.event(next, 2000, id: "again")])[0].get()
                #expect(answer.id == first && !answer.isNew)
                let other = try await rail.submit(rail.event(next, 2001))
                try await rail.wait(for: other, "certified")
            }
        }

        @Test func `no secret is in a journal or a log`() async throws {
            try await TestRail.with(.init(nodes: 2, validators: 1)) { rail in
                let clause = try await rail.clause([("nodes: 3", "nodes: 2")])
                let token = try await rail.invite(.node)
                let unused = try await rail.invite(.node)
                let spent = try Self.secret(of: token)
                let extra = NodeFolder("\(rail.path)/extra")
                try extra.write(trust: rail.folder.trust())
                let binding = try Enroller.binding(
                    extra, operator: rail.operators[0], jurisdiction: TestRail.parties[0].1)
                try await Enroller.enrol(extra, role: .node, token: token, binding: binding)
                try await rail.wait(for: rail.submit(rail.event(clause, 2000)), "certified")
                // Two that crash: their reports, in their logs, say where and show no memory.
                for name in ["node-1", "rail"] {
                    let process = try rail.process(name)
                    let limits = try String(contentsOfFile: "/proc/\(process.id)/limits", encoding: .utf8)
                    #expect(limits.contains(#/Max core file size +0 +0 /#), "\(name) leaves no core file")
                    process.signal(SIGILL)
                    // Nothing is wrong at the instruction to which the runtime returns, so that it goes on.
                    let log = "\(rail.path)/logs/\(name).log"
                    try await eventually("\(name) reports its crash", within: .seconds(60)) {
                        try String(contentsOfFile: log, encoding: .utf8).contains("Backtrace took")
                    }
                    await process.kill9()
                    let said = try String(contentsOfFile: log, encoding: .utf8)
                    #expect(said.contains("Program crashed"))
                    #expect(!said.contains("Registers:"), "\(name)'s crash report shows memory")
                }
                try await rail.startRail()
                await rail.stop()
                var secrets = [spent, try Self.secret(of: unused)]
                for folder in [rail.node(0), rail.node(1), rail.validator(0)] {
                    let keys = try folder.keys(now: .now)
                    secrets += [
                        keys.signing.privateKey.bytes, keys.sealing.privateKey.bytes, keys.transport.privateKey.bytes,
                    ]
                }
                let own = try rail.folder.keys(now: .now)
                secrets += [own.rail.privateKey.bytes, own.log.privateKey.bytes, own.authority.privateKey.bytes]
                let needles = secrets.flatMap { secret in
                    [
                        Data(secret), Data(Data(secret).base64EncodedString().utf8), Data(Hex.encode(secret).utf8),
                        Data(secret.map { String($0) }.joined(separator: ", ").utf8),
                        // As crash reports show what a register points to.
                        Data(secret.prefix(8).map { Hex.encode([$0]) }.joined(separator: " ").utf8),
                    ]
                }
                var searched = 0
                for file in try FileManager.default.subpathsOfDirectory(atPath: rail.path) {
                    let isKey = file.contains("keys/")
                    guard !isKey, let data = FileManager.default.contents(atPath: "\(rail.path)/\(file)") else {
                        continue
                    }
                    searched += 1
                    for needle in needles { #expect(data.range(of: needle) == nil, "a secret is in \(file)") }
                    #expect(data.range(of: Data(token.utf8)) == nil, "the token is in \(file)")
                }
                #expect(searched > 10, "\(searched) files were searched")
            }
        }

        /// The secret in an enrolment token's text (enrolment-token-v1).
        private static func secret(of token: String) throws -> [UInt8] {
            var text = token.dropFirst("nxe1.".count).replacing("-", with: "+").replacing("_", with: "/")
            while text.utf8.count % 4 != 0 { text += "=" }
            let json = try #require(Data(base64Encoded: String(text)))
            guard case .object(let object) = try JSON(parsing: Array(json)),
                case .string(let secret)? = object["secret"]
            else { throw ProcessFailure("the token has no secret") }
            return try Base64.decode(secret.string)
        }
    }
}
