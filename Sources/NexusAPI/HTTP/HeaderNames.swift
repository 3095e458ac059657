import HTTPTypes

/// Headers that have no name of their own in HTTPTypes.
enum HeaderNames {
    static let requestID = HTTPField.Name("X-Request-Id")
    static let lastEventID = HTTPField.Name("Last-Event-ID")
    static let retryAfter = HTTPField.Name("Retry-After")
    static let allow = HTTPField.Name("Allow")
    static let vary = HTTPField.Name("Vary")
    static let noSniff = HTTPField.Name("X-Content-Type-Options")
}
