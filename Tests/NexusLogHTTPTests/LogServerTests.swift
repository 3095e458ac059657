import Foundation
import Logging
import NexusBase
import NexusLog
import NexusLogStore
import NexusWitness
import Testing

@testable import NexusLogHTTP

/// Servers on a real port, asked by the room's own client.
@Suite("Log server") struct LogServerTests {
    @Test("a monitor follows a log over HTTP, entries and all, as it grows")
    func monitorOverHTTP() async throws {
        let folder = try Folder()
        let log = try await ServedLog(folder.path, entries: 300)
        try await serving(.log(LogReader(directory: folder.path))) { url in
            var monitor = try LogMonitor(log: log.witnessed)
            let seen = Counter()
            let first = try await monitor.look(fetch: url.fetch) { index, entry in
                #expect(entry == Array("entry \(index)".utf8))
                seen.add()
            }
            #expect(first == .grown(from: 0, to: 300))
            try await log.grow(by: 700)
            #expect(try await monitor.look(fetch: url.fetch) { _, _ in seen.add() } == .grown(from: 300, to: 1_000))
            #expect(seen.count == 1_000)
        }
    }

    @Test("full tiles are immutable, the checkpoint and partial tiles are not; every other path is refused")
    func headersAndPaths() async throws {
        let folder = try Folder()
        _ = try await ServedLog(folder.path, entries: 300)
        let files = StaticLog(try LogReader(directory: folder.path))
        for path in ["/tile/0/000", "/tile/entries/000"] {
            let answer = await files.answer(method: "GET", path: path)
            #expect(answer.status == 200)
            #expect(answer["cache-control"] == "public, max-age=31536000, immutable", "\(path)")
            #expect(answer["content-type"] == "application/octet-stream")
        }
        for path in ["/checkpoint", "/tile/0/001.p/44", "/tile/entries/001.p/44", "/tile/1/000.p/1"] {
            let answer = await files.answer(method: "GET", path: path)
            #expect(answer.status == 200, "\(path)")
            #expect(answer["cache-control"]?.contains("immutable") == false, "\(path)")
        }
        for path in [
            "", "checkpoint", "/", "//checkpoint", "/checkpoint/", "/lock", "/../lock", "/tile/../lock",
            "/tile/0/../0/000",
            "/%63heckpoint", "/tile/0/0", "/tile/0/000.p/256", "/tile/0/000.p/0", "/tile/00/000", "/tile/0/000.tmp",
            "/tile/0", "/tile/entries/x000/000", "/tile/0/002", "/checkpoint\u{0}",
        ] {
            let answer = await files.answer(method: "GET", path: path)
            #expect(answer.status == 404, "\(path)")
            #expect(answer["cache-control"] == "no-store")
        }
        let post = await files.answer(method: "POST", path: "/checkpoint")
        #expect(post.status == 405 && post["allow"] == "GET, HEAD")
    }

    @Test("a witness over HTTP answers with every status of tlog-witness")
    func witnessStatuses() async throws {
        let folder = try Folder()
        let state = try Folder()
        let log = try await ServedLog(folder.path, entries: 10)
        let ten = try #require(log.writer.latestCheckpoint)
        try await log.grow(by: 10)
        let twenty = try #require(log.writer.latestCheckpoint)
        let proof = try await log.writer.consistencyProof(from: 10, to: 20)
        let signer = try Ed25519NoteSigner(
            name: "witness.example", seed: [UInt8](repeating: 9, count: 32), type: .cosignatureEd25519)
        let witness = try Witness(directory: state.path, logs: [log.witnessed], signers: [signer])
        try await serving(.witness(witness, now: { Instant(milliseconds: 1_700_000_000_000) })) { url in
            func status(_ request: AddCheckpointRequest) async throws -> (Int, String) {
                let (status, body) = try await url.post(request.bytes)
                return (status, String(decoding: body, as: UTF8.self))
            }
            #expect(try await url.post(Array("old x\n".utf8)).status == 400)
            #expect(
                try await url.post([UInt8](repeating: 0x61, count: WitnessLimits.requestBytesMax + 1)).status == 413)
            let other = try Ed25519NoteSigner(name: "other.example", seed: [UInt8](repeating: 3, count: 32))
            let unknown = try SignedCheckpoint(
                Checkpoint(origin: "other.example", size: 0, root: Merkle.root([])), signedBy: other)
            #expect(try await status(.init(oldSize: 0, proof: [], checkpoint: unknown)).0 == 404)
            let forged = try SignedCheckpoint(
                ten.checkpoint,
                signedBy: Ed25519NoteSigner(name: log.witnessed.origin, seed: [UInt8](repeating: 3, count: 32)))
            #expect(try await status(.init(oldSize: 0, proof: [], checkpoint: forged)).0 == 403)
            let (ok, line) = try await status(.init(oldSize: 0, proof: [], checkpoint: ten))
            #expect(ok == 200 && line.hasPrefix("\u{2014} witness.example "))
            let (conflict, size) = try await status(.init(oldSize: 0, proof: [], checkpoint: twenty))
            #expect(conflict == 409 && size == "10\n")
            #expect(try await status(.init(oldSize: 10, proof: [], checkpoint: twenty)).0 == 422)
            #expect(try await status(.init(oldSize: 30, proof: [], checkpoint: twenty)).0 == 400)
            #expect(try await status(.init(oldSize: 10, proof: proof, checkpoint: twenty)).0 == 200)
            #expect(try await url.fetch("add-checkpoint-not") == nil)
            await #expect(throws: WitnessError.self, "GET is 405") { _ = try await url.fetch("add-checkpoint") }
        }
    }

    @Test("a witness that is started again still knows what it cosigned") func durable() async throws {
        let folder = try Folder()
        let state = try Folder()
        let log = try await ServedLog(folder.path, entries: 10)
        let ten = try #require(log.writer.latestCheckpoint)
        let signer = try Ed25519NoteSigner(
            name: "witness.example", seed: [UInt8](repeating: 9, count: 32), type: .cosignatureEd25519)
        for expected in [200, 409] {
            let witness = try await reopened(state.path, log.witnessed, signer)
            try await serving(.witness(witness, now: { Instant(milliseconds: 1_700_000_000_000) })) { url in
                let request = AddCheckpointRequest(oldSize: 0, proof: [], checkpoint: ten)
                let status = try await url.post(request.bytes).status
                #expect(status == expected)
            }
        }
    }

    @Test(
        "an address that is no prefix of a log is refused",
        arguments: ["", "ftp://a/b", "log", "http://a/?q", "http://a/#f"])
    func badURL(_ text: String) { #expect(throws: WitnessError.self) { _ = try LogURL(text) } }
}
