internal import NexusBase

/// Takes a fixed layout apart from front to back; every error names the field and its offset.
struct ByteReader {
    let bytes: ArraySlice<UInt8>
    let code: AttestationError.Code
    let place: String
    private(set) var position: Int

    init(_ bytes: ArraySlice<UInt8>, code: AttestationError.Code, place: String) {
        self.bytes = bytes
        self.code = code
        self.place = place
        position = bytes.startIndex
    }

    init(_ bytes: [UInt8], code: AttestationError.Code, place: String) {
        self.init(bytes[...], code: code, place: place)
    }

    /// Bytes taken so far.
    var offset: Int { position - bytes.startIndex }
    var remaining: Int { bytes.endIndex - position }

    func failure(_ message: String, _ field: String) -> AttestationError {
        AttestationError(code, message, at: "\(place).\(field), byte \(offset)")
    }

    mutating func slice(_ count: Int, _ field: String) throws -> ArraySlice<UInt8> {
        guard count >= 0, count <= remaining else {
            throw failure("\(count) bytes are needed, \(remaining) are left", field)
        }
        defer { position += count }
        return bytes[position..<position + count]
    }

    mutating func take(_ count: Int, _ field: String) throws -> [UInt8] { Array(try slice(count, field)) }

    /// The rest.
    mutating func rest() -> [UInt8] {
        defer { position = bytes.endIndex }
        return Array(bytes[position...])
    }

    mutating func byte(_ field: String) throws -> UInt8 {
        let taken = try slice(1, field)
        return taken[taken.startIndex]
    }

    mutating func little<Integer: FixedWidthInteger & UnsignedInteger>(
        _ field: String, as type: Integer.Type = Integer.self
    ) throws -> Integer {
        try slice(MemoryLayout<Integer>.size, field).reversed().reduce(0) { $0 << 8 | Integer($1) }
    }

    mutating func big<Integer: FixedWidthInteger & UnsignedInteger>(
        _ field: String, as type: Integer.Type = Integer.self
    ) throws -> Integer {
        try slice(MemoryLayout<Integer>.size, field).reduce(0) { $0 << 8 | Integer($1) }
    }

    /// Bytes that the format reserves: they must be zero, so that nothing hides in them.
    mutating func zeros(_ count: Int, _ field: String) throws {
        let start = self
        guard try slice(count, field).allSatisfy({ $0 == 0 }) else {
            throw start.failure("reserved bytes are zero", field)
        }
    }

    func finish() throws {
        guard remaining == 0 else { throw failure("\(remaining) bytes follow the end", "end") }
    }
}
