public import NexusBase

/// Which suites a rail takes. A rail that requires post-quantum signatures accepts nothing that is signed without one.
public struct SuitePolicy: Sendable, Hashable {
    /// The suites taken, the preferred one first.
    public let accepted: [SignatureSuite]

    /// Every suite.
    public static let any = SuitePolicy(accepted: [.ed25519, .ecdsaP256, .hybrid, .mlDSA65, .slhDSA128s])
    /// ML-DSA-65, the hybrid and SLH-DSA only.
    public static let postQuantum = SuitePolicy(accepted: [.hybrid, .mlDSA65, .slhDSA128s])

    public init(accepted: [SignatureSuite]) { self.accepted = accepted }

    /// Reads suite names, the preferred one first. Throws `trust.unknown-suite` for a name that is not read here, an
    /// empty list, or a name given twice: a policy is never narrowed or widened by guessing.
    public init(names: [Text]) throws {
        accepted = try names.map { name in
            guard let suite = SignatureSuite.named(name) else {
                throw TrustError(.unknownSuite, "no suite of this name: \"\(name.string.prefix(80))\"")
            }
            return suite
        }
        guard !accepted.isEmpty, Set(accepted).count == accepted.count else {
            throw TrustError(.unknownSuite, "a policy names at least one suite, each once")
        }
    }

    /// The names, as documents hold them.
    public var json: JSON { .array(accepted.map { .text($0.rawValue) }) }

    /// Whether every suite taken stands against an adversary with a quantum computer.
    public var requiresPostQuantum: Bool { accepted.allSatisfy(\.isPostQuantum) }

    /// The suites that both take, in this one's order; perhaps none, and then nothing is accepted.
    public func narrowed(by other: SuitePolicy?) -> SuitePolicy {
        guard let other else { return self }
        return SuitePolicy(accepted: accepted.filter(other.accepted.contains))
    }

    /// Throws `trust.suite-refused` unless the did:key's suite is taken, and the codes of did:key.
    public func require(_ did: DID) throws { try require(did.verificationKey().suite) }

    /// Throws `trust.suite-refused` unless keys of `suite` are taken.
    public func require(_ suite: SignatureSuite) throws {
        guard accepted.contains(suite) else {
            throw TrustError(.suiteRefused, "\(suite.rawValue) is not accepted here")
        }
    }

    /// The suite to use with a peer that offers `names`: the first accepted one that is offered. Names that are not
    /// known are passed over; the peer's order does not count. Throws `trust.suite-refused` if there is none.
    public func choose(from names: [Text]) throws -> SignatureSuite {
        let offered = Set(names.compactMap(SignatureSuite.named))
        guard let suite = accepted.first(where: offered.contains) else {
            throw TrustError(.suiteRefused, "none of the suites offered is accepted here")
        }
        return suite
    }
}

extension Fields {
    /// Suite names under `key`, or nil if it is absent. Throws as `SuitePolicy(names:)`, with the place.
    public mutating func optionalSuites(_ key: Text) throws -> SuitePolicy? {
        guard remaining.contains(key) else { return nil }
        let names = try list(key, countMax: 16) { json, place in
            guard case .string(let text) = json else { throw BaseError(.wrongType, "a string is needed", at: place) }
            return text
        }
        do { return try SuitePolicy(names: names) } catch let error as TrustError { throw error.at(path(key)) }
    }
}

extension SignatureSuite {
    /// The suite whose name has these bytes.
    static func named(_ name: Text) -> SignatureSuite? { allCases.first { Text($0.rawValue) == name } }
}

extension Envelope {
    /// Verifies the signature that `key` must have made, by a suite the rail takes. Throws `trust.suite-refused` before
    /// it looks at the signature, then as `verify(by:)`.
    public func verify(by key: VerificationKey, policy: SuitePolicy) throws {
        try policy.require(key.suite)
        try verify(by: key)
    }
}
