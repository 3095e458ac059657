import Foundation
import Logging
package import NexusBase
package import NexusEvidence
import NexusGovernance
package import NexusKeys
package import NexusMesh
package import NexusTrust

/// A node's folder: its keys, its operator's binding, its certificate, the rail's trust file, and its journal of spent
/// tokens. Blocking file calls; used at start.
package struct NodeFolder: Sendable {
    package let path: String

    /// Of the node's own key, where it is under one.
    private let passphrase: SecretBytes?

    package init(_ path: String, passphrase: SecretBytes? = nil) {
        self.path = path
        self.passphrase = passphrase
    }

    /// What the node signs with.
    package var signingKeyPath: String { "\(path)/keys/node.key" }

    package var journal: String { "\(path)/journal.sqlite" }

    /// The node's own keys, made at first use; what it signs with is of `suite` then.
    package func keys(now: Instant, suite: KeySuite = .ed25519) throws -> Keys {
        let signing = try KeyFile.signingKey(
            signingKeyPath, orMade: suite, now: now, passphrase: passphrase)
        let isPostQuantum = signing.suite.signatureSuite?.isPostQuantum ?? false
        return Keys(
            signing: signing,
            cosigning: isPostQuantum
                ? try KeyFile.readOrGenerate("\(path)/keys/cosigner.key", as: .mlDSA44, now: now) : nil,
            sealing: try sealingKey(isPostQuantum ? .xWing : .x25519, now: now),
            transport: try KeyFile.readOrGenerate("\(path)/keys/transport.key", as: .p256, now: now))
    }

    /// The key that payloads are sealed to, made of `suite` at first use.
    private func sealingKey(_ suite: KeySuite, now: Instant) throws -> KeyFile {
        let path = "\(path)/keys/sealing.key"
        do { return try KeyFile.read(path, as: .x25519) } catch let error as KeyError where error.code == .wrongSuite {
            return try KeyFile.read(path, as: .xWing)
        } catch let error as KeyError where error.code == .notFound {
            return try KeyFile.readOrGenerate(path, as: suite, now: now)
        }
    }

    package struct Keys: Sendable {
        package let signing: KeyFile
        /// What a validator cosigns with where that is another key: one of ML-DSA-44 beside a post-quantum one.
        package let cosigning: KeyFile?
        package let sealing: KeyFile
        package let transport: KeyFile

        package func signer() throws -> SigningKey { try signing.signer() }
    }

    package func binding() throws -> Envelope { try Envelope(parsing: read("binding.json")) }
    package func trust() throws -> TrustFile { try TrustFile(parsing: read("rail.json")) }
    package func credential() throws -> MeshCredential { try MeshCredential(parsing: read("credential.json")) }

    package func write(binding: Envelope) throws { try write(binding.bytes, "binding.json") }
    package func write(trust: TrustFile) throws { try write(trust.bytes, "rail.json") }
    package func write(credential: MeshCredential) throws { try write(credential.fileBytes, "credential.json") }

    /// The certificate, renewed first if two thirds of its time are over.
    func currentCredential(_ keys: Keys) async throws -> MeshCredential {
        let credential = try credential()
        guard Instant.now >= credential.renewAt(issued: credential.notBefore) else { return credential }
        return try await renew(credential, keys)
    }

    /// The way to the rail. One that requires post-quantum keys is spoken to in no other way.
    func client(_ credential: MeshCredential, _ keys: Keys) throws -> MeshClient {
        var client = try MeshClient(credential: credential, key: keys.transport.privateKey.bytes)
        client.isPostQuantum = try trust().genesis.policy.requiresPostQuantum
        return client
    }

    private func renew(_ credential: MeshCredential, _ keys: Keys) async throws -> MeshCredential {
        let client = try client(credential, keys)
        let renewed = try await client.renew(newKey: keys.transport.privateKey.bytes)
        try write(credential: renewed)
        return renewed
    }

    /// Gets the next certificate while this one holds, until cancelled: once it has ended there is no connection to get
    /// another over. The session goes on under the old one, and ends with it.
    func keepCertified(_ keys: Keys, _ logger: Logger) async throws {
        while true {
            let credential = try credential()
            let now = Instant.now
            let planned = credential.renewAt(issued: credential.notBefore) - now
            // Past its time already: a short-lived one, or a renewal that failed.
            let wait = planned > .zero ? planned : (credential.notAfter - now) / 2
            try await Task.sleep(for: max(wait, .milliseconds(500)))
            do { _ = try await renew(credential, keys) } catch {
                logger.warning("no new certificate yet", metadata: ["reason": "\(error)"])
            }
        }
    }

    private func read(_ name: String) throws -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: "\(path)/\(name)") else {
            throw NodeError(.incomplete, "the node's folder has no \(name); enrol the node first", at: path)
        }
        return Array(data)
    }

    private func write(_ bytes: [UInt8], _ name: String) throws {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            try Data(bytes).write(to: URL(filePath: "\(path)/\(name)"), options: .atomic)
        } catch {
            throw NodeError(.inputOutput, "cannot write \(name)", at: path, cause: error)
        }
    }
}
