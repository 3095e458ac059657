import NexusBase
import NexusClause
import NexusEvidence
import NexusGovernance
import NexusTestSupport
import NexusTrust

extension PackCase {
    static var rollupCases: [PackCase] {
        [
            PackCase(.rollup, "base.unknown-field", "quorum-field", "The quorum statement has a field too many.") {
                $0.editQuorum = { $0["note"] = "x" }
            },
            PackCase(
                .rollup, "base.unknown-field", "result-and-override", "A quorum statement with result and override."
            ) {
                $0.editQuorum = { $0["override"] = ["entry": 9, "inputs": []] }
            },
            PackCase(.rollup, "evidence.not-in-log", "rollup-not-in-log", "The rollup's path leads elsewhere.") {
                $0.editPack = { $0["rollup.entry.path.0"] = .base64(Digest(of: [7]).bytes) }
            },
            PackCase(.rollup, "evidence.not-in-log", "rollup-changed", "The rollup was changed after it was logged.") {
                $0.editPack = { $0.editDocument("rollup.entry.bytes") { $0["payloadType"] = "text/plain" } }
            },
            PackCase(.rollup, "evidence.mismatch", "two-sign-rollup", "A second key signs the rollup.") {
                $0.editRollup = { $0.keys.append(Party.stranger) }
            },
            PackCase(
                .rollup, "trust.missing-signature", "rollup-by-stranger",
                "Another key than the rail's signs the rollup."
            ) {
                $0.editRollup = { $0.keys = [Party.stranger] }
            },
            PackCase(.rollup, "trust.bad-signature", "rollup-signature", "The rail's signature does not verify.") {
                $0.editRollup = { $0.isCorrupted = true }
            },
            PackCase(
                .rollup, "trust.wrong-predicate", "rollup-predicate",
                "The rail's signature is on another kind of statement."
            ) {
                $0.editRollup = { $0.json["predicateType"] = "urn:nexus:job-token:v1" }
            },
            PackCase(
                .rollup, "trust.wrong-payload-type", "rollup-payload-type", "The rail's signature is on another type."
            ) {
                $0.editRollup = { $0.type = "application/json" }
            },
            PackCase(.rollup, "evidence.mismatch", "rollup-root", "The root is not that of the leaves.") {
                $0.editRollup = { $0.json["predicate.root"] = Digest(of: [1]).json }
            },
            PackCase(.rollup, "evidence.mismatch", "occurrence-twice", "One occurrence stands twice in a rollup.") {
                $0.editRollup = {
                    $0.json["predicate.leaves.0.occurrenceId"] = $0.json["predicate.leaves.1.occurrenceId"]
                }
            },
            PackCase(.rollup, "base.wrong-type", "correction-false", "A leaf says that it is no correction.") {
                $0.editRollup = { $0.json["predicate.leaves.0.correction"] = false }
            },
            PackCase(.rollup, "evidence.other-rail", "rollup-of-other-rail", "The rollup is of another rail.") {
                $0.editRollup = { $0.json["predicate.rail"] = Digest(of: [1]).json }
            },
            PackCase(
                .rollup, "evidence.mismatch", "governance-after-rollup",
                "The last governance entry came after the rollup."
            ) {
                $0.laterGovernance = { _ in [.approveOperator(3)] }
                $0.isRollupEarly = true
            },
            PackCase(.rollup, "evidence.mismatch", "no-such-leaf", "A leaf index past the rollup's leaves.") {
                $0.editPack = { $0["rollup.leafIndex"] = 2 }
            },
            PackCase(.rollup, "evidence.mismatch", "leaf-of-another", "The leaf of another job.") {
                $0.editPack = { $0["rollup.leafIndex"] = 0 }
            },
            PackCase(
                .rollup, "evidence.mismatch", "quorum-changed", "The quorum statement was changed after it was sealed."
            ) {
                $0.editPack = { $0.editDocument("quorum") { $0["signal"] = "PASS" } }
            },
            PackCase(.rollup, "evidence.mismatch", "leaf-occurrence", "The leaf names another occurrence.") {
                $0.editRollup = { $0.json["predicate.leaves.1.occurrenceId"] = Digest(of: [9]).json }
            },
            PackCase(.rollup, "evidence.mismatch", "untold-correction", "A correction that its leaf does not tell.") {
                $0.supersedes = Digest(of: [1])
                $0.editRollup = { $0.json["predicate.leaves.1.correction"] = nil }
            },
            PackCase(
                .rollup, "evidence.mismatch", "governance-left-out",
                "The last governance entry, a revocation, is left out."
            ) {
                $0.laterGovernance = { _ in [.init(.revokeNode(did: Party.nodes[0].did, reason: "stolen"))] }
                $0.governanceLeftOut = 1
            },
            PackCase(.rollup, "evidence.mismatch", "snapshot-digest", "The rollup names another snapshot.") {
                $0.editRollup = { $0.json["predicate.governance.snapshotDigest"] = Digest(of: [1]).json }
            },
        ]
    }

    static var clauseCases: [PackCase] {
        [
            PackCase(.clause, "evidence.other-rail", "quorum-of-other-rail", "The quorum statement is of another rail.")
            {
                $0.editQuorum = { $0["rail"] = Digest(of: [1]).json }
            },
            PackCase(.clause, "evidence.mismatch", "unpublished-clause", "A clause that the rail never published.") {
                $0.editQuorum = { $0["clause.digest"] = Digest(of: [1]).json }
            },
            PackCase(.clause, "evidence.mismatch", "other-clause-id", "The clause's digest under another id.") {
                $0.editQuorum = { $0["clause.id"] = "GRA::ExtremeElNino@1.0.1" }
            },
            PackCase(.clause, "evidence.not-entitled", "never-active", "The clause was reviewed and never made active.")
            {
                $0.governance = { Array(PackScenario.standardGovernance($0).dropLast()) }
            },
            PackCase(.clause, "evidence.not-entitled", "after-the-window", "The event came after the clause's window.")
            {
                $0.editClause = {
                    $0.with(
                        "from: 1950-01-01T00:00:00.000Z",
                        "from: 1950-01-01T00:00:00.000Z\n  until: 2020-01-01T00:00:00.000Z")
                }
            },
            PackCase(.clause, "evidence.not-entitled", "other-trigger", "A simulation's event certified.") {
                $0.trigger = TriggerEvent(kind: "simulation", source: "desk", eventID: "event-1")
            },
        ]
    }

    static var inputCases: [PackCase] {
        [
            PackCase(.inputs, "evidence.bad-commitment", "input-missing", "An input is left out.") {
                $0.editPack = { $0.edit("inputs") { $0.removeLast() } }
            },
            PackCase(.inputs, "evidence.bad-commitment", "inputs-swapped", "Two inputs stand in another order.") {
                $0.editPack = { $0.edit("inputs") { $0.swapAt(0, 1) } }
            },
            PackCase(
                .inputs, "evidence.mismatch", "withheld-edition", "A withheld input in an edition that is not taken."
            ) {
                $0.withheld = ["november"]
                $0.editPack = { $0["inputs.0.withheld.edition"] = "preliminary" }
            },
            PackCase(
                .inputs, "evidence.not-entitled", "withheld-feed", "A withheld input by a feed that is not approved."
            ) {
                $0.withheld = ["november"]
                $0.editPack = { $0["inputs.0.withheld.feed"] = Party.stranger.did.json }
            },
            PackCase(.inputs, "clause.out-of-range", "implausible", "A temperature of 90 °C.") {
                $0.values[0].value = "90"
            },
            PackCase(.inputs, "clause.bad-binding", "not-a-decimal", "A decimal with a zero to spare.") {
                $0.editInput = { if $0 == "november" { $1["shown.value"] = .base64(Array("24.570".utf8)) } }
            },
            PackCase(.inputs, "clause.bad-binding", "edition-not-taken", "A preliminary edition.") {
                $0.editInput = { if $0 == "november" { $1["shown.edition"] = "preliminary" } }
            },
            PackCase(.inputs, "evidence.not-entitled", "no-reading", "An input without its feed's reading.") {
                $0.editInput = { if $0 == "november" { $1["shown.reading"] = nil } }
            },
            PackCase(.inputs, "evidence.not-entitled", "input-by-other-feed", "An input said to be by another key.") {
                $0.editInput = { if $0 == "november" { $1["shown.feed"] = Party.stranger.did.json } }
            },
            PackCase(.inputs, "evidence.mismatch", "feed-without-rule", "A feed for an input whose clause names none.")
            {
                $0.editInput = { if $0 == "station" { $1["shown.feed"] = Party.feed.did.json } }
            },
            PackCase(.inputs, "evidence.mismatch", "two-sign-reading", "A stranger signs the reading too.") {
                $0.editReading = { if $0 == "november" { $1.keys.append(Party.stranger) } }
            },
            PackCase(.inputs, "trust.missing-signature", "reading-by-stranger", "A stranger signs the reading.") {
                $0.editReading = { if $0 == "november" { $1.keys = [Party.stranger] } }
            },
            PackCase(.inputs, "trust.bad-signature", "reading-signature", "The feed's signature does not verify.") {
                $0.editReading = { if $0 == "november" { $1.isCorrupted = true } }
            },
            PackCase(.inputs, "evidence.mismatch", "reading-subject", "A reading whose subject is another value.") {
                $0.editReading = {
                    if $0 == "november" { $1.json["subject.0.digest.sha256"] = .text(Digest(of: [1]).hex) }
                }
            },
            PackCase(.inputs, "evidence.mismatch", "reading-of-other-season", "The reading is of another season.") {
                $0.editReading = { if $0 == "november" { $1.json["predicate.occurrence"] = "2014" } }
            },
            PackCase(
                .inputs, "evidence.mismatch", "reading-of-other-input", "The reading of December given as November's."
            ) {
                $0.editReading = { name, reading in
                    guard name == "november" else { return }
                    reading.json["predicate.name"] = "december"
                    reading.json["subject.0.name"] = "december"
                }
            },
            PackCase(.inputs, "evidence.mismatch", "value-changed", "The value was changed, the reading was not.") {
                $0.editInput = { if $0 == "november" { $1["shown.value"] = .base64(Array("25".utf8)) } }
            },
            PackCase(.inputs, "evidence.bad-commitment", "other-salt", "A salt that does not lead to the commitment.") {
                $0.editInput = { if $0 == "november" { $1["shown.salt"] = .base64([UInt8](repeating: 1, count: 32)) } }
            },
        ]
    }
}
