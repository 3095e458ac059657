public import NexusBase

/// The verdict over one piece of evidence, in the words of EAR. It says why, not only whether.
public struct Appraisal: Sendable, Hashable {
    public let evidence: VerifiedEvidence
    public let vector: TrustVector
    /// What speaks against it, the first reason first. Empty unless the tier is `contraindicated`.
    public let refusals: [AttestationError]
    /// What the rule puts up with.
    public let warnings: [Text]

    public var tier: TrustTier { refusals.isEmpty ? vector.tier : .contraindicated }
    public var kind: AttestationKind { evidence.kind }

    /// Throws the first reason against it.
    public func requireAccepted() throws {
        if let refusal = refusals.first { throw refusal }
    }

    /// attestation-v1, "Result".
    public var json: JSON {
        [
            "claims": evidence.claims.json, "kind": .text(kind.rawValue),
            "notShown": .array(evidence.notShown.map { .string($0) }),
            "refusals": .array(refusals.map(Self.refusal)),
            "status": .text(tier.rawValue),
            "trustworthinessVector": .object(JSONObject(vector.values.map { ($0.name, .int($0.value)) })),
            "validUntil": evidence.validUntil?.json, "version": 1,
            "warnings": .array(warnings.map { .string($0) }),
        ]
    }

    private static func refusal(_ error: AttestationError) -> JSON {
        ["code": .text(error.qualifiedCode), "message": .text(error.message), "place": .text(error.place ?? "")]
    }
}

extension ReferenceValues {
    /// Judges evidence by these values, for a node that must have bound `data` into it.
    ///
    /// Throws `attestation.kind-not-allowed` if there is no rule for what the evidence turned out to be. Everything
    /// else that speaks against it stands in the appraisal.
    public func appraise(
        _ evidence: VerifiedEvidence, expecting data: ReportData, at date: Instant
    ) throws -> Appraisal {
        guard let rule = rule(for: evidence.kind) else {
            throw AttestationError(
                .kindNotAllowed, "evidence of kind \(evidence.kind.rawValue) is not accepted", at: "evidence")
        }
        var appraiser = Appraiser(rule: rule, evidence: evidence)
        appraiser.judgeIdentity(data, date)
        if evidence.kind != .simulated {
            appraiser.judgeHardware()
            appraiser.judgeConfiguration()
            appraiser.judgeExecutables()
            appraiser.vector.runtimeOpaque = evidence.kind == .tpm ? 0 : 2
        }
        return Appraisal(
            evidence: evidence, vector: appraiser.vector, refusals: appraiser.refusals, warnings: appraiser.warnings)
    }
}

/// One appraisal in the making.
private struct Appraiser {
    let rule: ReferenceValues.Rule
    let evidence: VerifiedEvidence
    var vector = TrustVector()
    var refusals: [AttestationError] = []
    var warnings: [Text] = []

    init(rule: ReferenceValues.Rule, evidence: VerifiedEvidence) {
        self.rule = rule
        self.evidence = evidence
    }

    private mutating func refuse(
        _ part: WritableKeyPath<TrustVector, Int>, _ code: AttestationError.Code, _ message: String, _ place: String
    ) {
        vector[keyPath: part] = 96
        refusals.append(AttestationError(code, message, at: "evidence.\(place)"))
    }

    mutating func judgeIdentity(_ data: ReportData, _ date: Instant) {
        // Nothing vouches for a simulated machine, so nothing is affirmed: a wrong binding is refused all the same.
        vector.instanceIdentity = evidence.kind == .simulated ? 0 : 2
        do { try data.requireBound(by: evidence) } catch {
            refuse(\.instanceIdentity, .keyNotBound, "the report data does not bind the node's keys", "eat_nonce")
        }
        if let until = evidence.validUntil, date > until {
            refuse(\.instanceIdentity, .expired, "what it rests on ended at \(until), before \(date)", "validUntil")
        }
    }

    mutating func judgeHardware() {
        vector.hardware = 2
        let approved = Set(rule.roots.map(\.key))
        if evidence.roots.isEmpty || evidence.roots.contains(where: { !approved.contains($0.key) }) {
            refuse(\.hardware, .untrustedChain, "the root is not one that the committee approved", "roots")
        }
        if rule.requiresRevocationLists, !evidence.isRevocationChecked {
            refuse(\.hardware, .missingRevocationList, "a revocation list of each issuer is needed", "revocationLists")
        }
        if let status = evidence.claims.tcbStatus {
            if !rule.tcbStatus.contains(status) || status >= .revoked {
                refuse(\.hardware, .outdatedPlatform, "the platform's status is \(status.rawValue)", "tcbStatus")
            } else if status > .swHardeningNeeded {
                vector.hardware = max(vector.hardware, 32)
                warnings.append(Text("the platform's status is \(status.rawValue), which the rule puts up with"))
            }
        }
        for bound in rule.versions {
            guard let version = evidence.claims.version(bound.name) else {
                refuse(\.hardware, .outdatedPlatform, "the evidence has no such version", "versions.\(bound.name)")
                continue
            }
            if let least = bound.least, version < least {
                refuse(
                    \.hardware, .outdatedPlatform, "\(version), at least \(least) is needed", "versions.\(bound.name)")
            }
            if let greatest = bound.greatest, version > greatest {
                refuse(\.hardware, .configurationRefused, "\(version), at most \(greatest)", "versions.\(bound.name)")
            }
        }
    }

    mutating func judgeConfiguration() {
        vector.configuration = evidence.claims.dbgstat == nil && rule.flags.isEmpty ? 0 : 2
        if evidence.claims.dbgstat == .enabled {
            if rule.allowsDebugging {
                vector.configuration = 32
                warnings.append("the machine can be debugged, which the rule puts up with")
            } else {
                refuse(\.configuration, .debugEnabled, "the machine can be debugged", "dbgstat")
            }
        }
        for flag in rule.flags where evidence.claims.flag(flag.name) != flag.isOn {
            refuse(
                \.configuration, .configurationRefused, "must be \(flag.isOn ? "on" : "off")", "flags.\(flag.name)")
        }
    }

    mutating func judgeExecutables() {
        vector.executables = 2
        for register in rule.registers {
            guard let value = evidence.claims.measurement(register.name), register.values.contains(value) else {
                refuse(
                    \.executables, .wrongMeasurement, "not among the approved values", "measurements.\(register.name)")
                continue
            }
        }
    }
}
