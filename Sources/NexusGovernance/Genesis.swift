public import NexusBase
import NexusLog
public import NexusTrust

/// The document a rail begins with (Documentation/Formats/genesis-v1.md). Its digest is the rail's id.
public struct Genesis: Sendable, Hashable {
    static let format: Text = "nexus.genesis/v1"

    /// The committee that takes the rail's critical decisions: k of the m keys.
    public struct Committee: Sendable, Hashable {
        public let keys: [DID]
        public let threshold: Int

        public init(keys: [DID], threshold: Int) {
            self.keys = keys
            self.threshold = threshold
        }
    }

    public let name: Text
    public let createdAt: Instant
    public let committee: Committee
    /// The key that signs job tokens and rollups.
    public let railKey: DID
    /// The log's verifier key in the C2SP signed-note form, `name+hash+key`; the name is the log's origin.
    public let logKey: Text
    /// Validators' verifier keys (cosignature/v1) and how many of them must cosign a checkpoint.
    public let validators: [Text]
    public let validatorThreshold: Int
    /// Kinds of attestation evidence that the rail accepts. `simulated` must be named.
    public let attestation: [Text]
    /// The suites that the rail takes, if it names them; otherwise every suite.
    public let suites: SuitePolicy?
    /// The rail's id: the digest of all the above.
    public private(set) var rail: Digest

    public init(
        name: Text, createdAt: Instant, committee: Committee, railKey: DID, logKey: Text, validators: [Text],
        validatorThreshold: Int, attestation: [Text], suites: SuitePolicy? = nil
    ) throws {
        self.name = name
        self.createdAt = createdAt
        self.committee = committee
        self.railKey = railKey
        self.logKey = logKey
        self.validators = validators
        self.validatorThreshold = validatorThreshold
        self.attestation = attestation
        self.suites = suites
        rail = Digest(of: [])
        rail = json.digest
        try check()
    }

    public var bytes: [UInt8] { json.canonicalBytes }

    public var json: JSON {
        [
            "attestation": .array(attestation.map { .string($0) }),
            "committee": [
                "keys": .array(committee.keys.map(\.json)), "threshold": .int(committee.threshold),
            ],
            "createdAt": createdAt.json,
            "format": .string(Self.format),
            "logKey": .string(logKey),
            "name": .string(name),
            "railKey": railKey.json,
            "suites": suites?.json,
            "validators": ["keys": .array(validators.map { .string($0) }), "threshold": .int(validatorThreshold)],
        ]
    }

    public init(json: JSON, at place: String) throws {
        var fields = try Fields(json, at: place)
        guard try fields.text("format") == Self.format else {
            throw BaseError(.wrongType, "\(Self.format) is needed", at: fields.path("format"))
        }
        name = try fields.text("name", bytesMax: 128)
        createdAt = try fields.instant("createdAt")
        committee = try fields.object("committee") { fields in
            Committee(
                keys: try fields.list("keys", countMax: GovernanceLimits.committeeMax) { try DID(json: $0, at: $1) },
                threshold: try fields.integer("threshold", in: 1...Int64(GovernanceLimits.committeeMax)))
        }
        railKey = try fields.did("railKey")
        logKey = try fields.text("logKey", bytesMax: 4096)
        (validators, validatorThreshold) = try fields.object("validators") { fields in
            (
                try fields.list("keys", countMax: GovernanceLimits.validatorsMax) { try Text(json: $0, at: $1) },
                try fields.integer("threshold", in: 0...Int64(GovernanceLimits.validatorsMax))
            )
        }
        attestation = try fields.list("attestation", countMax: 16) { try Text(json: $0, at: $1) }
        suites = try fields.optionalSuites("suites")
        try fields.finish()
        rail = Digest(of: [])
        rail = json.digest
        try check()
    }

    private func check() throws {
        func fail(_ message: String, _ place: String) -> GovernanceError {
            GovernanceError(.notAllowed, message, at: place)
        }
        guard !committee.keys.isEmpty, Set(committee.keys).count == committee.keys.count else {
            throw fail("the committee's keys are distinct, and there is at least one", "committee.keys")
        }
        guard (1...committee.keys.count).contains(committee.threshold) else {
            throw fail("the threshold lies between 1 and the number of keys", "committee.threshold")
        }
        guard (0...validators.count).contains(validatorThreshold), Set(validators).count == validators.count else {
            throw fail("at most all validators cosign, and each is named once", "validators")
        }
        for key in committee.keys { _ = try key.verificationKey() }
        _ = try railKey.verificationKey()
        try require(policy)
        try checkNoteKeys()
        guard bytes.count <= LogLimits.entryBytesMax else {
            throw BaseError(.tooLarge, "a genesis is a log entry: at most \(LogLimits.entryBytesMax) bytes")
        }
    }

    /// The suites that the rail takes.
    public var policy: SuitePolicy { suites ?? .any }

    /// Throws `trust.suite-refused` unless the keys that sign for the rail itself are of suites that `policy` takes.
    public func require(_ policy: SuitePolicy) throws {
        for key in committee.keys + [railKey] { try policy.require(key) }
    }

    /// The log signs, validators cosign, and no key counts under two names.
    private func checkNoteKeys() throws {
        var seen: Set<[UInt8]> = []
        for (text, place) in [(logKey, "logKey")] + validators.map({ ($0, "validators") }) {
            let key: VerifierKey
            do { key = try VerifierKey(parsing: text) } catch let error as LogError {
                throw GovernanceError(.notAllowed, error.message, at: place, cause: error)
            }
            guard (key.type == .ed25519) == (place == "logKey") else {
                throw GovernanceError(.notAllowed, "the log's key signs, a validator's cosigns", at: place)
            }
            guard seen.insert(key.publicKey).inserted else {
                throw GovernanceError(.notAllowed, "one public key stands twice", at: place)
            }
            // The log's own signature is Ed25519 always; where that is not enough, validators must make up for it.
            guard !policy.requiresPostQuantum || key.type != .cosignatureEd25519 else {
                throw GovernanceError(.notAllowed, "validators of this rail cosign with ML-DSA-44", at: place)
            }
        }
        guard !policy.requiresPostQuantum || validatorThreshold > 0 else {
            throw GovernanceError(
                .notAllowed, "a rail that requires post-quantum signatures needs a validator", at: "validators")
        }
    }
}

extension DID {
    package init(json: JSON, at place: String) throws {
        let text = try Text(json: json, at: place)
        do { try self.init(parsing: text) } catch let error as TrustError { throw error.at(place) }
    }
}

extension Text {
    package init(json: JSON, at place: String) throws {
        guard case .string(let text) = json, text.utf8.count <= 65_536 else {
            throw BaseError(.wrongType, "a string is needed", at: place)
        }
        self = text
    }
}
