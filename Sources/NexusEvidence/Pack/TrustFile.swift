public import NexusBase
public import NexusGovernance
public import NexusTrust

/// What a verifier starts from, in a file that the rail publishes and the verifier's owner decides to trust
/// (Documentation/Formats/trust-file-v1.md). It has no secret.
public struct TrustFile: Sendable, Hashable {
    static let format: Text = "nexus.trust/v1"

    public let genesis: Genesis
    /// The kinds of attestation evidence this verifier accepts; leave `simulated` out to refuse demonstrations.
    public let attestation: [Text]
    /// The suites this verifier takes, if it takes fewer than the rail.
    public let suites: SuitePolicy?

    public init(genesis: Genesis, attestation: [Text], suites: SuitePolicy? = nil) {
        self.genesis = genesis
        self.attestation = attestation
        self.suites = suites
    }

    /// The suites that count: those that both the rail and this verifier take.
    public var policy: SuitePolicy { genesis.policy.narrowed(by: suites) }

    public var rail: Digest { genesis.rail }

    public var json: JSON {
        [
            "attestation": .array(attestation.map { .string($0) }), "format": .string(Self.format),
            "genesis": genesis.json, "rail": rail.json, "suites": suites?.json,
        ]
    }

    public var bytes: [UInt8] { json.canonicalBytes }

    /// Reads a trust file in any JSON layout.
    public init(parsing bytes: [UInt8]) throws {
        var fields = try Fields(JSON(parsing: bytes, bytesMax: EvidenceLimits.trustFileBytesMax), at: "trust")
        guard try fields.text("format") == Self.format else {
            throw BaseError(.wrongType, "\(Self.format) is needed", at: "trust.format")
        }
        genesis = try Genesis(json: fields.required("genesis"), at: "trust.genesis")
        attestation = try fields.list("attestation", countMax: 16) { json, place in
            guard case .string(let text) = json else { throw BaseError(.wrongType, "a string is needed", at: place) }
            return text
        }
        guard try fields.digest("rail") == genesis.rail else {
            throw EvidenceError(.otherRail, "the rail's id is not the digest of the genesis", at: "trust.rail")
        }
        suites = try fields.optionalSuites("suites")
        try fields.finish()
        do { try genesis.require(policy) } catch let error as TrustError { throw error.at("trust.suites") }
    }
}
