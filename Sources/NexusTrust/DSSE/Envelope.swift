public import NexusBase

/// A DSSE v1 envelope: a typed payload and signatures over its exact bytes (Documentation/Formats/envelope-v1.md).
public struct Envelope: Sendable, Hashable {
    public struct Signature: Sendable, Hashable {
        /// The signer's DID. It says whose key to try; it never chooses how to verify.
        public let keyID: DID
        public let bytes: [UInt8]
        /// Set when the signature covers a batch: where this payload stands under the signed root.
        public let batch: BatchPath?

        public init(keyID: DID, bytes: [UInt8], batch: BatchPath? = nil) {
            self.keyID = keyID
            self.bytes = bytes
            self.batch = batch
        }
    }

    /// The place of one payload in a batch of payloads signed together.
    public struct BatchPath: Sendable, Hashable {
        public let index: Int
        public let size: Int
        public let path: [Digest]
    }

    public static let statementType: Text = "application/vnd.in-toto+json"
    static let batchType: Text = "application/vnd.nexus.batch.v1"

    public let payloadType: Text
    public let payload: [UInt8]
    public let signatures: [Signature]

    public init(payloadType: Text = Envelope.statementType, payload: [UInt8], signatures: [Signature]) {
        self.payloadType = payloadType
        self.payload = payload
        self.signatures = signatures
    }

    /// SHA-256 of the payload: what tokens and CACs are named by.
    public var payloadDigest: Digest { Digest(of: payload) }

    /// The pre-authentication encoding of the DSSE protocol.
    static func preAuthentication(_ type: Text, _ payload: [UInt8]) -> [UInt8] {
        preAuthenticationHeader(type, payload.count) + payload
    }

    private static func preAuthenticationHeader(_ type: Text, _ payloadBytes: Int) -> [UInt8] {
        Array("DSSEv1 \(type.utf8.count) \(type) \(payloadBytes) ".utf8)
    }

    private static func batchLeaf(_ type: Text, _ payload: [UInt8]) -> Digest {
        Digest(ofParts: [0], preAuthenticationHeader(type, payload.count), payload)
    }

    /// What a batch signature covers: how many leaves (eight big-endian bytes) and their root. With the count signed,
    /// an
    /// envelope's path reads in one way only.
    private static func batchMessage(_ size: Int, _ root: Digest) -> [UInt8] {
        preAuthentication(batchType, withUnsafeBytes(of: UInt64(size).bigEndian) { Array($0) } + root.bytes)
    }

    /// Signs one payload by one key.
    public static func sign(
        _ payload: [UInt8], type: Text = Envelope.statementType, by key: SigningKey
    ) throws -> Envelope {
        let signature = try key.sign(preAuthentication(type, payload))
        return Envelope(
            payloadType: type, payload: payload,
            signatures: [Signature(keyID: key.did, bytes: signature, batch: nil)])
    }

    /// Signs many payloads with one signature over the Merkle root of them; each envelope still stands alone.
    public static func sign(
        batch payloads: [[UInt8]], type: Text = Envelope.statementType, by key: SigningKey
    ) throws -> [Envelope] {
        precondition(payloads.count <= TrustLimits.batchMax, "a batch holds at most \(TrustLimits.batchMax)")
        if payloads.count == 1 { return [try sign(payloads[0], type: type, by: key)] }
        let tree = MerkleTree(payloads.map { batchLeaf(type, $0) })
        let signature = try key.sign(batchMessage(payloads.count, tree.root))
        return payloads.indices.map { index in
            let place = BatchPath(index: index, size: payloads.count, path: tree.path(at: index))
            return Envelope(
                payloadType: type, payload: payloads[index],
                signatures: [Signature(keyID: key.did, bytes: signature, batch: place)])
        }
    }

    /// Verifies the signature that `key` must have made. Throws `trust.missing-signature` or `trust.bad-signature`.
    public func verify(by key: VerificationKey) throws {
        var cache = VerifiedRoots()
        try verify(by: key, cache: &cache)
    }

    /// The same for many envelopes of one batch: a root that was verified once is not verified again.
    public func verify(by key: VerificationKey, cache: inout VerifiedRoots) throws {
        let did = key.did
        guard let signature = signatures.first(where: { $0.keyID == did }) else {
            throw TrustError(.missingSignature, "\(did) did not sign")
        }
        var failure: TrustError { TrustError(.badSignature, "the signature by \(did) does not verify") }
        guard let batch = signature.batch else {
            let message = Self.preAuthentication(payloadType, payload)
            guard key.isValid(signature.bytes, over: message) else { throw failure }
            return
        }
        let leaf = Self.batchLeaf(payloadType, payload)
        let root = try Merkle.root(from: leaf, at: batch.index, of: batch.size, path: batch.path)
        let entry = VerifiedRoots.Entry(key: key, size: batch.size, root: root, signature: signature.bytes)
        if cache.entries.contains(entry) { return }
        guard key.isValid(signature.bytes, over: Self.batchMessage(batch.size, root)) else { throw failure }
        cache.entries.insert(entry)
    }

    /// Roots whose signature was found good, so that a batch costs one verification.
    public struct VerifiedRoots: Sendable {
        struct Entry: Hashable {
            let key: VerificationKey
            let size: Int
            let root: Digest
            let signature: [UInt8]
        }
        var entries: Set<Entry> = []
        public init() {}
    }
}
