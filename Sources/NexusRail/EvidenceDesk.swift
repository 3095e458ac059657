import NexusAttestation
import NexusBase
import NexusMesh
import Synchronization

/// The nonces that a session's node was challenged with. Each is taken once: evidence over an older one is of no use.
final class EvidenceDesk: Sendable {
    static let challengeKind = "attestation-challenge"
    static let endorsementKind = "endorsement-challenge"
    /// How long a node may take for what a session begins with: a TPM's signature takes most of a second.
    static let patience = Duration.seconds(20)

    private let nonce = Mutex<[UInt8]?>(nil)
    private let opened = Mutex<[TPMActivation]>([])

    /// What the session's TPM opened, good for as long as the session.
    var activations: [TPMActivation] { opened.withLock { $0 } }

    /// Draws a nonce; the one before counts no more.
    func challenge() -> Material {
        let drawn = RailEngine.draw()
        nonce.withLock { $0 = drawn }
        return Material(kind: Self.challengeKind, digest: Digest(of: drawn), bytes: drawn)
    }

    /// Throws `mesh.unexpected-frame` for evidence that nobody asked for.
    func take() throws -> [UInt8] {
        let taken = nonce.withLock { nonce in
            defer { nonce = nil }
            return nonce
        }
        guard let taken else {
            throw MeshError(.unexpectedFrame, "evidence without a challenge", at: "node-frame.evidence")
        }
        return taken
    }

    /// Asks the TPM of a document's endorsement certificate whether it holds the key that signed (TPM 2.0 Part 1,
    /// section 24). Without an answer the document is that of a TPM that nobody challenged. Throws `mesh.timed-out`,
    /// `mesh.unexpected-frame`.
    func challengeEndorsement(of document: [UInt8], on session: MeshSession) async throws {
        let secret = RailEngine.draw()
        guard case .tpm(let tpm)? = try? AttestationEvidence(parsing: document),
            let needed = try? TPMActivation(neededBy: tpm),
            let challenge = try? Self.challenge(tpm, holding: needed.attestationKeyName, secret)
        else { return }
        let bytes = challenge.json.canonicalBytes
        try await session.send(
            .materials([Material(kind: Self.endorsementKind, digest: Digest(of: bytes), bytes: bytes)]))
        let answer = try await nextEvidence(of: session)
        guard let found = try? TPMChallenge.secret(in: answer), found == secret else { return }
        opened.withLock { $0.append(needed) }
    }

    private static func challenge(
        _ tpm: AttestationEvidence.TPMDocument, holding name: [UInt8], _ secret: [UInt8]
    ) throws -> TPMChallenge {
        let certificate = try Certificate(der: tpm.certificates[0], at: "certificates[0]")
        let key = try TPMPublic(endorsementKeyOf: certificate)
        var entropy: [UInt8] = []
        while entropy.count < TPMChallenge.entropyBytes(for: key) { entropy += RailEngine.draw() }
        return try TPMChallenge(
            to: key, of: certificate, holding: name, secret: secret,
            entropy: Array(entropy.prefix(TPMChallenge.entropyBytes(for: key))))
    }

    /// The session's next message must be evidence. Throws `mesh.timed-out`, `mesh.unexpected-frame`.
    func nextEvidence(of session: MeshSession) async throws -> [UInt8] {
        try await withThrowingTaskGroup(of: [UInt8].self) { group in
            group.addTask {
                for try await message in session.inbound {
                    guard case .evidence(let bytes) = message else {
                        throw MeshError(.unexpectedFrame, "evidence comes first", at: "node-frame")
                    }
                    return bytes
                }
                throw MeshError(.closed, "the session ended before its evidence")
            }
            group.addTask {
                try await Task.sleep(for: Self.patience)
                throw MeshError(.timedOut, "no evidence within \(Self.patience)")
            }
            defer { group.cancelAll() }
            guard let bytes = try await group.next() else { throw MeshError(.closed, "no evidence") }
            return bytes
        }
    }
}
