import Crypto
import Foundation
package import NexusBase

private let suite = HPKE.Ciphersuite.Curve25519_SHA256_ChachaPoly
private let hybridSuite = HPKE.Ciphersuite(kem: .XWingMLKEM768X25519, kdf: .HKDF_SHA256, aead: .chaChaPoly)

/// Refuses a point of low order, with which any key agrees on zero (RFC 9180 section 7.1.4): the library does not.
private func requireContribution(
    of publicKey: Curve25519.KeyAgreement.PublicKey, with privateKey: Curve25519.KeyAgreement.PrivateKey
) throws {
    let secret = try privateKey.sharedSecretFromKeyAgreement(with: publicKey)
    guard secret.withUnsafeBytes({ $0.contains { $0 != 0 } }) else {
        throw SealingError(.badKey, "a point of low order")
    }
}

/// The sealing end of one stream: an HPKE context that seals payloads in order (RFC 9180 section 5.2, sealing-v1).
///
/// A value with a counter inside: keep it in one task and never copy it.
package struct SealingSender: Sendable {
    /// Goes to the recipient, once, before the first seal.
    package let encapsulatedKey: [UInt8]
    private var context: HPKE.Sender
    private var seals: UInt64

    /// Draws an ephemeral key. Throws `sealing.bad-key`.
    package init(recipientKey: [UInt8], info: SealingInfo) throws {
        try self.init(recipientKey: recipientKey, info: info, sealsBefore: 0)
    }

    init(recipientKey: [UInt8], info: SealingInfo, sealsBefore: UInt64) throws {
        guard let kind = SealingSuite(publicBytes: recipientKey.count) else {
            throw SealingError(.badKey, "a public key of X25519 has 32 bytes, one of X-Wing 1216")
        }
        do {
            switch kind {
            case .x25519:
                let key = try Curve25519.KeyAgreement.PublicKey(rawRepresentation: recipientKey)
                try requireContribution(of: key, with: Curve25519.KeyAgreement.PrivateKey())
                context = try HPKE.Sender(recipientKey: key, ciphersuite: suite, info: Data(info.bytes))
            case .xWing:
                let key = try XWingMLKEM768X25519.PublicKey(rawRepresentation: recipientKey)
                context = try HPKE.Sender(recipientKey: key, ciphersuite: hybridSuite, info: Data(info.bytes))
            }
        } catch {
            throw SealingError(.badKey, "the recipient's \(kind.rawValue) key cannot be used", cause: error)
        }
        encapsulatedKey = Array(context.encapsulatedKey)
        seals = sealsBefore
    }

    /// The next ciphertext of the stream. Throws `sealing.bad-length`, `sealing.exhausted`.
    package mutating func seal(_ payload: [UInt8], authenticating tokenDigest: NexusBase.Digest) throws -> [UInt8] {
        guard payload.count <= SealingLimits.payloadBytesMax else {
            throw SealingError(.badLength, "a payload has at most \(SealingLimits.payloadBytesMax) bytes")
        }
        guard seals < SealingLimits.sealsMax else {
            throw SealingError(.exhausted, "open a new stream after \(SealingLimits.sealsMax) payloads")
        }
        seals += 1
        do {
            return Array(try context.seal(payload, authenticating: tokenDigest.bytes))
        } catch {
            throw SealingError(.exhausted, "the context seals no more", cause: error)
        }
    }
}

/// The opening end of one stream. Payloads open only in the order in which they were sealed.
package struct SealingReceiver: Sendable {
    private var context: HPKE.Recipient

    /// Throws `sealing.bad-key`.
    package init(privateKey: [UInt8], encapsulatedKey: [UInt8], info: SealingInfo) throws {
        guard privateKey.count == SealingLimits.privateBytes,
            let kind = SealingSuite(encapsulatedBytes: encapsulatedKey.count)
        else {
            throw SealingError(.badKey, "an encapsulated key of X25519 has 32 bytes, one of X-Wing 1120")
        }
        let (info, encapsulated) = (Data(info.bytes), Data(encapsulatedKey))
        do {
            switch kind {
            case .x25519:
                let key = try Curve25519.KeyAgreement.PrivateKey(rawRepresentation: privateKey)
                try requireContribution(of: .init(rawRepresentation: encapsulatedKey), with: key)
                context = try HPKE.Recipient(
                    privateKey: key, ciphersuite: suite, info: info, encapsulatedKey: encapsulated)
            case .xWing:
                let key = try XWingMLKEM768X25519.PrivateKey(seedRepresentation: privateKey, publicKey: nil)
                context = try HPKE.Recipient(
                    privateKey: key, ciphersuite: hybridSuite, info: info, encapsulatedKey: encapsulated)
            }
        } catch {
            throw SealingError(.badKey, "the encapsulated key cannot be used", cause: error)
        }
    }

    /// The next payload of the stream. Throws `sealing.bad-length`, `sealing.not-authentic`: then end the stream.
    package mutating func open(_ ciphertext: [UInt8], authenticating tokenDigest: NexusBase.Digest) throws -> [UInt8] {
        let lengths = SealingLimits.overheadBytes...SealingLimits.payloadBytesMax + SealingLimits.overheadBytes
        guard lengths.contains(ciphertext.count) else {
            throw SealingError(.badLength, "a sealed payload has \(lengths.lowerBound) to \(lengths.upperBound) bytes")
        }
        do {
            return Array(try context.open(ciphertext, authenticating: tokenDigest.bytes))
        } catch {
            throw SealingError(.notAuthentic, "the payload does not open under this stream, position and token")
        }
    }
}
