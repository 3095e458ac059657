import Foundation
import NexusBase
import NexusClause
import NexusEvidence
import NexusRail
import NexusTrust
import Testing

@testable import nexus

extension RealProcesses {
    @Suite struct ActionTests {
        private static let webhook = (
            "correctionActions: []",
            """
              - name: tell
                kind: webhook
                on: [TRIGGER, PASS]
                endpoint: desk
            correctionActions: []
            """
        )

        @Test func `a payment instruction is written once the certificate is released`() async throws {
            try await TestRail.with(.init(nodes: 2)) { rail in
                let clause = try await rail.clause([("nodes: 3", "nodes: 2")])
                let paying = try await rail.submit(rail.event(clause, 1997, november: "26.2", december: "26.73"))
                let quiet = try await rail.submit(rail.event(clause, 1998, november: "22.2", december: "22.7"))
                try await rail.wait(for: paying, "certified")
                try await rail.wait(for: quiet, "certified")
                try await eventually("the instruction is delivered") {
                    try await Self.deliveries(rail).map(\.status) == ["delivered"]
                }
                let files = try FileManager.default.contentsOfDirectory(atPath: rail.folder.payments)
                    .filter { !$0.hasSuffix(".new") }
                #expect(files.count == 1)
                let bytes = try rail.folder.read("payments/\(try #require(files.first))")
                var fields = try Fields(JSON(parsingCanonical: bytes, bytesMax: 65_536), at: "instruction")
                #expect(try fields.text("amount").string == "8216670")
                #expect(try fields.text("occurrence").string == "1997")
                #expect(try fields.digest("jobId") == paying)
            }
        }

        @Test func `a webhook is delivered at least once under one id to a receiver that fails, is slow or is away`()
            async throws
        {
            try await withReceiver(mode: "broken") { rail, receiver, clause in
                let job = try await rail.submit(rail.event(clause, 2000, november: "20", december: "20"))
                try await rail.wait(for: job, "certified")
                try await eventually("the first send failed") { try receiver.requests().count >= 1 }
                try await eventually("it shows unknown") {
                    try await Self.deliveries(rail).map(\.status) == ["unknown"]
                }
                try receiver.set(mode: "slow")
                let sent = try receiver.requests().count
                try await eventually("it is sent again") { try receiver.requests().count > sent }
                #expect(try await Self.deliveries(rail).map(\.status) == ["unknown"], "sent and not confirmed")
                try await eventually("it is confirmed") {
                    try await Self.deliveries(rail).map(\.status) == ["delivered"]
                }
                let requests = try receiver.requests()
                #expect(Set(requests.map(\.id)).count == 1)
                #expect(Set(requests.map(\.body)).count == 1)
                await receiver.process.kill9()
                let away = try await rail.submit(rail.event(clause, 2001, november: "20", december: "20"))
                try await rail.wait(for: away, "certified")
                try await eventually("it shows unknown") {
                    try await Self.deliveries(rail).map(\.status) == ["delivered", "unknown"]
                }
                let back = try await Receiver(receiver.folder, port: receiver.port)
                do {
                    try await eventually("it is confirmed") {
                        try await Self.deliveries(rail).map(\.status) == ["delivered", "delivered"]
                    }
                } catch {
                    await back.process.kill9()
                    throw error
                }
                await back.process.kill9()
            }
        }

        /// Method: for each of several delays around the moment of sending, the rail is killed so long after the
        /// submission, and started again. The receiver deduplicates by the id; it must have seen every one.
        @Test func `a webhook survives a rail that is killed before, during and after the send`() async throws {
            try await withReceiver(mode: "up") { rail, receiver, clause in
                var jobs: [Digest] = []
                for (offset, delay) in [5, 60, 120, 180, 260].enumerated() {
                    jobs.append(
                        try await rail.submit(rail.event(clause, 2000 + offset, november: "20", december: "20")))
                    try await Task.sleep(for: .milliseconds(delay))
                    try await rail.process("rail").kill9()
                    try await rail.startRail()
                }
                // During a send, for certain: the receiver has the request and does not answer yet.
                try receiver.set(mode: "slow")
                let last = try await rail.submit(rail.event(clause, 2100, november: "20", december: "20"))
                jobs.append(last)
                try await eventually("the send is under way") {
                    try receiver.requests().contains { $0.body.contains(last.text.string) }
                }
                try await rail.process("rail").kill9()
                try receiver.set(mode: "up")
                try await rail.startRail()
                try await eventually("all are confirmed") {
                    try await Self.deliveries(rail).map(\.status) == jobs.map { _ in "delivered" }
                }
                let requests = try receiver.requests()
                let deliveries = try await Self.deliveries(rail)
                #expect(Set(requests.map(\.id)) == Set(deliveries.map(\.id)))
                #expect(Set(requests.map(\.id)).count == jobs.count)
                #expect(Set(requests.map { "\($0.id) \($0.body)" }).count == jobs.count, "one id, one message")
                #expect(requests.count { $0.body.contains(last.text.string) } >= 2)
            }
        }

        private func withReceiver(
            mode: String, _ body: (TestRail, Receiver, Clause) async throws -> Void
        ) async throws {
            try await TestRail.with(.init(nodes: 2)) { rail in
                let receiver = try await Receiver("\(rail.path)/receiver", port: Surroundings.freePort(), mode: mode)
                do {
                    try rail.folder.write(Array(#"{"desk":"\#(receiver.url)"}"#.utf8), "endpoints.json")
                    let clause = try await rail.clause([("nodes: 3", "nodes: 2"), Self.webhook])
                    try await body(rail, receiver, clause)
                } catch {
                    await receiver.process.kill9()
                    throw error
                }
                await receiver.process.kill9()
            }
        }

        static func deliveries(_ rail: TestRail) async throws -> [(id: String, action: String, status: String)] {
            var answer = try Fields(await rail.client.call(["operation": "deliveries"]), at: "answer")
            return try answer.array("deliveries").map { json in
                var delivery = try Fields(json, at: "delivery")
                return (
                    try delivery.digest("id").hex, try delivery.text("action").string,
                    try delivery.text("status").string
                )
            }
        }
    }
}
