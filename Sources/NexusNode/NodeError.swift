package import NexusBase

/// Errors of the node's shell.
package enum NodeDomain: ErrorDomain { package static let name = "node" }
package typealias NodeError = CodedError<NodeDomain>

extension CodedError<NodeDomain>.Code {
    /// A file that enrolment leaves is missing.
    package static let incomplete: Self = "incomplete"
    package static let inputOutput: Self = "input-output"
    /// The rail did not send a module that a token names.
    package static let moduleMissing: Self = "module-missing"
    /// The token was spent and its answer is no longer kept.
    package static let tokenSpent: Self = "token-spent"
    /// The host's limits ended the run; nothing was signed.
    package static let indeterminate: Self = "indeterminate"
}
