import Foundation
import NexusBase
import NexusLog
import Testing

@testable import NexusWitness

@Suite struct WitnessTests {
    let folder: Folder
    let log = TestLog(40)
    init() throws { folder = try Folder() }

    func open(validation: Witness.Validation? = nil) throws -> Witness {
        try Witness(
            directory: folder.path, logs: [WitnessedLog(origin: origin, keys: [try logSigner().key])],
            signers: [try witnessSigner()], validation: validation)
    }

    func status(_ witness: Witness, _ request: AddCheckpointRequest) async -> Int {
        await witness.addCheckpoint(request.bytes, now: now).status
    }

    @Test func `a growing log is cosigned at each step, and the cosignature verifies with its time`() async throws {
        let witness = try open()
        var old = 0
        for size in [1, 5, 5, 8, 33, 40] {
            let request = try log.request(old, size)
            let response = await witness.addCheckpoint(request.bytes, now: now)
            #expect(response.status == 200)
            let note = try SignedNote(
                parsing: Array((request.checkpoint.checkpoint.text.string + "\n").utf8) + response.body)
            let verified = try note.verify(by: witness.keys)
            #expect(verified.signatures.map(\.time) == [1_700_000_000])
            #expect(witness.latest(of: origin)?.size == size)
            old = size
        }
    }

    @Test func `a request is answered with the status that the specification gives it`() async throws {
        let witness = try open()
        #expect(await status(witness, try log.request(0, 10)) == 200)
        // 400: not a request, or an old size above the checkpoint's.
        #expect(await witness.addCheckpoint(Array("old 1\n".utf8), now: now).status == 400)
        #expect(
            await status(witness, AddCheckpointRequest(oldSize: 11, proof: [], checkpoint: try log.checkpoint(10)))
                == 400)
        // 404: an unknown origin.
        let foreign = try SignedCheckpoint(
            Checkpoint(origin: "other", size: 0, root: Digest(of: [])), signedBy: logSigner())
        #expect(await status(witness, AddCheckpointRequest(oldSize: 0, proof: [], checkpoint: foreign)) == 404)
        // 403: another key, under the log's name or not signed by it at all; or a signature that does not verify.
        let other = AddCheckpointRequest(
            oldSize: 10, proof: try log.proof(10, 12), checkpoint: try log.checkpoint(12, seed: 9))
        #expect(await status(witness, other) == 403)
        let good = try log.request(10, 12)
        let line = good.checkpoint.note.signatures[0]
        var wrong = line.bytes
        wrong[0] ^= 1
        let forged = try SignedCheckpoint(
            note: SignedNote(
                text: good.checkpoint.note.text,
                signatures: [NoteSignature(name: line.name, keyID: line.keyID, bytes: wrong)]))
        #expect(await status(witness, AddCheckpointRequest(oldSize: 10, proof: good.proof, checkpoint: forged)) == 403)
        // 409: another size than the latest; the body says which.
        let conflict = await witness.addCheckpoint(try log.request(9, 12).bytes, now: now)
        #expect(conflict.status == 409 && conflict.body == Array("10\n".utf8))
        #expect(conflict.contentType == "text/x.tlog.size")
        // 409: the same size with another root.
        let split = TestLog(10, "other entry")
        #expect(
            await status(witness, AddCheckpointRequest(oldSize: 10, proof: [], checkpoint: try split.checkpoint()))
                == 409)
        // 422: a proof that does not verify.
        #expect(
            await status(witness, AddCheckpointRequest(oldSize: 10, proof: [], checkpoint: try log.checkpoint(12)))
                == 422)
        let rewritten = TestLog(12, "other entry")
        #expect(await status(witness, try rewritten.request(10, 12)) == 422)
        #expect(witness.latest(of: origin)?.size == 10)
        #expect(await status(witness, good) == 200)
    }

    @Test func `a proof from size zero must be empty`() async throws {
        let witness = try open()
        let request = AddCheckpointRequest(oldSize: 0, proof: [Digest(of: [])], checkpoint: try log.checkpoint(3))
        #expect(await status(witness, request) == 422)
        #expect(await status(witness, try log.request(0, 0)) == 200)
        #expect(await status(witness, try log.request(0, 3)) == 200)
    }

    @Test func `a witness with two keys cosigns with Ed25519 and ML-DSA-44, and its client knows both`() async throws {
        let later = try MLDSA44NoteSigner(name: "witness2.example", seed: [UInt8](repeating: 4, count: 32))
        let witness = try Witness(
            directory: folder.path, logs: [WitnessedLog(origin: origin, keys: [try logSigner().key])],
            signers: [try witnessSigner(), later])
        #expect(witness.keys.map(\.type) == [.cosignatureEd25519, .cosignatureMLDSA44])
        let client = WitnessClient(keys: witness.keys) { body in
            let response = await witness.addCheckpoint(body, now: now)
            return (response.status, response.body)
        }
        let log = log
        var signed = try log.checkpoint(7)
        signed.add(try await client.cosign(signed, from: 0) { try log.proof($0, $1) })
        let verified = try signed.verify(origin: origin, by: witness.keys)
        #expect(verified.keys == witness.keys)
        #expect(verified.signatures.map(\.time) == [1_700_000_000, 1_700_000_000])
    }

    @Test func `what was cosigned is remembered over a restart`() async throws {
        var witness: Witness? = try open()
        #expect(await status(try #require(witness), try log.request(0, 7)) == 200)
        #expect(await code { _ = try open() } == .locked)
        witness = nil
        let again = try open()
        #expect(again.latest(of: origin)?.size == 7)
        #expect(await status(again, try log.request(0, 8)) == 409)
        #expect(await status(again, try log.request(7, 8)) == 200)
    }

    @Test func `of requests that come together only one moves the log`() async throws {
        let witness = try open()
        #expect(await status(witness, try log.request(0, 5)) == 200)
        let requests = try (6...40).map { try log.request(5, $0) }
        let accepted = await withTaskGroup(of: Int.self) { group in
            for request in requests { group.addTask { await self.status(witness, request) } }
            return await group.reduce(into: 0) { $0 += $1 == 200 ? 1 : 0 }
        }
        #expect(accepted == 1)
    }

    @Test func `more waiting requests than the limit are turned away and the others answered`() async throws {
        let held = DispatchSemaphore(value: 0)
        let witness = try open(validation: { _, _ in held.wait() })
        let first = try log.request(0, 5).bytes
        let statuses = await withTaskGroup(of: Int.self) { group in
            for _ in 0...WitnessLimits.requestsWaitingMax {
                group.addTask { await witness.addCheckpoint(first, now: now).status }
            }
            // The first request holds the queue until the one past the limit has been turned away.
            let turnedAway = await group.next()
            held.signal()
            return await group.reduce(into: [turnedAway: 1]) { $0[$1, default: 0] += 1 }
        }
        #expect(statuses == [503: 1, 200: 1, 409: WitnessLimits.requestsWaitingMax - 1])
    }

    @Test func `a validator that refuses leaves the checkpoint uncosigned and unrecorded`() async throws {
        struct Refused: Error {}
        let witness = try open(validation: { signed, _ in if signed.checkpoint.size > 5 { throw Refused() } })
        #expect(await status(witness, try log.request(0, 5)) == 200)
        #expect(await status(witness, try log.request(5, 6)) == 422)
        #expect(witness.latest(of: origin)?.size == 5)
    }

    @Test func `a stored checkpoint that was changed stops the witness from starting`() async throws {
        do { #expect(await status(try open(), try log.request(0, 7)) == 200) }
        let path = folder.path + "/" + CheckpointStore.name(of: origin)
        let whole = try Data(contentsOf: URL(fileURLWithPath: path))
        for index in stride(from: 0, to: whole.count, by: 9) {
            var changed = whole
            changed[index] ^= 1
            try changed.write(to: URL(fileURLWithPath: path))
            #expect(await code { _ = try open() } == .damaged, "byte \(index)")
        }
    }

    @Test(arguments: [
        "", "\n\n", "old\n\n", "old 01\n\nNOTE", "old -1\n\nNOTE", "old 1\nAAAA\n\nNOTE", "old 1 \n\nNOTE", "old 1\n\n",
        "new 1\n\nNOTE", "old 1\nNOTE", "old 4611686018427387905\n\nNOTE", "old 1\r\n\nNOTE",
    ]) func `a malformed request is refused`(text: String) throws {
        let note = String(decoding: try log.checkpoint(3).bytes, as: UTF8.self)
        _ = try AddCheckpointRequest(parsing: Array("old 1\n\n\(note)".utf8))
        let bytes = Array(text.split(separator: "NOTE", omittingEmptySubsequences: false).joined(separator: note).utf8)
        #expect(throws: WitnessError(.badRequest, "")) { try AddCheckpointRequest(parsing: bytes) }
    }

    @Test func `a request with 63 proof lines is read and one with 64 is refused`() throws {
        let hash = Digest(of: [])
        let most = AddCheckpointRequest(
            oldSize: 1, proof: [Digest](repeating: hash, count: 63), checkpoint: try log.checkpoint(3))
        #expect(try AddCheckpointRequest(parsing: most.bytes) == most)
        let over = AddCheckpointRequest(oldSize: 1, proof: most.proof + [hash], checkpoint: most.checkpoint)
        #expect(throws: WitnessError(.badRequest, "")) { try AddCheckpointRequest(parsing: over.bytes) }
    }
}

@Suite struct WitnessClientTests {
    let folder: Folder
    let log = TestLog(40)
    init() throws { folder = try Folder() }

    func witness(_ seed: UInt8) throws -> (Witness, WitnessClient) {
        let witness = try Witness(
            directory: folder.path + "/\(seed)", logs: [WitnessedLog(origin: origin, keys: [try logSigner().key])],
            signers: [try witnessSigner(seed)])
        let client = WitnessClient(keys: witness.keys) { body in
            let response = await witness.addCheckpoint(body, now: now)
            return (response.status, response.body)
        }
        return (witness, client)
    }

    @Test func `a client that knows no size learns it and gets its cosignature`() async throws {
        let (witness, client) = try witness(2)
        let log = log
        for size in [4, 9, 40] {
            let checkpoint = try log.checkpoint(size)
            let lines = try await client.cosign(checkpoint, from: 0) { try log.proof($0, $1) }
            var signed = checkpoint
            signed.add(lines)
            #expect(try signed.verify(origin: origin, by: [try logSigner().key] + witness.keys).keys.count == 2)
        }
        #expect(try await client.latestSize(knowing: log.checkpoint(4)) == 40)
    }

    @Test func `a log behind its witnesses, or with another history, is told so`() async throws {
        let (_, client) = try witness(2)
        let log = log
        _ = try await client.cosign(try log.checkpoint(20), from: 0) { try log.proof($0, $1) }
        #expect(
            await code { _ = try await client.cosign(try log.checkpoint(10), from: 0) { try log.proof($0, $1) } }
                == .rolledBack)
        let other = TestLog(20, "other")
        #expect(
            await code { _ = try await client.cosign(try other.checkpoint(), from: 20) { try other.proof($0, $1) } }
                == .rolledBack)
        let longer = TestLog(30, "other")
        #expect(
            await code { _ = try await client.cosign(try longer.checkpoint(), from: 20) { try longer.proof($0, $1) } }
                == .refused)
    }

    @Test func `a log may sign only if a majority of its witnesses answers and none is ahead`() async throws {
        let log = log
        let (_, first) = try witness(2)
        let (_, second) = try witness(3)
        struct Down: Error {}
        let down = WitnessClient(keys: [try witnessSigner(4).key]) { _ in throw Down() }
        let empty = try log.checkpoint(0)
        try await RollbackCheck.run([first, second, down], size: 0, knowing: empty)
        _ = try await first.cosign(try log.checkpoint(20), from: 0) { try log.proof($0, $1) }
        try await RollbackCheck.run([first, second, down], size: 20, knowing: empty)
        #expect(
            await code { try await RollbackCheck.run([first, second, down], size: 19, knowing: empty) } == .rolledBack)
        #expect(
            await code { try await RollbackCheck.run([second, down], size: 20, knowing: empty) } == .tooFewWitnesses)
        try await RollbackCheck.run([], size: 0, knowing: empty)
    }

    @Test func `an answer that is not this witness's cosignature is refused`() async throws {
        let request = try log.request(0, 5)
        let right = try witnessSigner(2).sign(request.checkpoint.note.text, time: 1)
        let other = try witnessSigner(3).sign(request.checkpoint.note.text, time: 1)
        let wrong = try witnessSigner(2).sign(try log.checkpoint(6).note.text, time: 1)
        for (body, isGood) in [
            (right.line.string + "\n", true), (right.line.string + "\n" + other.line.string + "\n", true),
            (other.line.string + "\n", false), (wrong.line.string + "\n", false), ("", false), ("\n", false),
            (right.line.string, false),
        ] {
            let client = WitnessClient(keys: [try witnessSigner(2).key]) { _ in (200, Array(body.utf8)) }
            if isGood {
                #expect(try await client.send(request) == .cosigned([right]))
            } else {
                #expect(await code { _ = try await client.send(request) } == .badResponse)
            }
        }
        let flood = WitnessClient(keys: [try witnessSigner(2).key]) { _ in
            (409, [UInt8](repeating: 0x31, count: WitnessLimits.responseBytesMax + 1))
        }
        #expect(await code { _ = try await flood.send(request) } == .badResponse)
    }
}
