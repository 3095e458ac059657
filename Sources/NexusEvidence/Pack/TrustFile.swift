import NexusAnchor
public import NexusBase
public import NexusGovernance
public import NexusLog
public import NexusTrust

/// What a verifier starts from, in a file that the rail publishes and the verifier's owner decides to trust
/// (Documentation/Formats/trust-file-v1.md). It has no secret.
public struct TrustFile: Sendable, Hashable {
    static let format: Text = "nexus.trust/v1"

    /// Witnesses beyond the genesis's validators, and how many of them must have cosigned a checkpoint.
    public struct Witnesses: Sendable, Hashable {
        public let keys: [VerifierKey]
        public let threshold: Int

        public init(keys: [VerifierKey], threshold: Int) {
            self.keys = keys
            self.threshold = threshold
        }
    }

    public let genesis: Genesis
    /// The kinds of attestation evidence this verifier accepts; leave `simulated` out to refuse demonstrations.
    public let attestation: [Text]
    /// The suites this verifier takes, if it takes fewer than the rail.
    public let suites: SuitePolicy?
    public let witnesses: Witnesses?
    /// Certificates, in DER, of those who vouch for time-stamping authorities.
    public let timeStampRoots: [[UInt8]]

    public init(
        genesis: Genesis, attestation: [Text], suites: SuitePolicy? = nil, witnesses: Witnesses? = nil,
        timeStampRoots: [[UInt8]] = []
    ) {
        self.genesis = genesis
        self.attestation = attestation
        self.suites = suites
        self.witnesses = witnesses
        self.timeStampRoots = timeStampRoots
    }

    /// The same with other witnesses or roots.
    public func with(witnesses: Witnesses?, timeStampRoots: [[UInt8]]) -> TrustFile {
        TrustFile(
            genesis: genesis, attestation: attestation, suites: suites, witnesses: witnesses,
            timeStampRoots: timeStampRoots)
    }

    /// The suites that count: those that both the rail and this verifier take.
    public var policy: SuitePolicy { genesis.policy.narrowed(by: suites) }

    public var rail: Digest { genesis.rail }

    public var json: JSON {
        var object: JSONObject = [
            "attestation": .array(attestation.map { .string($0) }), "format": .string(Self.format),
            "genesis": genesis.json, "rail": rail.json,
        ]
        object["suites"] = suites?.json
        if !timeStampRoots.isEmpty { object["timeStampRoots"] = .array(timeStampRoots.map { .base64($0) }) }
        if let witnesses {
            object["witnesses"] = [
                "keys": .array(witnesses.keys.map { .string($0.text) }), "threshold": .int(witnesses.threshold),
            ]
        }
        return .object(object)
    }

    public var bytes: [UInt8] { json.canonicalBytes }

    /// Reads a trust file in any JSON layout. Throws `base.*`, `governance.*`, `evidence.other-rail` or
    /// `.bad-trust-file`.
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
        witnesses = try fields.optionalObject("witnesses") { try Witnesses(&$0) }
        timeStampRoots = try fields.optionalList("timeStampRoots", countMax: EvidenceLimits.timeStampRootsMax) {
            try Self.root($0, at: $1)
        }
        suites = try fields.optionalSuites("suites")
        try fields.finish()
        try checkWitnesses()
        do { try genesis.require(policy) } catch let error as TrustError { throw error.at("trust.suites") }
    }

    private static func root(_ json: JSON, at place: String) throws -> [UInt8] {
        guard case .string(let text) = json, text.utf8.count <= 2 * EvidenceLimits.timeStampRootBytesMax else {
            throw BaseError(.wrongType, "base64 is needed", at: place)
        }
        do {
            let bytes = try Base64.decode(text.string)
            guard bytes.count <= EvidenceLimits.timeStampRootBytesMax else {
                throw BaseError(.tooLarge, "at most \(EvidenceLimits.timeStampRootBytesMax) bytes")
            }
            _ = try TimeStampVerifier(roots: [bytes])
            return bytes
        } catch let error as BaseError {
            throw error.at(place)
        } catch let error as AnchorError {
            throw EvidenceError(.badTrustFile, error.message, at: place)
        }
    }

    /// A witness is one beside the log and its validators, and each stands once.
    private func checkWitnesses() throws {
        guard let witnesses else { return }
        let known = try ([genesis.logKey] + genesis.validators).map { try VerifierKey(parsing: $0) }
        let keys = (known + witnesses.keys).map(\.publicKey)
        guard Set(keys).count == keys.count, witnesses.threshold <= witnesses.keys.count,
            witnesses.keys.allSatisfy({ $0.type != .ed25519 })
        else {
            throw EvidenceError(
                .badTrustFile, "distinct cosigners' keys beside the genesis's, and no more needed than there are",
                at: "trust.witnesses")
        }
    }
}

extension TrustFile.Witnesses {
    init(_ fields: inout Fields) throws {
        keys = try fields.list("keys", countMax: EvidenceLimits.witnessesMax) { json, place in
            do { return try VerifierKey(parsing: Text(json: json, at: place)) } catch let error as LogError {
                throw EvidenceError(.badTrustFile, error.message, at: place)
            }
        }
        threshold = try fields.integer("threshold", in: 0...Int64(EvidenceLimits.witnessesMax))
    }
}

extension Fields {
    /// A list that is absent where it would be empty.
    mutating func optionalList<Element>(
        _ key: Text, countMax: Int, _ body: (JSON, String) throws -> Element
    ) throws -> [Element] {
        guard let value = optional(key) else { return [] }
        guard case .array(let elements) = value, !elements.isEmpty, elements.count <= countMax else {
            throw BaseError(.wrongType, "1 to \(countMax) elements, or no such field", at: path(key))
        }
        return try elements.enumerated().map { try body($1, "\(path(key))[\($0)]") }
    }
}
