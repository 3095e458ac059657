/// A structure of variable size, as TPMs frame it (TPM 2.0 Part 2, section 10.4): two bytes of size, big-endian, then
/// the bytes. Read by `ByteReader.sized`.
package enum TPM2B {
    /// The bytes with their size before them: at most 65,535.
    package static func framed(_ bytes: [UInt8]) -> [UInt8] {
        precondition(bytes.count <= UInt16.max, "a TPM's structure has at most 65,535 bytes")
        return [UInt8(bytes.count >> 8), UInt8(bytes.count & 0xFF)] + bytes
    }
}
