import Foundation
import NexusBase
import NexusSignatures
import NexusTestInputs
import Testing

@Suite struct SLHDSA128sTests {
    /// NIST's key generation cases, from the vectors' folder.
    static let cases: JSON? = {
        let path = Vectors.root.path
        guard let data = FileManager.default.contents(atPath: path + "/slh-dsa/internalProjection.json") else {
            return nil
        }
        return try? JSON(parsing: [UInt8](data), bytesMax: 16 << 20)
    }()

    @Test(.enabled(if: cases != nil, "skipped: slh-dsa/internalProjection.json is not in the vectors' folder"))
    func `every key generation case of NIST comes out`() throws {
        var fields = try Fields(#require(Self.cases), at: "vectors")
        let groups = try fields.list("testGroups", countMax: 64) { json, _ in json }
        var count = 0
        for group in groups {
            var fields = try Fields(group, at: "group")
            guard try fields.text("parameterSet") == "SLH-DSA-SHA2-128s" else { continue }
            for test in try fields.list("tests", countMax: 64, { json, _ in json }) {
                var fields = try Fields(test, at: "test")
                func bytes(_ name: Text) throws -> [UInt8] { try Hex.decode(fields.text(name).string.lowercased()) }
                let pair = try SLHDSA128s.keyPair(seed: bytes("skSeed") + bytes("skPrf") + bytes("pkSeed"))
                #expect(try pair.publicKey == bytes("pk"))
                #expect(try pair.privateKey == bytes("sk"))
                count += 1
            }
        }
        #expect(count == 10)
    }

    /// Method: the digest of the deterministic signature that the PyPI package SLH-DSA 0.2.5 makes with the key of
    /// NIST's first case.
    @Test func `a deterministic signature is the one that another implementation makes`() throws {
        let hex =
            "2f896d61d9cd9038ca303394fadaa22a" + "24ac5ec1d86a989ca2196c3c8632419c" + "1a05a42fe300e87b16aee116cb2e2363"
        let seed = try Hex.decode(hex)
        let pair = SLHDSA128s.keyPair(seed: seed)
        let message = Array("nexus".utf8)
        let signature = SLHDSA128s.sign(message, privateKey: pair.privateKey, randomizer: Array(seed[32...]))
        #expect(SLHDSA128s.isValid(signature, over: message, by: pair.publicKey))
        #expect(Digest(of: signature).hex == "03ee2c41635ec6ebcfef5cef321d85a1707c1112f52f37b8e82562e1c0adaa07")
    }

    @Test func `a signature holds for its message, context and key only`() {
        let pair = SLHDSA128s.keyPair(seed: [UInt8](repeating: 5, count: 48))
        let signature = SLHDSA128s.sign([1, 2], privateKey: pair.privateKey, context: [9])
        #expect(SLHDSA128s.isValid(signature, over: [1, 2], by: pair.publicKey, context: [9]))
        #expect(!SLHDSA128s.isValid(signature, over: [1, 2], by: pair.publicKey))
        #expect(!SLHDSA128s.isValid(signature, over: [1], by: pair.publicKey, context: [9]))
        let other = [UInt8](repeating: 7, count: 32)
        #expect(!SLHDSA128s.isValid(signature, over: [1, 2], by: other, context: [9]))
        #expect(!SLHDSA128s.isValid(Array(signature.dropLast()), over: [1, 2], by: pair.publicKey, context: [9]))
        for index in stride(from: 0, to: signature.count, by: 151) {
            var changed = signature
            changed[index] ^= 1
            #expect(!SLHDSA128s.isValid(changed, over: [1, 2], by: pair.publicKey, context: [9]), "byte \(index)")
        }
    }
}
