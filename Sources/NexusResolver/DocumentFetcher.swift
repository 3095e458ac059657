package import NexusBase

/// Gets one document over the network.
package protocol DocumentFetcher: Sendable {
    /// The body of a successful answer. Throws `trust.unresolved` for any other answer, a redirect, a body past
    /// `bytesMax` or a wait past `timeout`.
    func fetch(_ url: Text, bytesMax: Int, timeout: Duration) async throws -> [UInt8]
}
