import NexusBase
import NexusTestInputs
import Testing

@testable import NexusKeys

/// Key files that somebody changed: read with the same key, or refused with a code that shows nothing of them.
@Suite struct KeyFileMutationTests {
    @Test(arguments: [KeySuite.ed25519, .p256, .x25519])
    func `a mutated key file holds the same key or is refused with a code`(_ suite: KeySuite) throws {
        let key = try KeyFile.generate(suite, created: Instant(milliseconds: 1_795_253_400_000), comment: "of the test")
        let secret = Base64.encode(key.privateKey.bytes)
        let found = Mutations(
            of: [key.fileBytes], seed: 21,
            isCoded: { error in
                !"\(error)".contains(secret.prefix(12)) && error is any CodedFailure
            }
        ) { bytes in
            let read = try KeyFile(parsing: bytes)
            #expect(read.publicKey == key.publicKey)
            // Five bits of an X25519 key mean nothing (RFC 7748, section 5).
            #expect(suite == .x25519 || read.privateKey.bytes == key.privateKey.bytes)
        }
        #expect(found.uncoded.isEmpty, "\(found.uncoded.count) refusals without a code, or with the key in them")
        #expect(found.taken >= 1 && found.refused > 3000)
    }

    @Test func `a mutated file under a passphrase stays locked or is refused with a code`() throws {
        let key = try KeyFile.generate(.ed25519, created: Instant(milliseconds: 1_795_253_400_000))
        let bytes = try key.fileBytes(SecretBytes(Array("a long passphrase".utf8)))
        let found = Mutations(of: [bytes], seed: 22, isCoded: { $0 is any CodedFailure }) {
            _ = try KeyFile(parsing: $0)
        }
        #expect(found.uncoded.isEmpty && found.taken == 0, "\(found.uncoded.first ?? "")")
    }
}
