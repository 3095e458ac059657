import Foundation
package import NexusBase
package import NexusEvidence
package import NexusGovernance
package import NexusKeys
package import NexusLog
package import NexusMesh
package import NexusTrust

/// A rail's folder: keys, genesis, trust file, journal, log, modules and what it hands out.
/// Blocking file calls; used at start and by commands.
package struct RailFolder: Sendable {
    package let path: String

    package init(_ path: String) { self.path = path }

    package var journal: String { "\(path)/journal.sqlite" }
    package var log: String { "\(path)/log" }
    package var trustFile: String { "\(path)/rail.json" }
    /// Anchored checkpoints, `<size>.json` (anchor-v1).
    package var anchors: String { "\(path)/anchors" }
    package var disputes: String { "\(path)/disputes" }
    package var payments: String { "\(path)/payments" }
    package var endpoints: String { "\(path)/endpoints.json" }
    /// The index (GRIx): a cache, made anew from the journal when it is not there.
    package var index: String { "\(path)/index.sqlite" }
    /// Settled jobs (`JobArchive`), made anew at each start.
    package var settledJobs: String { "\(path)/settled-jobs" }
    /// Hashes of the HTTP API's access tokens.
    package var tokens: String { "\(path)/tokens.json" }

    /// Where `nexus` commands reach a running rail. A socket's path has at most 107 bytes, so a deep folder gets one in
    /// the temporary folder, named by the folder's digest.
    package var controlSocket: String {
        let near = "\(URL(filePath: path).standardizedFileURL.path)/control.sock"
        if near.utf8.count <= 100 { return near }
        return "\(NSTemporaryDirectory())/nexus-\(Digest(of: Array(near.utf8)).short).sock"
    }

    package struct Keys: Sendable {
        /// Signs tokens and rollups.
        package let rail: KeyFile
        /// Signs checkpoints.
        package let log: KeyFile
        /// Certifies nodes' connections.
        package let authority: KeyFile

        package func signer() throws -> SigningKey { try rail.signer() }
        package func noteSigner(origin: Text) throws -> Ed25519NoteSigner {
            try Ed25519NoteSigner(name: origin, seed: log.privateKey.bytes)
        }
    }

    /// What a new rail is made of.
    package struct Charter: Sendable {
        package var name: Text
        package var committee: Genesis.Committee
        package var validators: [Text]
        package var validatorThreshold: Int
        package var attestation: [Text]
        /// The suite of the rail's own key.
        package var suite = KeySuite.ed25519
        /// The suites that the rail takes; every one if nil.
        package var suites: SuitePolicy?

        package init(
            name: Text, committee: Genesis.Committee, validators: [Text], validatorThreshold: Int, attestation: [Text]
        ) {
            self.name = name
            self.committee = committee
            self.validators = validators
            self.validatorThreshold = validatorThreshold
            self.attestation = attestation
        }
    }

    /// Makes a new rail: keys, CA, genesis and trust file. Throws `rail.exists`.
    package func create(_ charter: Charter, now: Instant) throws -> TrustFile {
        guard !FileManager.default.fileExists(atPath: trustFile) else {
            throw RailError(.exists, "there is a rail in this folder already", at: path)
        }
        let name = try RailName(charter.name.string)
        let keys = try keys(now: now, suite: charter.suite)
        let origin = Text("nexus.internal/\(name.label)")
        let genesis = try Genesis(
            name: charter.name, createdAt: now, committee: charter.committee, railKey: keys.signer().did,
            logKey: keys.noteSigner(origin: origin).key.text, validators: charter.validators,
            validatorThreshold: charter.validatorThreshold, attestation: charter.attestation, suites: charter.suites)
        let authority = try CertificateAuthority.make(rail: name, key: keys.authority.privateKey.bytes, now: now)
        try write(authority.certificate, "ca.der")
        let trust = TrustFile(genesis: genesis, attestation: charter.attestation)
        try write(trust.bytes, "rail.json")
        return trust
    }

    package func keys(now: Instant, suite: KeySuite = .ed25519) throws -> Keys {
        Keys(
            rail: try KeyFile.signingKey("\(path)/keys/rail.key", orMade: suite, now: now),
            log: try KeyFile.readOrGenerate("\(path)/keys/log.key", as: .ed25519, now: now),
            authority: try KeyFile.readOrGenerate("\(path)/keys/ca.key", as: .p256, now: now))
    }

    package func trust() throws -> TrustFile { try TrustFile(parsing: read("rail.json")) }

    /// The witnesses of `witnesses.json`, or none if there is no such file. Throws as `WitnessPolicy`.
    package func witnesses() throws -> WitnessPolicy {
        guard has("witnesses.json") else { return .none }
        return try WitnessPolicy(parsing: read("witnesses.json"))
    }

    /// The trust file, made to name the witnesses that the rail asks: packs carry their cosignatures from then on. It
    /// is written only where the keys, followed through rotations, or the threshold changed.
    package func trust(
        asking policy: WitnessPolicy, _ rotations: [GovernanceSnapshot.KeyRotation]
    ) throws -> TrustFile {
        let trust = try trust()
        var keys = try CheckpointKeys(trust: trust)
        keys.rotate(rotations)
        let asked = policy.witnesses.map(\.key)
        guard !asked.isEmpty, keys.witnesses != asked || trust.witnesses?.threshold != policy.threshold else {
            return trust
        }
        let changed = trust.with(
            witnesses: .init(keys: asked, threshold: policy.threshold), timeStampRoots: trust.timeStampRoots)
        // Read it again before it is written: a policy may name a key that no trust file takes.
        let checked = try TrustFile(parsing: changed.bytes)
        try write(checked.bytes, "rail.json")
        return checked
    }

    /// The log's keys that this folder holds, `keys/log*.key`, each under the log's origin.
    package func logSigners(origin: Text) throws -> [Ed25519NoteSigner] {
        let names = try FileManager.default.contentsOfDirectory(atPath: "\(path)/keys").sorted()
        return try names.filter { $0.hasPrefix("log") && $0.hasSuffix(".key") }.map { name in
            let file = try KeyFile.read("\(path)/keys/\(name)", as: .ed25519)
            return try Ed25519NoteSigner(name: origin, seed: file.privateKey.bytes)
        }
    }

    package func authority(now: Instant) throws -> CertificateAuthority {
        try CertificateAuthority(
            rail: RailName(trust().genesis.name.string), certificate: read("ca.der"),
            key: keys(now: now).authority.privateKey.bytes)
    }

    /// Keeps a module under its digest. Durable before it returns.
    package func store(module bytes: [UInt8]) throws -> Digest {
        let digest = Digest(of: bytes)
        try write(bytes, "modules/\(digest.hex).wasm")
        return digest
    }

    package func module(_ digest: Digest) throws -> [UInt8] { try read("modules/\(digest.hex).wasm") }
    package func hasModule(_ digest: Digest) -> Bool {
        has("modules/\(digest.hex).wasm")
    }

    func has(_ name: String) -> Bool { FileManager.default.fileExists(atPath: "\(path)/\(name)") }

    package func read(_ name: String) throws -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: "\(path)/\(name)") else {
            throw RailError(.notFound, "there is no \(name) in the rail's folder", at: path)
        }
        return Array(data)
    }

    /// Writes a file whole: to a neighbour, synced, then renamed, and the name synced with its folder.
    package func write(_ bytes: [UInt8], _ name: String) throws {
        let target = URL(filePath: "\(path)/\(name)")
        do {
            try FileManager.default.createDirectory(
                at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
            let draft = target.appendingPathExtension("new")
            try Data(bytes).write(to: draft)
            let handle = try FileHandle(forWritingTo: draft)
            try handle.synchronize()
            try handle.close()
            _ = try FileManager.default.replaceOrMove(draft, to: target)
            let parent = target.deletingLastPathComponent().path
            for folder in parent == path ? [path] : [parent, path] { try FileManager.default.synchronize(folder) }
        } catch {
            throw RailError(.inputOutput, "cannot write \(name)", at: path, cause: error)
        }
    }
}

extension FileManager {
    fileprivate func replaceOrMove(_ draft: URL, to target: URL) throws {
        guard rename(draft.path, target.path) == 0 else {
            throw CocoaError(.fileWriteUnknown)
        }
    }

    /// Makes the names in a folder durable.
    fileprivate func synchronize(_ folder: String) throws {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw CocoaError(.fileWriteUnknown) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw CocoaError(.fileWriteUnknown) }
    }
}
