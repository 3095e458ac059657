import NexusBase
import NexusClause
import NexusEvidence
import NexusGovernance
import NexusLog
import NexusTestSupport
import NexusTrust

extension PackScenario {
    /// The trust file names both witnesses and needs one; both cosigned.
    fileprivate mutating func witness(_ signers: [any NoteSigner] = [Party.witness, Party.quantumWitness]) {
        trustedWitnesses = .init(keys: [Party.witness.key, Party.quantumWitness.key], threshold: 1)
        checkpoint.signers += signers
    }

    /// The authority stamps the checkpoint's note.
    fileprivate mutating func stamp(_ authority: TestAuthority = TestAuthority()) {
        // SAFETY: the test authority's certificate is always made.
        timeStampRoots = [try! TestAuthority().root]
        anchors = { [try authority.anchor(over: $0, at: Party.time(110))] }
    }

    fileprivate mutating func rotateAfter(_ steps: GovernanceStep...) { rotations = steps }
}

extension AcceptedPack {
    static var logPacks: [AcceptedPack] {
        [
            AcceptedPack(
                "witnesses", "Two witnesses of the trust file cosigned, with Ed25519 and with ML-DSA-44.", .trigger
            ) { $0.witness() }.with(witnesses: 2),
            AcceptedPack("time-stamped", "A time-stamping authority under the trust file's root.", .trigger) {
                $0.stamp()
            }.with(existedBy: Party.time(110) + .milliseconds(1_000)),
            AcceptedPack("time-stamp-without-root", "A time stamp, and a trust file without roots.", .trigger) {
                $0.stamp()
                $0.timeStampRoots = []
            },
            AcceptedPack(
                "log-key-rotated", "The log's key gave way before the rollup, and its successor after.", .trigger
            ) {
                $0.laterGovernance = { _ in [.rotate(Party.log.key, Party.laterLog[0].key)] }
                $0.rotateAfter(.rotate(Party.laterLog[0].key, Party.laterLog[1].key))
                $0.checkpoint.signers[0] = Party.laterLog[1]
            },
            AcceptedPack(
                "cosigners-rotated", "A validator's and a witness's keys gave way after the rollup.", .trigger
            ) {
                $0.witness([Party.laterWitness])
                let validator = Party.note(59, "validator.one", .cosignatureEd25519)
                $0.rotateAfter(
                    .rotate(Party.witness.key, Party.laterWitness.key),
                    .rotate(Party.validators[0].key, validator.key))
                $0.checkpoint.signers[1] = validator
            }.with(witnesses: 1),
        ]
    }
}

extension PackCase {
    static var witnessCases: [PackCase] {
        [
            PackCase(.checkpoint, "evidence.bad-checkpoint", "no-witness", "One witness is needed, none cosigned.") {
                $0.witness([])
            },
            PackCase(
                .checkpoint, "evidence.bad-checkpoint", "witness-twice",
                "A witness's line stands twice; two are needed."
            ) {
                $0.witness([Party.witness, Party.witness])
            },
            PackCase(
                .checkpoint, "log.bad-signature", "ml-dsa-changed", "A byte of an ML-DSA-44 cosignature was changed."
            ) {
                $0.witness([Party.quantumWitness])
                $0.checkpoint.editNote = { note in
                    let place = note.index(note.endIndex, offsetBy: -900)
                    let other = note[place] == "A" ? "B" : "A"
                    return note[..<place] + other + note[note.index(after: place)...]
                }
            },
        ]
    }

    private static func anchorCase(
        _ name: String, _ description: String, _ edit: @escaping (inout TestAuthority) -> Void
    ) -> PackCase {
        PackCase(.checkpoint, "evidence.bad-anchor", name, description) { $0.stamp(TestAuthority(edit)) }
    }

    static var anchorCases: [PackCase] {
        [
            PackCase(.form, "base.wrong-type", "anchors-empty", "A list of anchors that is empty.") {
                $0.editPack = { $0["anchors"] = [] }
            },
            PackCase(.form, "log.bad-anchor", "anchor-empty", "An anchor of no bytes.") {
                $0.editPack = { $0["anchors"] = [["kind": "rfc3161", "proof": ""]] }
            },
            PackCase(.checkpoint, "evidence.bad-anchor", "anchor-kind", "An anchor of an unknown kind.") {
                $0.stamp()
                $0.editPack = { $0["anchors.0.kind"] = "ledger" }
            },
            PackCase(.checkpoint, "evidence.bad-anchor", "anchor-no-token", "An anchor that is no DER.") {
                $0.anchors = { _ in [try Anchor(kind: "rfc3161", proof: [0x30])] }
            },
            PackCase(.checkpoint, "evidence.bad-anchor", "anchor-of-other-note", "A time stamp of another note.") {
                $0.stamp()
                $0.anchors = { [try TestAuthority().anchor(over: $0 + [0x0A], at: Party.time(110))] }
            },
            anchorCase("anchor-other-root", "Another root vouches for the authority.") { $0.rootSeed = 63 },
            anchorCase("anchor-use-not-critical", "The use for time stamps is not critical.") {
                $0.usage = .timeStampingNotCritical
            },
            anchorCase("anchor-other-use", "The certificate is for servers too.") { $0.usage = .alsoServer },
            anchorCase("anchor-critical-extension", "A critical extension that nobody knows.") {
                $0.strangeCritical = true
            },
            anchorCase("anchor-stray-certificate", "A certificate that is on no path.") { $0.hasStray = true },
            anchorCase("anchor-unsigned-attribute", "An attribute that nothing signs.") {
                $0.unsignedAttribute = true
            },
            anchorCase("anchor-other-content", "The signed digest is of other content.") {
                $0.signsOtherContent = true
            },
            anchorCase("anchor-other-certificate", "Signed for another certificate.") {
                $0.signsForOtherCertificate = true
            },
            PackCase(.checkpoint, "evidence.bad-anchor", "anchor-expired", "The authority was not valid by then.") {
                let authority = TestAuthority { $0.validUntil = Party.time(100) }
                $0.stamp(authority)
                // SAFETY: the test authority's certificate is always made.
                $0.timeStampRoots = [try! authority.root]
            },
            PackCase(.checkpoint, "evidence.bad-anchor", "anchor-issuer", "The root may not issue certificates.") {
                let authority = TestAuthority { $0.issuerIsAuthority = false }
                $0.stamp(authority)
                // SAFETY: the test authority's certificate is always made.
                $0.timeStampRoots = [try! authority.root]
            },
        ]
    }

    static var rotationCases: [PackCase] {
        [
            PackCase(
                .checkpoint, "evidence.bad-checkpoint", "retired-log-key", "The log's key had given way when it signed."
            ) {
                $0.rotateAfter(.rotate(Party.log.key, Party.laterLog[0].key))
                $0.checkpoint.signers.append(Party.laterLog[0])
            },
            PackCase(
                .checkpoint, "evidence.bad-checkpoint", "retired-witness-key", "A witness's retired key cosigned."
            ) {
                $0.witness([Party.witness])
                $0.rotateAfter(.rotate(Party.witness.key, Party.laterWitness.key))
            },
            PackCase(.governance, "governance.too-few-votes", "rotation-two-votes", "Two of six rotated the log's key.")
            {
                var step = GovernanceStep.rotate(Party.log.key, Party.laterLog[0].key)
                step.voters.removeLast()
                $0.rotateAfter(step)
                $0.checkpoint.signers[0] = Party.laterLog[0]
            },
            PackCase(.governance, "evidence.not-in-log", "rotation-not-in-log", "A rotation that is not in the log.") {
                $0.rotateAfter(.rotate(Party.log.key, Party.laterLog[0].key))
                $0.checkpoint.signers[0] = Party.laterLog[0]
                $0.editPack = { $0["rotations.0.path.0"] = .base64(Digest(of: [7]).bytes) }
            },
            PackCase(
                .governance, "governance.not-allowed", "rotation-of-another-kind", "A revocation among the rotations."
            ) {
                $0.rotateAfter(.init(.revokeNode(did: Party.nodes[3].did, reason: "stolen")))
            },
            PackCase(
                .governance, "governance.not-allowed", "rotation-to-known-key",
                "A validator's key gives way to the other validator's."
            ) {
                $0.rotateAfter(.rotate(Party.validators[1].key, Party.validators[0].key))
                $0.checkpoint.signers.removeLast()
            },
            PackCase(
                .governance, "governance.not-allowed", "rotation-of-origin", "The log's new key has another name."
            ) {
                let other = Party.note(56, "example.com/other", .ed25519)
                $0.rotateAfter(.rotate(Party.log.key, other.key))
                $0.checkpoint.origin = "example.com/other"
                $0.checkpoint.signers[0] = other
            },
            PackCase(
                .governance, "governance.not-allowed", "rotation-back", "The log's key gives way to one that it had."
            ) {
                $0.laterGovernance = { _ in [.rotate(Party.log.key, Party.laterLog[0].key)] }
                $0.rotateAfter(.rotate(Party.laterLog[0].key, Party.log.key))
            },
        ]
    }
}
