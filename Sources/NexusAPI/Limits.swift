import NIOCore

/// Named maxima of the API (Documentation/API.md).
package enum APILimits {
    static let bodyBytesMax = 2 << 20
    static let batchBytesMax = 16 << 20
    static let moduleBytesMax = 8 << 20
    static let bodyTimeMax = Duration.seconds(30)
    static let idleTimeMax = TimeAmount.seconds(30)
    static let connectionsMax = 4_096
    package static let streamsMax = 2_000
    static let heartbeat = Duration.seconds(15)
    static let keyBytesMax = 128
    /// Answers kept for idempotency keys that come again.
    static let keysKeptMax = 10_000
    static let queryBytesMax = 4_096
    static let queryItemsMax = 32
    static let pathSegmentsMax = 12
    static let compressedBytesMin = 1_024
    static let compressedBytesMax = 4 << 20
    static let tokensMax = 1_000
    static let tokenFileBytesMax = 1 << 20
    static let tokenNameBytesMax = 64
    static let formBytesMax = 8 << 10
    /// A form with files: signed decisions of the largest size, and some room for the form itself.
    static let formFilesBytesMax = 17 << 20
    static let formPartsMax = 64
    /// How long a browser keeps a token.
    static let cookieSeconds = 43_200
    /// Callers whose rate is remembered.
    static let bucketsMax = 10_000
    static let anonymousRate = 20.0
    /// Nodes that metrics tell of one by one.
    static let nodesMeasuredMax = 1_000
    /// How long others may keep a status list: a revocation is seen after that at the latest.
    static let statusListSecondsMax = 60
}
