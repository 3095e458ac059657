import NexusBase
import NexusClause
import NexusEvidence
import NexusGovernance
import NexusLog
import NexusTrust

/// A file offered as evidence, and what verification made of it.
struct PackFile {
    let path: String
    let bytes: [UInt8]
    let verdict: Verdict
    /// The clause in an accepted pack.
    let clause: Clause?

    enum Verdict {
        case examined(VerificationReport)
        /// A document of another kind, by what it says of itself: no check of packs applies.
        case notACertificate(String)
    }

    init(_ path: String, verifier: PackVerifier) throws {
        self.path = path
        let bytes = try Files.read(path, bytesMax: EvidenceLimits.packBytesMax)
        self.bytes = bytes
        if let kind = Self.otherKind(bytes) {
            verdict = .notACertificate(kind)
            clause = nil
        } else {
            let report = verifier.verify(bytes)
            verdict = .examined(report)
            clause = report.certificate.flatMap { Self.clause(of: $0, in: bytes) }
        }
    }

    /// What the lines of the report say, with one of our own for documents of another kind.
    var checks: [Check] {
        switch verdict {
        case .examined(let report):
            report.lines.map { Check(name: $0.check.rawValue, passed: $0.passed, detail: $0.detail, code: $0.code) }
        case .notACertificate(let kind):
            [
                Check(
                    name: VerificationReport.Check.form.rawValue, passed: false,
                    detail: "this is \(kind); only an evidence pack certifies anything",
                    code: EvidenceError(.notACertificate, "").qualifiedCode)
            ]
        }
    }

    struct Check {
        let name: String
        let passed: Bool
        let detail: String
        let code: String?

        /// The detail of an error begins with its code, which has a column of its own.
        var message: String {
            guard let code, detail.hasPrefix("\(code): ") else { return detail }
            return String(detail.dropFirst(code.count + 2))
        }
    }

    var certificate: VerificationReport.Certificate? {
        if case .examined(let report) = verdict { report.certificate } else { nil }
    }
    var caveats: [String] {
        if case .examined(let report) = verdict { report.caveats } else { [] }
    }
    var assurances: [String] {
        if case .examined(let report) = verdict { report.assurances } else { [] }
    }
    var isAccepted: Bool { certificate != nil }
    var failure: Check? { checks.first { !$0.passed } }

    private static func clause(of certificate: VerificationReport.Certificate, in bytes: [UInt8]) -> Clause? {
        guard let pack = try? EvidencePack(parsing: bytes) else { return nil }
        for entry in pack.governance.reversed() {
            guard case .publishClause(let document)? = (try? GovernanceEntry(parsing: entry.bytes))?.proposal.decision,
                let clause = try? Clause(canonical: document), clause.id == certificate.clauseID
            else { continue }
            if let result = certificate.result, result.clause != clause.digest { continue }
            return clause
        }
        return nil
    }

    /// Names a document that says of itself that it is something else than a pack: a statement, an envelope, a report.
    private static func otherKind(_ bytes: [UInt8]) -> String? {
        guard case .object(let object)? = try? JSON(parsing: bytes, bytesMax: EvidenceLimits.packBytesMax) else {
            return nil
        }
        if case .string(let type)? = object["predicateType"], object["_type"] != nil {
            return "a statement of type \(type)"
        }
        if object["payloadType"] != nil, object["format"] == nil { return envelopeKind(object) }
        if case .string(let format)? = object["format"], format != "nexus.evidence-pack/v1" { return "a \(format)" }
        return nil
    }

    private static func envelopeKind(_ object: JSONObject) -> String {
        guard case .string(let payload)? = object["payload"], let inner = try? Base64.decode(payload.string),
            case .object(let statement)? = try? JSON(parsing: inner),
            case .string(let type)? = statement["predicateType"]
        else { return "a signed envelope" }
        return "a signed statement of type \(type)"
    }
}

extension PackFile {
    var json: JSON {
        [
            "accepted": .bool(isAccepted),
            "assurances": .array(assurances.map { .text($0) }),
            "caveats": .array(caveats.map { .text($0) }),
            "certificate": certificate.map { Self.json($0, clause) },
            "checks": .array(
                checks.map { check in
                    [
                        "check": .text(check.name), "code": check.code.map { .text($0) },
                        "detail": .text(check.message),
                        "passed": .bool(check.passed),
                    ]
                }),
            "file": .text(path),
        ]
    }

    private static func json(_ certificate: VerificationReport.Certificate, _ clause: Clause?) -> JSON {
        [
            "agreeing": .array(certificate.agreeing.map(\.json)),
            "attestation": .array(certificate.attestation.map { .string($0) }),
            "clause": certificate.clauseID.json, "cosignatures": .int(certificate.cosignatures),
            "differing": .array(certificate.differing.map(\.json)), "isOverride": .bool(certificate.isOverride),
            "logSize": .int(certificate.logSize), "occurrence": .string(certificate.occurrence),
            "result": certificate.result?.json, "resultDigest": certificate.result.map { Digest(of: $0.bytes).json },
            "signal": .text(certificate.signal.rawValue),
            "sentence": .text(Certified(certificate, clause).sentence),
            "existedBy": certificate.anchored.first(where: \.isTrusted)?.time.json,
            "witnesses": .array(certificate.witnesses.map { .string($0) }),
        ]
    }
}
