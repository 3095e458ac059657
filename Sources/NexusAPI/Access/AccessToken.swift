package import NexusBase
import NexusTrust

/// A token as its holder has it: `nxt_ID_SECRET` (Documentation/Formats/token-file-v1.md).
package struct AccessToken: Sendable {
    package let id: Text
    let secret: [UInt8]
    package var text: String { "nxt_\(id)_\(Base64URL.encode(secret))" }

    /// Of 38 bytes that were drawn for it.
    package init(drawn: [UInt8]) {
        precondition(drawn.count == 38, "6 bytes for the id and 32 for the secret")
        id = Text(Hex.encode(drawn[..<6]))
        secret = Array(drawn[6...])
    }

    /// Nil for what is no token.
    init?(parsing text: some StringProtocol) {
        let parts = text.split(separator: "_", maxSplits: 2, omittingEmptySubsequences: false)
        guard text.utf8.count == 60, parts.count == 3, parts[0] == "nxt", parts[1].utf8.count == 12,
            let secret = try? Base64URL.decode(parts[2]), secret.count == 32
        else { return nil }
        id = Text(String(parts[1]))
        self.secret = secret
    }

    /// What the rail keeps. The secret has 256 bits, so that a plain hash cannot be turned round by trying.
    package var hash: Digest { Framed.digest("nexus/token/v1", secret) }
}
