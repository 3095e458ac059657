public import NexusBase
public import NexusLog

/// A signed checkpoint with its anchors, as a file beside the log (format anchor-v1).
public struct AnchoredCheckpoint: Sendable, Hashable {
    static let format: Text = "nexus.anchored-checkpoint/v1"

    /// The note that was anchored, byte for byte.
    public let note: Text
    public let anchors: [Anchor]

    public init(note: Text, anchors: [Anchor]) {
        self.note = note
        self.anchors = anchors
    }

    public var bytes: [UInt8] {
        let json: JSON = [
            "anchors": .array(anchors.map(\.json)), "checkpoint": .string(note), "format": .string(Self.format),
        ]
        return json.canonicalBytes
    }

    /// Throws `base.*` for another form, `anchor.bad-file`, `log.bad-anchor`.
    public init(parsing bytes: [UInt8]) throws {
        var fields = try Fields(JSON(parsingCanonical: bytes, bytesMax: 2 * LogLimits.noteBytesMax), at: "anchored")
        guard try fields.text("format", bytesMax: 256) == Self.format else {
            throw AnchorError(.badFile, "\(Self.format) is needed", at: "anchored.format")
        }
        note = try fields.text("checkpoint", bytesMax: LogLimits.noteBytesMax)
        anchors = try fields.list("anchors", countMax: LogLimits.anchorsMax) { try Anchor(json: $0, at: $1) }
        try fields.finish()
        guard !anchors.isEmpty else { throw AnchorError(.badFile, "no anchor", at: "anchored.anchors") }
    }
}

extension Anchor {
    /// `{"kind", "proof"}`.
    public var json: JSON { ["kind": .string(kind), "proof": .base64(proof)] }

    /// Throws `base.*` or `log.bad-anchor`.
    public init(json: JSON, at place: String) throws {
        var fields = try Fields(json, at: place)
        let kind = try fields.text("kind", bytesMax: LogLimits.anchorKindBytesMax)
        let proof = try fields.bytes("proof", countMax: LogLimits.anchorBytesMax)
        try fields.finish()
        do { try self.init(kind: kind, proof: proof) } catch let error as LogError { throw error.at(place) }
    }
}
