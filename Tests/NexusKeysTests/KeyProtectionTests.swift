import CryptoExtras
import Foundation
import NexusBase
import NexusTrust
import Testing

@testable import NexusKeys

private let time = Instant(milliseconds: 1_795_253_400_000)
private let passphrase = SecretBytes(Array("correct horse battery staple".utf8))

@Suite struct KeyProtectionTests {
    @Test func `the KDF is that of RFC 7914`() throws {
        let key = try KDF.Scrypt.deriveKey(
            from: Array("pleaseletmein".utf8), salt: Array("SodiumChloride".utf8), outputByteCount: 64, rounds: 16_384,
            blockSize: 8, parallelism: 1)
        #expect(key.withUnsafeBytes { Hex.encode($0) }.hasPrefix("7023bdcb3afd7348461c06cd81fd38eb"))
    }

    @Test(arguments: KeySuite.allCases) func `a key under a passphrase opens with it only`(_ suite: KeySuite) throws {
        try withFolder { folder in
            let key = try KeyFile.generate(suite, created: time, comment: "of the test")
            try key.write(to: folder + "/a.key", passphrase: passphrase)
            #expect(try mode(folder + "/a.key") == 0o600)
            let read = try KeyFile.read(folder + "/a.key", passphrase: passphrase)
            #expect(read.privateKey.bytes == key.privateKey.bytes && read.publicKey == key.publicKey)
            #expect(read.suite == suite && read.comment == "of the test" && read.created == time)
            #expect(keyCode { try KeyFile.read(folder + "/a.key") } == .locked)
            #expect(keyCode { try KeyFile.read(folder + "/a.key", passphrase: SecretBytes([1])) } == .wrongPassphrase)
            let bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: folder + "/a.key")))
            let text = String(decoding: bytes, as: UTF8.self)
            #expect(!text.contains(Base64.encode(key.privateKey.bytes)) && !text.contains("horse"))
        }
    }

    @Test(arguments: KeySuite.allCases) func `a key signs what its suite signs`(_ suite: KeySuite) throws {
        let key = try KeyFile.generate(suite, created: time)
        let read = try KeyFile(parsing: key.fileBytes)
        #expect(read.privateKey.bytes == key.privateKey.bytes)
        guard let signer = read.signingKey else {
            #expect([.x25519, .xWing, .mlDSA44].contains(suite))
            return
        }
        #expect(signer.publicKey.isValid(try signer.sign([1, 2, 3]), over: [1, 2, 3]))
        #expect(signer.publicKey.bytes == key.publicKey && signer.publicKey.suite == suite.signatureSuite)
    }

    /// Every byte of the file is covered by the passphrase: 12 places over the file, so that the test stays short.
    @Test func `no changed byte opens`() throws {
        let key = try KeyFile.generate(.ed25519, created: time)
        let bytes = try key.fileBytes(passphrase)
        for index in stride(from: 0, to: bytes.count, by: bytes.count / 12) {
            var changed = bytes
            changed[index] ^= 1
            #expect(keyCode { try KeyFile(parsing: changed, passphrase: passphrase) } != nil, "byte \(index)")
        }
        let moved = String(decoding: bytes, as: UTF8.self).replacing("2026", with: "2027")
        #expect(keyCode { try KeyFile(parsing: Array(moved.utf8), passphrase: passphrase) } == .wrongPassphrase)
    }

    @Test func `costs outside the limits, and both or neither of the two forms, are refused`() throws {
        let key = try KeyFile.generate(.ed25519, created: time)
        let sealed = String(decoding: try key.fileBytes(passphrase), as: UTF8.self)
        func code(_ text: String) -> KeyError.Code? {
            keyCode { try KeyFile(parsing: Array(text.utf8), passphrase: passphrase) }
        }
        for n in ["1", "8192", "16385", "524288", "9007199254740991"] {
            #expect(code(sealed.replacing("\"n\":131072", with: "\"n\":\(n)")) == .malformed, "n = \(n)")
        }
        #expect(code(sealed.replacing("\"p\":1,", with: "\"p\":5,")) == .malformed)
        #expect(code(sealed.replacing("\"r\":8", with: "\"r\":9")) == .malformed)
        #expect(code(sealed.replacing("scrypt", with: "pbkdf2")) == .malformed)
        #expect(code(sealed.replacing("nexus-key-v2", with: "nexus-key-v1")) == .malformed)
        let both = sealed.replacing("\"protection\"", with: "\"private\":\"AA==\",\"protection\"")
        #expect(code(both) == .malformed || code(both) == .wrongPassphrase)
        #expect(keyCode { try key.fileBytes(SecretBytes([])) } == .malformed)
        let longest = SecretBytes([UInt8](repeating: 65, count: KeyLimits.passphraseBytesMax))
        #expect(keyCode { try key.fileBytes(longest) } == nil)
        #expect(keyCode { try key.fileBytes(SecretBytes(longest.bytes + [65])) } == .malformed)
    }
}
