package import NexusBase

/// Errors of the rail's shell.
package enum RailDomain: ErrorDomain { package static let name = "rail" }
package typealias RailError = CodedError<RailDomain>

extension CodedError<RailDomain>.Code {
    package static let inputOutput: Self = "input-output"
    /// There is a rail in the folder already, or none.
    package static let exists: Self = "exists"
    package static let notFound: Self = "not-found"
    /// A replayed step decided something else than the journal says.
    package static let replayDiverged: Self = "replay-diverged"
    /// The journal stopped; nothing more is acknowledged.
    package static let stopped: Self = "stopped"
    /// A control request that cannot be read, or names no such operation.
    package static let badRequest: Self = "bad-request"
    /// No rail listens at the folder's control socket.
    package static let unreachable: Self = "unreachable"
    /// The job is not certified, so it has no evidence pack yet.
    package static let notCertified: Self = "not-certified"
}
