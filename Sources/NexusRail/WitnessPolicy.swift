package import NexusBase
package import NexusLog

/// Which witnesses a rail asks, and how many of them must cosign (format witness-policy-v1).
package struct WitnessPolicy: Sendable {
    package struct Witness: Sendable {
        /// Its cosigning key.
        package let key: VerifierKey
        /// Its submission prefix.
        package let url: Text
    }

    static let countMax = 32

    package let witnesses: [Witness]
    package let threshold: Int

    package static let none = WitnessPolicy(witnesses: [], threshold: 0)

    private init(witnesses: [Witness], threshold: Int) {
        self.witnesses = witnesses
        self.threshold = threshold
    }

    /// Throws `base.*` for what the format forbids, `log.bad-key`, `rail.bad-request` for a threshold that no number
    /// of witnesses reaches or one key twice.
    package init(parsing bytes: [UInt8]) throws {
        var fields = try Fields(JSON(parsing: bytes, bytesMax: 65_536), at: "")
        guard try fields.text("format", bytesMax: 64) == "nexus.witness-policy/v1" else {
            throw RailError(.badRequest, "another format than nexus.witness-policy/v1", at: "format")
        }
        threshold = try fields.integer("threshold", in: 0...Int64(Self.countMax))
        witnesses = try fields.list("witnesses", countMax: Self.countMax) { json, place in
            var witness = try Fields(json, at: place)
            let key = try VerifierKey(parsing: witness.text("key", bytesMax: 4_096))
            let url = try witness.text("url", bytesMax: 2_048)
            try witness.finish()
            guard key.type != .ed25519 else {
                throw RailError(.badRequest, "a witness's key cosigns: type 4 or 6", at: "\(place).key")
            }
            return Witness(key: key, url: url)
        }
        try fields.finish()
        guard threshold <= witnesses.count, Set(witnesses.map(\.key.publicKey)).count == witnesses.count else {
            throw RailError(.badRequest, "the threshold counts distinct witnesses", at: "witnesses")
        }
    }
}
