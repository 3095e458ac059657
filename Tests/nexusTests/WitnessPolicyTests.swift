import Foundation
import NexusBase
import NexusLog
import Testing

@testable import NexusRail

@Suite struct WitnessPolicyTests {
    static func key(_ seed: UInt8, _ type: NoteSignatureType = .cosignatureEd25519) throws -> VerifierKey {
        let seed = [UInt8](repeating: seed, count: 32)
        if type == .cosignatureMLDSA44 { return try MLDSA44NoteSigner(name: "w.example", seed: seed).key }
        return try Ed25519NoteSigner(name: "w.example", seed: seed, type: type).key
    }

    static func policy(_ keys: [VerifierKey], threshold: Int, url: String = "http://127.0.0.1:1") -> JSON {
        [
            "format": "nexus.witness-policy/v1", "threshold": .int(threshold),
            "witnesses": .array(keys.map { ["key": .string($0.text), "url": .text(url)] }),
        ]
    }

    func code(_ json: JSON) -> String? {
        do {
            _ = try WitnessPolicy(parsing: json.canonicalBytes)
            return nil
        } catch { return (error as? any CodedFailure)?.qualifiedCode ?? "\(error)" }
    }

    @Test func `a policy reads with its keys, Ed25519 and ML-DSA-44, its addresses and its threshold`() throws {
        let keys = [try Self.key(1), try Self.key(2, .cosignatureMLDSA44)]
        let policy = try WitnessPolicy(parsing: Self.policy(keys, threshold: 2).canonicalBytes)
        #expect(policy.witnesses.map(\.key) == keys && policy.threshold == 2)
        #expect(policy.witnesses[0].url == "http://127.0.0.1:1")
        #expect(try WitnessPolicy(parsing: Self.policy([], threshold: 0).canonicalBytes).witnesses.isEmpty)
    }

    @Test func `a policy that cannot be met or names no witness is refused with its code`() throws {
        let key = try Self.key(1)
        #expect(code(Self.policy([key], threshold: 2)) == "rail.bad-request")
        #expect(code(Self.policy([key, key], threshold: 1)) == "rail.bad-request")
        #expect(code(Self.policy([try Self.key(1, .ed25519)], threshold: 1)) == "rail.bad-request")
        #expect(code(Self.policy([key], threshold: -1)) == "base.wrong-type")
        #expect(code(["format": "nexus.witness-policy/v2", "threshold": 0, "witnesses": []]) == "rail.bad-request")
        #expect(code(["format": "nexus.witness-policy/v1", "threshold": 0]) == "base.missing-field")
        let extra: JSON = [
            "format": "nexus.witness-policy/v1", "note": "x", "threshold": 0, "witnesses": [],
        ]
        #expect(code(extra) == "base.unknown-field")
        let noKey: JSON = [
            "format": "nexus.witness-policy/v1", "threshold": 0, "witnesses": [["key": "k", "url": "u"]],
        ]
        #expect(code(noKey) == "log.bad-key")
    }

    @Test func `32 witnesses are read and one more is refused`() throws {
        let keys = try (1...33).map { try Self.key(UInt8($0)) }
        #expect(code(Self.policy(Array(keys.prefix(32)), threshold: 32)) == nil)
        #expect(code(Self.policy(keys, threshold: 1)) != nil)
    }

    /// Method: mutated policies; each is refused with a code or reads, and then keeps its own rules.
    @Test func `no mutated policy is taken that breaks its rules`() throws {
        let count = ProcessInfo.processInfo.environment["NEXUS_FUZZ"].flatMap { Int($0) } ?? 20_000
        let seed = Self.policy([try Self.key(1), try Self.key(2)], threshold: 1).canonicalBytes
        var state: UInt64 = 13
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(max(1, bound)))
        }
        var taken = 0
        for _ in 0..<count / 4 {
            var bytes = seed
            for _ in 0...next(2) {
                let place = next(bytes.count)
                let end = min(bytes.count, place + next(90))
                switch next(4) {
                case 0: bytes[place] ^= 1 << UInt8(next(8))
                case 1 where bytes.count > 100: bytes.removeSubrange(place..<end)
                case 2: bytes.insert(contentsOf: bytes[place..<end], at: next(bytes.count))
                default: bytes[place] = Array("0123456789{}[],:\"".utf8)[next(17)]
                }
            }
            do {
                let policy = try WitnessPolicy(parsing: bytes)
                taken += 1
                #expect(policy.threshold <= policy.witnesses.count)
                #expect(policy.witnesses.allSatisfy { $0.key.type != .ed25519 })
            } catch { #expect(error is any CodedFailure, "\(error)") }
        }
        print("fuzz: \(count / 4) policies, \(taken) read")
    }
}
