package import NexusBase

/// Errors of the HTTP API itself; the rooms' own codes pass through it.
package enum APIDomain: ErrorDomain { package static let name = "api" }
package typealias APIError = CodedError<APIDomain>

extension CodedError<APIDomain>.Code {
    /// No token, or none that this rail knows.
    package static let unauthenticated: Self = "unauthenticated"
    /// The token's roles do not allow it.
    package static let forbidden: Self = "forbidden"
    package static let notFound: Self = "not-found"
    package static let methodNotAllowed: Self = "method-not-allowed"
    /// A parameter, header or body that cannot be read.
    package static let badRequest: Self = "bad-request"
    /// Another content type than the route takes.
    package static let unsupportedType: Self = "unsupported-type"
    package static let tooLarge: Self = "too-large"
    /// The body did not arrive in time.
    package static let timedOut: Self = "timed-out"
    package static let rateLimited: Self = "rate-limited"
    /// An idempotency key that came before with another body.
    package static let keyReused: Self = "key-reused"
    /// A request with the same idempotency key is being answered.
    package static let keyInUse: Self = "key-in-use"
    /// Too many event streams are open, or the rail is starting or stopping.
    package static let busy: Self = "busy"
    /// A token file that cannot be read, or a token that is not in it.
    package static let badTokenFile: Self = "bad-token-file"
    package static let unknownToken: Self = "unknown-token"
}
