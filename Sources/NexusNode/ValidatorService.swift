import Foundation
package import Logging
import NIOPosix
import NexusBase
import NexusEvidence
import NexusJournal
import NexusKeys
package import NexusLog
import NexusMesh
import NexusOrchestration
import NexusTrust
import Synchronization

/// A validator's process: follows the rail's log entry by entry, checks what it says, and cosigns its checkpoints.
/// Its journal is a mirror of the log.
package final class ValidatorService: Sendable {
    private static let entryKind = JournalKind(rawValue: 2)

    private let folder: NodeFolder
    private let logger: Logger
    private let keys: NodeFolder.Keys
    private let cosigner: any NoteSigner
    private let journal: Journal
    private let validator: Mutex<Validator>

    /// Opens the folder and takes up the entries it accepted. Blocks.
    package init(folder: NodeFolder, logger: Logger) throws {
        self.folder = folder
        self.logger = logger
        keys = try folder.keys(now: .now)
        cosigner = try Self.cosigner(keys)
        var validator = try Validator(trust: folder.trust())
        var entries: [[UInt8]] = []
        journal = try Journal(path: folder.journal) { entries.append($0.bytes) }
        try validator.restore(entries)
        self.validator = Mutex(validator)
    }

    /// The validator's name in checkpoints is made from its key, so that it is known before there is a rail.
    package static func cosigner(_ keys: NodeFolder.Keys) throws -> any NoteSigner {
        let name = "validator-\(Digest(of: keys.signing.publicKey).short).nexus.internal"
        if let cosigning = keys.cosigning {
            return try MLDSA44NoteSigner(name: Text(name), seed: cosigning.privateKey.bytes)
        }
        return try Ed25519NoteSigner(
            name: Text(name), seed: keys.signing.privateKey.bytes, type: .cosignatureEd25519)
    }

    /// Serves until cancelled.
    package func run() async throws {
        var backoff = Backoff(initial: .milliseconds(50), max: .seconds(2))
        var generator = SystemRandomNumberGenerator()
        let did = try keys.signer().did
        while !Task.isCancelled {
            let connected = Mutex(false)
            do {
                let credential = try await folder.currentCredential(keys)
                let client = try folder.client(credential, keys)
                let hello = Hello(
                    role: .validator, did: did.text, identityDocument: [], sealingPublicKey: [],
                    runtimeDescription: [], logIndex: UInt64(validator.withLock { $0.size }))
                try await client.withSession(hello: hello, sealingKey: []) { link in
                    self.logger.info("connected")
                    connected.withLock { $0 = true }
                    try await self.serve(link)
                }
            } catch {
                logger.warning("session ended", metadata: ["reason": "\(error)"])
            }
            if connected.withLock({ $0 }) { backoff.reset() }
            try await Task.sleep(for: backoff.wait(using: &generator))
        }
    }

    private func serve(_ link: MeshLink) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            group.addTask { try await self.folder.keepCertified(self.keys, self.logger) }
            for try await message in link.inbound {
                switch message {
                case .validationRequest(let bytes): try await link.send(.cosignature(self.examine(bytes)))
                case .drain: return
                default: break
                }
            }
        }
    }

    /// A cosignature line, after the entries it covers are durable here; or the reason for a refusal.
    private func examine(_ bytes: [UInt8]) async -> [UInt8] {
        do {
            let request = try ValidationRequest(parsing: bytes)
            // On a thread for blocking work: a proof is verified in milliseconds to seconds.
            let (signed, fresh) = try await NIOThreadPool.singleton.runIfActive {
                try self.validator.withLock { validator in
                    let before = validator.size
                    let signed = try validator.examine(request)
                    return (signed, request.entries.dropFirst(before - request.firstIndex))
                }
            }
            // Also where nothing is new: a write that failed before must not be forgotten by the second request.
            _ = try await journal.append(fresh.map { JournalRecord(kind: Self.entryKind, bytes: $0) })
            let seconds = Instant.now.milliseconds / 1000
            let line = try cosigner.sign(signed.note.text, time: seconds)
            return line.line.bytes
        } catch {
            logger.error("refused to cosign", metadata: ["reason": "\(error)"])
            return Array("refused: \(error)".utf8)
        }
    }
}
