import NexusBase
import NexusClause
import NexusEvidence
import NexusGovernance
import NexusTestSupport
import NexusTrust

extension PackCase {
    static var formCases: [PackCase] {
        [
            PackCase(.form, "base.malformed-json", "not-json", "The file is not JSON.") {
                $0.editBytes = { $0 = Array("evidence".utf8) }
            },
            PackCase(.form, "base.malformed-json", "text-after", "A line follows the document.") {
                $0.editBytes = { $0 += Array("x".utf8) }
            },
            PackCase(.form, "base.not-canonical", "trailing-newline", "The document ends in a newline.") {
                $0.editBytes = { $0.append(0x0A) }
            },
            PackCase(.form, "base.duplicate-key", "duplicate-key", "A member stands twice.") {
                $0.editBytes = { $0.insert(contentsOf: Array("\"rail\":1,\"rail\":1,".utf8), at: 1) }
            },
            PackCase(
                .form, "base.malformed-json", "floating-point", "A leaf index of 1.0: signed documents have no points."
            ) {
                $0.editBytes = { bytes in
                    let text = String(decoding: bytes, as: UTF8.self).with("\"leafIndex\":1", "\"leafIndex\":1.0")
                    bytes = Array(text.utf8)
                }
            },
            PackCase(.form, "base.not-utf8", "not-utf8", "A string holds a byte that is no UTF-8.") {
                $0.editPack = { $0["checkpoint"] = "A" }
                $0.editBytes = { bytes in
                    let start = Array("\"checkpoint\":\"".utf8)
                    for index in bytes.indices where bytes[index...].starts(with: start) {
                        bytes[index + start.count] = 0xFF
                    }
                }
            },
            PackCase(.form, "base.unknown-field", "unknown-field", "A field that the format lacks.") {
                $0.editPack = { $0["note"] = "trust me" }
            },
            PackCase(.form, "base.missing-field", "missing-field", "No bindings at all.") {
                $0.editPack = { $0["bindings"] = nil }
            },
            PackCase(.form, "evidence.not-a-certificate", "replay-difference", "A document of another kind.") {
                $0.editPack = { $0["format"] = "nexus.replay-difference/v1" }
            },
            PackCase(.form, "evidence.pack-damaged", "pack-digest", "The pack's digest is of other bytes.") {
                $0.editPack = { $0["packDigest"] = Digest(of: []).json }
            },
            PackCase(.form, "base.bad-encoding", "upper-case-digest", "The rail's digest in upper case.") {
                $0.editPack = { $0["rail"] = .text("sha256:" + String(repeating: "A", count: 64)) }
            },
            PackCase(.form, "base.bad-encoding", "loose-base64", "Base64 with a bit set past the last byte.") {
                $0.editPack = { $0["inputs.2.shown.value"] = "QQ=B" }
            },
            PackCase(.form, "base.bad-encoding", "set-bits", "Base64 whose unused bits are set.") {
                $0.editPack = { $0["inputs.2.shown.value"] = "QR==" }
            },
            PackCase(.form, "base.wrong-type", "short-salt", "A salt of 31 bytes.") {
                $0.editPack = { $0["inputs.0.shown.salt"] = .base64([UInt8](repeating: 1, count: 31)) }
            },
            PackCase(.form, "base.bad-time", "thirtieth-of-february", "A day that does not exist.") {
                $0.editPack = { $0["inputs.0.shown.retrievedAt"] = "2026-02-30T00:00:00.000Z" }
            },
            PackCase(.form, "trust.bad-did", "bad-did", "A key id that is no DID.") {
                $0.editPack = { $0["statements.0.signatures.0.keyid"] = "key-1" }
            },
            PackCase(.form, "trust.missing-signature", "no-signature", "An envelope without signatures.") {
                $0.editPack = { $0["statements.0.signatures"] = [] }
            },
            PackCase(.form, "trust.missing-signature", "one-key-twice", "An envelope with two signatures by one key.") {
                $0.editPack = { pack in
                    pack.edit("bindings.0.signatures") { $0.append($0[0]) }
                }
            },
            PackCase(.form, "base.wrong-type", "negative-index", "A leaf index below zero.") {
                $0.editPack = { $0["rollup.leafIndex"] = -1 }
            },
            PackCase(.form, "base.wrong-type", "null-field", "An optional field that is null instead of left out.") {
                $0.editPack = { $0["inputs.2.shown.feed"] = .null }
            },
            PackCase(.form, "base.too-large", "long-path", "An inclusion path of 64 hashes.") {
                $0.editPack = { $0["genesis.path"] = .array((0..<64).map { _ in Digest(of: []).json }) }
            },
            PackCase(.form, "base.unknown-field", "shown-and-withheld", "An input both shown and withheld.") {
                $0.editPack = { $0["inputs.0.withheld"] = "no" }
            },
            PackCase(.rail, "evidence.other-rail", "other-rail", "The pack says another rail than the trust file.") {
                $0.editPack = { $0["rail"] = Digest(of: [1]).json }
            },
        ]
    }

    static var checkpointCases: [PackCase] {
        [
            PackCase(.checkpoint, "log.bad-note", "no-note", "The checkpoint is no signed note.") {
                $0.checkpoint.editNote = { _ in "nothing" }
            },
            PackCase(.checkpoint, "log.bad-checkpoint", "size-with-zero", "A tree size with a leading zero, signed so.")
            {
                $0.checkpoint.editText = { $0.with("\n12\n", "\n012\n") }
            },
            PackCase(.checkpoint, "log.bad-signature", "changed-size", "The size was changed after it was signed.") {
                $0.checkpoint.editNote = { $0.with("\n12\n", "\n13\n") }
            },
            PackCase(.checkpoint, "log.no-known-signature", "strangers-only", "Only a stranger signed.") {
                $0.checkpoint.signers = [Party.strangerValidator]
            },
            PackCase(
                .checkpoint, "log.wrong-origin", "other-origin", "The log's keys signed the checkpoint of another log."
            ) {
                $0.checkpoint.origin = "example.com/other"
            },
            PackCase(
                .checkpoint, "evidence.bad-checkpoint", "log-did-not-sign", "Validators cosigned, the log did not sign."
            ) {
                $0.checkpoint.signers = Party.validators
            },
            PackCase(
                .checkpoint, "evidence.bad-checkpoint", "unknown-cosigner", "A line by a key that the trust file lacks."
            ) {
                $0.checkpoint.signers.append(Party.strangerValidator)
            },
            PackCase(.checkpoint, "evidence.bad-checkpoint", "signed-twice", "One validator's line stands twice.") {
                $0.checkpoint.signers.append(Party.validators[0])
            },
            PackCase(.checkpoint, "evidence.bad-checkpoint", "one-cosignature", "One cosignature where two are needed.")
            {
                $0.checkpoint.signers.removeLast()
            },
            PackCase(.genesis, "evidence.mismatch", "other-genesis", "The genesis of the pack has another threshold.") {
                $0.editPack = { $0.editDocument("genesis.bytes") { $0["committee.threshold"] = 1 } }
            },
            PackCase(.genesis, "evidence.mismatch", "genesis-later", "The genesis is said to be entry 1.") {
                $0.editPack = { $0["genesis.index"] = 1 }
            },
            PackCase(.genesis, "evidence.not-in-log", "genesis-not-in-log", "The genesis' path leads to another root.")
            {
                $0.editPack = { $0["genesis.path.0"] = .base64(Digest(of: [7]).bytes) }
            },
            PackCase(.genesis, "evidence.not-in-log", "short-path", "The genesis' path is too short.") {
                $0.editPack = { $0["genesis.path.0"] = nil }
            },
        ]
    }
}
