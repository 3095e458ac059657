import NexusAnchor
import NexusAttestation
import NexusBase
import NexusClause
import NexusEvidence
import NexusGovernance
import NexusLog
import NexusModel
import NexusOrchestration
import NexusPolicy
import NexusProof
import NexusTrust
import NexusWitness

/// Something that reads foreign bytes: it takes them or throws a coded failure, whatever they are.
package struct Decoder: Sendable {
    package let name: String
    /// What it wrote back where it took the bytes and its format has one form alone.
    private let read: @Sendable ([UInt8]) throws -> [UInt8]?

    package enum Outcome: Equatable {
        case taken, refused
        /// Read and written again, the bytes are others.
        case otherForm
        /// Refused with something that has no code.
        case uncoded(String)
    }

    package func run(_ bytes: [UInt8]) -> Outcome {
        do {
            guard let again = try read(bytes) else { return .taken }
            return again == bytes ? .taken : .otherForm
        } catch is any CodedFailure {
            return .refused
        } catch {
            return .uncoded("\(error)")
        }
    }

    private init<Value>(_ name: String, _ read: @escaping @Sendable ([UInt8]) throws -> Value) {
        self.name = name
        self.read = {
            _ = try read($0)
            return nil
        }
    }

    /// Of a format in which no two byte strings say the same.
    private init(_ name: String, again: @escaping @Sendable ([UInt8]) throws -> [UInt8]) {
        self.name = name
        read = again
    }

    private static func text(_ bytes: [UInt8]) throws -> Text {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw BaseError(.badEncoding, "not UTF-8") }
        return Text(text)
    }

    package static let all: [Decoder] = documents + statements + logs + people + evidence

    private static let documents = [
        Decoder("json") { try JSON(parsing: $0) },
        Decoder("canonical-json", again: { try JSON(parsingCanonical: $0).canonicalBytes }),
        Decoder("decimal") { try ExactDecimal(parsing: text($0)) },
        Decoder("instant") { try Instant(parsing: text($0)) },
        Decoder("clause") { try Clause(yaml: $0) },
        Decoder("canonical-clause") { try Clause(canonical: $0) },
        Decoder("policy") { try Policy(json: JSON(parsing: $0)) },
        Decoder("network", again: { try ProofNetwork(parsing: $0).canonicalBytes }),
        Decoder("model-file", again: { try ProofNetwork(file: $0).file }),
        Decoder("model-header", again: { try ModelHeader(file: $0).file }),
        Decoder("input-opening") { try InputOpening(parsing: $0) },
        Decoder("onnx") { try Int8Network(onnx: $0) },
        Decoder("timestamp") { try PolicyTimestamp(parsing: text($0)) },
        Decoder("address") { try NetworkAddress(parsing: text($0)) },
        Decoder("proof-statement") { try ProofStatement(parsing: $0) },
    ]

    private static let statements = [
        Decoder("envelope") { try Envelope(parsing: $0) },
        Decoder("event") { try Event(json: JSON(parsing: $0), at: "event") },
        Decoder("payload") { try JobPayload(parsing: $0) },
        Decoder("cac") { try CAC(in: Envelope(parsing: $0)) },
        Decoder("token") { try JobToken(in: Envelope(parsing: $0)) },
        Decoder("result") { try ExecutionResult(parsing: $0) },
        Decoder("quorum") { try QuorumStatement(parsing: $0) },
        Decoder("rollup") { try Rollup(in: Envelope(parsing: $0)) },
        Decoder("pack", again: { try EvidencePack(parsing: $0).bytes }),
        Decoder("trust") { try TrustFile(parsing: $0) },
        Decoder("governance-evidence") { try GovernanceEvidence(parsing: $0) },
        Decoder("journal-record") { try InputRecord(parsing: $0, sequence: 1) },
        Decoder("validation-request") { try ValidationRequest(parsing: $0) },
    ]

    private static let logs = [
        Decoder("note", again: { try SignedNote(parsing: $0).bytes }),
        Decoder("checkpoint", again: { try SignedCheckpoint(parsing: $0).bytes }),
        Decoder("log-proof", again: { try LogProof(parsing: $0).bytes }),
        Decoder("verifier-key", again: { try VerifierKey(parsing: text($0)).text.bytes }),
        Decoder("bundle", again: { try EntryBundle.bytes(of: EntryBundle.entries(in: $0, width: 3)) }),
        Decoder("tile-path", again: { Array(try TileID(path: text($0).string).path.utf8) }),
        Decoder("add-checkpoint") { try AddCheckpointRequest(parsing: $0) },
        Decoder("misbehaviour") { try MisbehaviourProof(parsing: $0) },
        Decoder("anchored") { try AnchoredCheckpoint(parsing: $0) },
    ]

    private static let people = [
        Decoder("proposal") { try Proposal(parsing: $0) },
        Decoder("governance-entry") { try GovernanceEntry(parsing: $0) },
        Decoder("admission-rule") { try AdmissionRule(parsing: $0) },
        Decoder("genesis") { try Genesis(json: JSON(parsing: $0), at: "genesis") },
        Decoder("did") { try DID(parsing: text($0)) },
        Decoder("did-url") { try DIDURL(parsing: text($0)) },
        Decoder("did-document") { try DIDDocument(parsing: $0, of: DID(parsing: "did:web:example.org")) },
        Decoder("status-list") { try StatusList(in: Credential(parsing: $0)) },
        Decoder("jws") { try JWS(parsing: text($0)) },
        Decoder("credential") { try Credential(parsing: $0) },
        Decoder("presentation") { try Presentation(parsing: $0) },
    ]

    private static let evidence = [
        Decoder("attestation") { try AttestationEvidence(parsing: $0) },
        Decoder("reference-values") { try ReferenceValues(parsing: $0) },
        Decoder("tdx-quote") { try DCAPQuote(parsing: $0) },
        Decoder("snp-report") { try SNPReport(parsing: $0) },
        Decoder("tpm-public") { try TPMPublic(parsing: $0) },
        Decoder("tpm-quote") { try TPMQuote(parsing: $0) },
        Decoder("certificate") { try Certificate(der: $0) },
        Decoder("revocation-list") { try RevocationList(der: $0) },
    ]
}
