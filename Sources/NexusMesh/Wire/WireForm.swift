import Foundation
import NexusBase
import SwiftProtobuf

/// A value with a form in wire-v1.
protocol WireForm: Sendable {
    associatedtype Form: SwiftProtobuf.Message

    /// What an error calls the outermost place.
    static var place: String { get }
    static var bytesMax: Int { get }

    /// Throws `mesh.malformed-frame` or `mesh.too-large` with the field's place.
    init(form: Form) throws
    var form: Form { get throws }
}

extension WireForm {
    /// Reads one frame. Bytes that are not this version's one encoding of it are refused (wire-v1, "One encoding").
    init(decoding bytes: [UInt8]) throws {
        guard bytes.count <= Self.bytesMax else {
            throw MeshError(.tooLarge, "\(bytes.count) bytes; at most \(Self.bytesMax) are allowed", at: Self.place)
        }
        let form: Form
        do {
            var options = BinaryDecodingOptions()
            options.messageDepthLimit = 8
            options.discardUnknownFields = true
            form = try Form(serializedBytes: bytes, options: options)
        } catch {
            throw MeshError(
                .malformedFrame, "not the protobuf message that wire-v1 describes", at: Self.place, cause: error)
        }
        let again: [UInt8]
        do { again = try form.serializedBytes() } catch {
            throw MeshError(.malformedFrame, "a message with no encoding", at: Self.place, cause: error)
        }
        guard same(again, bytes) else {
            throw MeshError(
                .malformedFrame, "unknown or repeated fields, or another encoding than wire-v1's one", at: Self.place)
        }
        try self.init(form: form)
    }

    func encoded() throws -> [UInt8] {
        let bytes: [UInt8] = try form.serializedBytes()
        guard bytes.count <= Self.bytesMax else {
            throw MeshError(.tooLarge, "\(bytes.count) bytes; at most \(Self.bytesMax) are allowed", at: Self.place)
        }
        return bytes
    }
}

/// `==` of arrays compares byte by byte: measured at a twentieth of a session's time.
private func same(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    guard left.count == right.count, !left.isEmpty else { return left.count == right.count }
    return left.withUnsafeBytes { left in
        right.withUnsafeBytes { right in
            // SAFETY: neither is empty, so both have a base address, and memcmp reads the length that they share.
            memcmp(left.baseAddress!, right.baseAddress!, left.count) == 0
        }
    }
}

/// Throws `mesh.too-large` past the range and `mesh.malformed-frame` below it.
func check(
    _ count: Int, in range: ClosedRange<Int>, of unit: String = "bytes", at place: @autoclosure () -> String
) throws {
    guard !range.contains(count) else { return }
    throw MeshError(
        count > range.upperBound ? .tooLarge : .malformedFrame,
        "\(count) \(unit); \(range.lowerBound) to \(range.upperBound) are allowed", at: place())
}

func digest(_ data: Data, at place: @autoclosure () -> String) throws -> Digest {
    guard let digest = try? Digest(bytes: data) else {
        throw MeshError(.malformedFrame, "\(data.count) bytes; a digest has 32", at: place())
    }
    return digest
}

extension PeerRole {
    init(form: WireRole, at place: String) throws {
        switch form {
        case .node: self = .node
        case .validator: self = .validator
        case .unspecified, .UNRECOGNIZED: throw MeshError(.malformedFrame, "neither node nor validator", at: place)
        }
    }

    var form: WireRole {
        switch self {
        case .node: .node
        case .validator: .validator
        }
    }
}
