import Foundation
import NexusKeys
import NexusNode

extension NodeFolder {
    /// A node's folder. What opens its key is asked of the TPM where a TPM keeps it, which `isSealed` makes so for a
    /// new key. Throws `keys.no-evidence` where the TPM does not open it.
    static func open(_ path: String, tpm: String?, isSealed: Bool = false) async throws -> NodeFolder {
        let (key, seal) = (NodeFolder(path).signingKeyPath, TPMSeal(connection: tpm))
        if FileManager.default.fileExists(atPath: TPMSeal.path(of: key)) {
            return NodeFolder(path, passphrase: try await seal.unseal(for: key))
        }
        guard isSealed, !FileManager.default.fileExists(atPath: key) else { return NodeFolder(path) }
        return NodeFolder(path, passphrase: try await seal.seal(for: key))
    }
}
