import NexusBase

/// Writes what the transcript absorbs, and the openings after it.
struct ProofWriter {
    private(set) var bytes: [UInt8] = []

    mutating func send(_ kind: Transcript.Kind, _ root: Digest, _ transcript: inout Transcript) {
        transcript.absorb(kind, root.bytes)
        append(root.bytes)
    }

    mutating func send(_ kind: Transcript.Kind, _ list: [Extension], _ transcript: inout Transcript) {
        let start = bytes.count
        for element in list {
            append(element.first)
            append(element.second)
        }
        transcript.absorb(kind, Array(bytes[start...]))
    }

    mutating func append(_ list: [UInt8]) { bytes += list }

    mutating func append(_ element: Goldilocks) {
        withUnsafeBytes(of: element.raw.littleEndian) { bytes.append(contentsOf: $0) }
    }
}

/// Reads a proof. Messages can only be read through `receive`, which absorbs them; nothing but canonical elements
/// passes.
struct ProofReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func receive(
        _ kind: Transcript.Kind, elements count: Int, _ transcript: inout Transcript
    ) throws -> [Extension] {
        let start = position
        var list: [Extension] = []
        list.reserveCapacity(count)
        for _ in 0..<count { list.append(Extension(try element(), try element())) }
        transcript.absorb(kind, Array(bytes[start..<position]))
        return list
    }

    mutating func receiveRoot(_ kind: Transcript.Kind, _ transcript: inout Transcript) throws -> Digest {
        let list = try take(32)
        transcript.absorb(kind, list)
        return try Digest(bytes: list)
    }

    /// After the last challenge.
    mutating func digest() throws -> Digest { try Digest(bytes: take(32)) }

    mutating func take(_ count: Int) throws -> [UInt8] {
        guard bytes.count - position >= count else {
            throw ProofError(.malformed, "the proof ends early", at: "byte \(position)")
        }
        defer { position += count }
        return Array(bytes[position..<position + count])
    }

    mutating func element() throws -> Goldilocks {
        guard bytes.count - position >= 8 else {
            throw ProofError(.malformed, "the proof ends early", at: "byte \(position)")
        }
        let word = bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: position, as: UInt64.self) }
        guard let element = Goldilocks(exactly: UInt64(littleEndian: word)) else {
            throw ProofError(.malformed, "a field element that is not below the modulus", at: "byte \(position)")
        }
        position += 8
        return element
    }

    func finish() throws {
        guard position == bytes.count else {
            throw ProofError(.malformed, "\(bytes.count - position) bytes after the proof", at: "byte \(position)")
        }
    }
}
