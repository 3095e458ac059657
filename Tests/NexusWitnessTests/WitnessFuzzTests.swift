import Foundation
import NexusBase
import NexusLog
import NexusTestInputs
import Testing

@testable import NexusWitness

/// Method: mutations of good requests, answers and proofs of misbehaviour. Each is refused with a code, or read and
/// written again byte for byte; a witness answers every body with a status of the specification, and none that it
/// cosigns is of a shrinking or rewritten log. `NEXUS_FUZZ` is the number of inputs (20,000 if not given).
@Suite struct WitnessFuzzTests {
    static let count = ProcessInfo.processInfo.environment["NEXUS_FUZZ"].flatMap { Int($0) } ?? 20_000

    static func mutate(_ seed: [UInt8], _ random: inout SplitMix64) -> [UInt8] {
        var bytes = seed
        let tokens = ["\n", "\n\n", "old ", "0", "9", "=", "\u{2014} ", "root ", "new ", "18446744073709551616", "\r"]
        for _ in 0...random.below(3) {
            let place = random.below(bytes.count + 1)
            let end = min(bytes.count, place + random.below(60))
            switch random.below(5) {
            case 0 where place < bytes.count: bytes[place] ^= 1 << UInt8(random.below(8))
            case 1: bytes.insert(contentsOf: Array(tokens[random.below(tokens.count)].utf8), at: place)
            case 2: bytes.removeSubrange(place..<end)
            case 3: bytes.insert(contentsOf: bytes[place..<end], at: random.below(bytes.count + 1))
            default: bytes.removeLast(random.below(bytes.count + 1) / 4)
            }
        }
        return bytes
    }

    @Test func `no malformed request is taken, and no body makes a witness cosign another history`() throws {
        let log = TestLog(40)
        let seeds = try [
            log.request(0, 5), log.request(5, 5), log.request(5, 9), log.request(5, 40), log.request(9, 40),
            TestLog(20, "other").request(5, 20),
        ].map(\.bytes)
        var state = try WitnessState(logs: [WitnessedLog(origin: origin, keys: [logSigner().key])])
        state.record(try log.checkpoint(5).checkpoint)
        var random = SplitMix64(seed: 7)
        var (taken, cosigned) = (0, 0)
        let statuses: Set<Int> = [400, 403, 404, 409, 422]
        for _ in 0..<Self.count / 2 {
            let body = Self.mutate(seeds[random.below(seeds.count)], &random)
            do {
                #expect(try AddCheckpointRequest(parsing: body).bytes == body)
                taken += 1
            } catch { #expect(error is WitnessError, "\(error)") }
            switch state.judge(body) {
            case .refuse(let response): #expect(statuses.contains(response.status))
            case .cosign(let signed):
                cosigned += 1
                let size = signed.checkpoint.size
                #expect(size >= 5 && size <= 40)
                #expect(size > 40 ? false : signed.checkpoint.root == Merkle.root(log.leaves[..<size]))
            }
        }
        print("fuzz: \(Self.count / 2) bodies to a witness, \(taken) read, \(cosigned) cosigned")
        #expect(taken < Self.count / 2)
    }

    @Test func `no malformed proof of misbehaviour is taken, and no mutated one shows anything new`() throws {
        let (ours, theirs) = (TestLog(5), TestLog(9, "other"))
        let proof = MisbehaviourProof(
            old: try ours.checkpoint(), new: try theirs.checkpoint(), root: Merkle.root(theirs.leaves[..<5]),
            proof: try theirs.proof(5, 9))
        let keys = [try logSigner().key]
        #expect(try proof.verify(origin: origin, keys: keys) == keys)
        var random = SplitMix64(seed: 8)
        var taken = 0
        for _ in 0..<Self.count / 4 {
            let bytes = Self.mutate(proof.bytes, &random)
            do {
                let read = try MisbehaviourProof(parsing: bytes)
                #expect(read.bytes == bytes)
                taken += 1
                if bytes != proof.bytes {
                    // What still verifies is about the same two notes: only their unknown lines may differ.
                    if (try? read.verify(origin: origin, keys: keys)) != nil {
                        #expect(read.old.checkpoint == proof.old.checkpoint)
                        #expect(read.new.checkpoint == proof.new.checkpoint)
                    }
                }
            } catch { #expect(error is WitnessError, "\(error)") }
        }
        print("fuzz: \(Self.count / 4) proofs of misbehaviour, \(taken) read")
    }

    @Test func `an answer of any bytes gives a verified cosignature, a size, a refusal or an error with a code`()
        async throws
    {
        let request = try TestLog(9).request(0, 9)
        let line = try witnessSigner().sign(request.checkpoint.note.text, time: 5).line.string + "\n"
        var random = SplitMix64(seed: 9)
        for _ in 0..<Self.count / 4 {
            let status = [200, 200, 200, 409, 500][random.below(5)]
            let body = Self.mutate(status == 200 ? Array(line.utf8) : Array("12\n".utf8), &random)
            let client = WitnessClient(keys: [try witnessSigner().key]) { _ in (status, body) }
            do {
                if case .cosigned(let lines) = try await client.send(request) {
                    for line in lines { _ = try witnessSigner().key.verify(line, over: request.checkpoint.note.text) }
                    #expect(!lines.isEmpty)
                }
            } catch { #expect((error as? WitnessError)?.code == .badResponse, "\(error)") }
        }
        print("fuzz: \(Self.count / 4) answers to a client")
    }
}
