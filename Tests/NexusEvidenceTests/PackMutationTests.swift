import NexusBase
import NexusEvidence
import NexusLog
import NexusTestSupport
import Testing

/// Method: every accepted vector was made by honest parties, so any other bytes claim something else. A changed byte of
/// the file must be refused; so must a changed byte of any document in it, after the pack's own digest is made right
/// again, since anybody can do that.
@Suite struct PackMutationTests {
    /// The plain pack, and one with witnesses, a time stamp and rotated keys.
    private static func scenario(isFull: Bool) throws -> PackScenario {
        guard isFull else { return PackScenario() }
        let root = try TestAuthority().root
        return PackScenario {
            $0.trustedWitnesses = .init(keys: [Party.witness.key, Party.quantumWitness.key], threshold: 2)
            $0.timeStampRoots = [root]
            $0.anchors = { [try TestAuthority().anchor(over: $0, at: Party.time(110))] }
            $0.laterGovernance = { _ in [.rotate(Party.log.key, Party.laterLog[0].key)] }
            $0.rotations = [.rotate(Party.witness.key, Party.laterWitness.key)]
            $0.checkpoint.signers = [Party.laterLog[0]] + Party.validators + [Party.laterWitness, Party.quantumWitness]
        }
    }

    @Test(arguments: [false, true]) func `a pack with a changed byte is never accepted`(_ isFull: Bool) throws {
        let built = try Self.scenario(isFull: isFull).build()
        let verifier = PackVerifier(trust: try TrustFile(parsing: built.trust))
        try #require(verifier.verify(built.pack).isAccepted)
        for index in stride(from: 0, to: built.pack.count, by: 131) {
            for mask: UInt8 in [0x01, 0x20] {
                var bytes = built.pack
                bytes[index] ^= mask
                #expect(!verifier.verify(bytes).isAccepted, "byte \(index), mask \(mask)")
            }
        }
    }

    @Test(arguments: [false, true])
    func `a pack with a byte changed inside a document is never accepted, though its digest was made right`(
        _ isFull: Bool
    ) throws {
        let built = try Self.scenario(isFull: isFull).build()
        let verifier = PackVerifier(trust: try TrustFile(parsing: built.trust))
        let pack = try JSON(parsing: built.pack)
        try #require(verifier.verify(PackScenario.resealed(pack)).isAccepted)
        var changes = 0
        for path in Self.leaves(pack, "") where path != "packDigest" {
            for changed in Self.changes(pack, path) {
                changes += 1
                #expect(!verifier.verify(PackScenario.resealed(changed)).isAccepted, "\(path)")
            }
        }
        #expect(changes > 400)
    }

    /// Paths of all that is not an array or object.
    private static func leaves(_ json: JSON, _ path: String) -> [String] {
        func inner(_ step: String) -> String { path.isEmpty ? step : "\(path).\(step)" }
        switch json {
        case .object(let object): return object.members.flatMap { leaves($0.value, inner($0.key.string)) }
        case .array(let elements): return elements.indices.flatMap { leaves(elements[$0], inner("\($0)")) }
        default: return [path]
        }
    }

    /// For base64 a changed byte at the front, in the middle and at the end; for other texts a changed letter.
    private static func changes(_ pack: JSON, _ path: String) -> [JSON] {
        var changed: [JSON] = []
        switch pack[path] {
        case .integer(let value):
            var other = pack
            other[path] = .integer(value + 1)
            changed.append(other)
        case .string(let text):
            let bytes = (try? Base64.decode(text.string)).flatMap { $0.isEmpty ? nil : $0 }
            let source = bytes ?? text.bytes
            for index in Set([0, source.count / 3, source.count / 2, source.count - 1]) {
                var copy = source
                copy[index] ^= 0x01
                var other = pack
                other[path] = bytes == nil ? .text(String(decoding: copy, as: UTF8.self)) : .base64(copy)
                changed.append(other)
            }
        default: break
        }
        return changed
    }
}
