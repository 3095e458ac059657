package import NexusBase
package import NexusLog
package import NexusTrust

/// The parties of every test rail. Keys come from fixed seeds, so that vectors can be made again.
package enum Party {
    package static func key(_ seed: UInt8, _ suite: SignatureSuite = .ed25519) -> SigningKey {
        // SAFETY: bytes of the right count that are not all zero are a private key of every suite.
        try! SigningKey(suite: suite, secret: [UInt8](repeating: seed, count: suite.secretBytes))
    }

    package static let committee = (1...6).map { key(UInt8($0)) }
    package static let rail = key(10)
    package static let operators = [21, 22, 23, 24].map { key($0) }
    package static let nodes = [31, 32, 33, 34].map { key($0) }
    package static let jurisdictions: [Text] = ["PE", "CH", "KE", "KE"]
    package static let issuer = key(41)
    package static let feed = key(42)
    package static let stranger = key(99)

    package static let log = note(51, "example.com/rail", .ed25519)
    package static let validators = [
        note(52, "validator.one", .cosignatureEd25519), note(53, "validator.two", .cosignatureEd25519),
    ]
    package static let strangerValidator = note(98, "validator.stranger", .cosignatureEd25519)

    /// Witnesses that trust files may name: one with Ed25519, one with ML-DSA-44.
    package static let witness = note(54, "witness.one", .cosignatureEd25519)
    // SAFETY: any 32 bytes are a seed of ML-DSA-44.
    package static let quantumWitness = try! MLDSA44NoteSigner(
        name: "witness.two", seed: [UInt8](repeating: 55, count: 32), isDeterministic: true)
    /// What the log's key and the first witness's are rotated to.
    package static let laterLog = [56, 57].map { note($0, "example.com/rail", .ed25519) }
    package static let laterWitness = note(58, "witness.one", .cosignatureEd25519)

    package static func note(_ seed: UInt8, _ name: Text, _ type: NoteSignatureType) -> Ed25519NoteSigner {
        // SAFETY: any 32 bytes are an Ed25519 seed, and the names above are key names.
        try! Ed25519NoteSigner(name: name, seed: [UInt8](repeating: seed, count: 32), type: type)
    }

    /// Minutes after the test rail began.
    package static func time(_ minutes: Int) -> Instant {
        Instant(milliseconds: 1_793_500_000_000 + Int64(minutes) * 60_000)
    }
}

/// A statement before it is signed, so that a test can change what is said, who signs and how.
package struct SignedDocument {
    package var json: JSON
    package var keys: [SigningKey]
    package var type = Envelope.statementType
    /// Other payloads that are signed with this one, under one signature.
    package var batchWith: [[UInt8]] = []
    /// Changes a bit of the first signature.
    package var isCorrupted = false

    package init(_ statement: [UInt8], by key: SigningKey) {
        // SAFETY: the statements given here were just written.
        json = try! JSON(parsing: statement)
        keys = [key]
    }

    package var envelope: Envelope {
        get throws {
            if !batchWith.isEmpty {
                return try Envelope.sign(batch: batchWith + [json.canonicalBytes], type: type, by: keys[0])[
                    batchWith.count]
            }
            var signatures = try keys.flatMap { try Envelope.sign(json.canonicalBytes, type: type, by: $0).signatures }
            if isCorrupted, let first = signatures.first {
                var bytes = first.bytes
                bytes[40] ^= 1
                signatures[0] = Envelope.Signature(keyID: first.keyID, bytes: bytes)
            }
            return Envelope(payloadType: type, payload: json.canonicalBytes, signatures: signatures)
        }
    }
}
