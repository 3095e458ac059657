package import NexusBase
import NexusEvidence
import NexusGovernance
package import NexusLog
import NexusTrust

/// Who signs the checkpoint, over what.
package struct CheckpointPlan {
    package var origin: Text = "example.com/rail"
    package var signers: [any NoteSigner] = [Party.log] + Party.validators
    /// Changes the text before it is signed.
    package var editText: (String) -> String = { $0 }
    /// Changes the finished note.
    package var editNote: (String) -> String = { $0 }

    package init() {}

    func note(size: Int, root: Digest) throws -> Text {
        let checkpoint = try Checkpoint(origin: origin, size: size, root: root)
        let text = Text(editText(checkpoint.text.string))
        let signatures = try signers.map { try $0.sign(text, time: 1_793_507_000) }
        return Text(editNote(String(decoding: try SignedNote(text: text, signatures: signatures).bytes, as: UTF8.self)))
    }
}

extension PackScenario {
    func assemble(
        _ job: Job, _ inputs: [BoundInput], _ signed: [SignedAttempt], _ quorum: JSON, _ rollup: [UInt8],
        _ chain: GovernanceChain
    ) throws -> Built {
        var entries = [job.genesis.bytes] + chain.entries
        let rollupIndex = entries.count - (isRollupEarly ? 1 : 0)
        entries.insert(rollup, at: rollupIndex)
        entries.append(Array("a later entry".utf8))
        let rotationsFrom = entries.count
        var rotating = chain
        for step in rotations { try? rotating.append(step, at: entries.count + rotating.entries.count) }
        entries += rotating.entries.dropFirst(chain.entries.count)
        let tree = MerkleTree(entries.map { Merkle.leaf($0) })
        func logged(_ index: Int) -> EvidencePack.LogEntry {
            EvidencePack.LogEntry(bytes: entries[index], index: index, path: tree.path(at: index))
        }
        let governance = (1..<rotationsFrom - 1).filter { $0 != rollupIndex }.map(logged)
        let note = try checkpoint.note(size: entries.count, root: tree.root)
        let pack = EvidencePack(
            rail: job.genesis.rail, genesis: logged(0), governance: Array(governance.dropLast(governanceLeftOut)),
            inputs: inputs.map { withheld.contains($0.name) ? .withheld(CAC.InputReference($0)) : .shown($0) },
            bindings: try bindings(job), statements: signed.compactMap(\.envelope), quorum: quorum.canonicalBytes,
            rollup: logged(rollupIndex), leafIndex: 1,
            checkpoint: note, rotations: entries.indices.dropFirst(rotationsFrom).map(logged),
            anchors: try anchors(note.bytes), attestations: evidence, proof: signed.lazy.compactMap(\.proof).first)
        // SAFETY: the bytes were just written.
        var json = try! JSON(parsing: pack.bytes)
        for (index, input) in inputs.enumerated() {
            var one = json.list("inputs")[index]
            editInput(input.name, &one)
            json["inputs.\(index)"] = one
        }
        json["packDigest"] = nil
        editPack(&json)
        if json["packDigest"] == nil { json["packDigest"] = json.digest.json }
        var bytes = json.canonicalBytes
        editBytes(&bytes)
        let file = TrustFile(
            genesis: job.genesis, attestation: trustedAttestation ?? attestation, witnesses: trustedWitnesses,
            timeStampRoots: timeStampRoots)
        // SAFETY: the bytes were just written.
        var trust = try! JSON(parsing: file.bytes)
        editTrust(&trust)
        return Built(pack: bytes, trust: trust.canonicalBytes)
    }

    private func bindings(_ job: Job) throws -> [Envelope] {
        let nodes = attempts.compactMap { attempt -> Int? in if case .signed(let node) = attempt { node } else { nil } }
        return try nodes.enumerated().filter { nodes.firstIndex(of: $1) == $0 }.map { _, node in
            let binding = NodeBinding(
                rail: job.genesis.rail, node: nodeKeys[node].did, operator: Party.operators[node].did,
                jurisdiction: Party.jurisdictions[node], sealingKey: [UInt8](repeating: 9, count: 32),
                issuedAt: Party.time(20), expiresAt: Party.time(100_000))
            var document = SignedDocument(
                try binding.sealed(by: Party.operators[node]).payload, by: Party.operators[node])
            editBinding(node, &document)
            return try document.envelope
        }
    }

    /// Recomputes the digest of a pack whose JSON was changed.
    package static func resealed(_ pack: JSON) -> [UInt8] {
        var pack = pack
        pack["packDigest"] = nil
        pack["packDigest"] = pack.digest.json
        return pack.canonicalBytes
    }
}
