import Foundation
import NexusBase

/// A frame from the rail as it is on the wire: payloads sealed.
enum RailFrame: Sendable, Hashable {
    case welcome(Welcome)
    case materials([Material])
    case assignments([SealedAssignment])
    case validationRequest([UInt8])
    case cancel([Digest])
    case drain(reason: String)
    /// The last frame: the rail reads nothing more.
    case goodbye
}

struct SealedAssignment: Sendable, Hashable {
    var token: [UInt8]
    var tokenDigest: Digest
    var sealedPayload: [UInt8]
}

extension RailFrame: WireForm {
    static let place = "rail-frame"
    static let bytesMax = MeshLimits.railFrameBytesMax

    init(form: WireRailFrame) throws {
        switch form.body {
        case .welcome(let welcome): self = .welcome(try Welcome(form: welcome))
        case .materials(let materials): self = .materials(try Self.materials(materials))
        case .assignments(let assignments): self = .assignments(try Self.assignments(assignments))
        case .validationRequest(let bytes):
            try RailMessage.checkValidationRequest(bytes.count)
            self = .validationRequest(Array(bytes))
        case .cancel(let cancel):
            try checkItems(cancel.tokenDigests.count, at: "rail-frame.cancel.token_digests")
            self = .cancel(
                try cancel.tokenDigests.enumerated().map { index, data in
                    try digest(data, at: "rail-frame.cancel.token_digests[\(index)]")
                })
        case .drain(let drain):
            try RailMessage.checkReason(drain.reason)
            self = .drain(reason: drain.reason)
        case .goodbye: self = .goodbye
        case nil: throw MeshError(.malformedFrame, "a frame without a body", at: Self.place)
        }
    }

    private static func materials(_ form: WireMaterials) throws -> [Material] {
        try checkItems(form.items.count, at: "rail-frame.materials.items")
        return try form.items.enumerated().map { index, item in
            let material = Material(
                kind: item.kind, digest: try digest(item.digest, at: "rail-frame.materials.items[\(index)].digest"),
                bytes: Array(item.bytes))
            try material.check(index)
            return material
        }
    }

    private static func assignments(_ form: WireAssignments) throws -> [SealedAssignment] {
        try checkItems(form.items.count, at: "rail-frame.assignments.items")
        return try form.items.enumerated().map { index, item in
            func place(_ field: String) -> String { "rail-frame.assignments.items[\(index)].\(field)" }
            try check(item.tokenEnvelope.count, in: 1...MeshLimits.tokenBytesMax, at: place("token_envelope"))
            let sealed = Assignment.sealOverhead...MeshLimits.payloadBytesMax + Assignment.sealOverhead
            try check(item.sealedPayload.count, in: sealed, at: place("sealed_payload"))
            return SealedAssignment(
                token: Array(item.tokenEnvelope), tokenDigest: try digest(item.tokenDigest, at: place("token_digest")),
                sealedPayload: Array(item.sealedPayload))
        }
    }

    var form: WireRailFrame {
        var frame = WireRailFrame()
        switch self {
        case .welcome(let welcome): frame.welcome = welcome.form
        case .materials(let materials):
            frame.materials.items = materials.map { material in
                var item = WireMaterial()
                item.kind = material.kind
                item.digest = Data(material.digest.bytes)
                item.bytes = Data(material.bytes)
                return item
            }
        case .assignments(let assignments):
            frame.assignments.items = assignments.map { assignment in
                var item = WireAssignment()
                item.tokenEnvelope = Data(assignment.token)
                item.tokenDigest = Data(assignment.tokenDigest.bytes)
                item.sealedPayload = Data(assignment.sealedPayload)
                return item
            }
        case .validationRequest(let bytes): frame.validationRequest = Data(bytes)
        case .cancel(let digests): frame.cancel.tokenDigests = digests.map { Data($0.bytes) }
        case .drain(let reason): frame.drain.reason = reason
        case .goodbye: frame.goodbye = WireGoodbye()
        }
        return frame
    }
}

func checkItems(_ count: Int, at place: @autoclosure () -> String) throws {
    try check(count, in: 1...MeshLimits.itemsPerFrameMax, of: "elements", at: place())
}
