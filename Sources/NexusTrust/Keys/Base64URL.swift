import NexusBase

/// base64url without padding (RFC 4648 section 5, RFC 7515 section 2), strict on reading: one text for each byte
/// string.
package enum Base64URL {
    package static func encode(_ bytes: [UInt8]) -> String {
        String(
            decoding: Base64.encode(bytes).utf8.lazy.filter { $0 != 0x3D }.map { letter -> UInt8 in
                letter == UInt8(ascii: "+")
                    ? UInt8(ascii: "-") : letter == UInt8(ascii: "/") ? UInt8(ascii: "_") : letter
            }, as: UTF8.self)
    }

    /// A letter that only the other alphabet has, or padding.
    private static func isOther(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "+") || byte == UInt8(ascii: "/") || byte == UInt8(ascii: "=")
    }

    /// Throws `base.bad-encoding`.
    package static func decode(_ text: some StringProtocol) throws -> [UInt8] {
        let count = text.utf8.count
        guard count % 4 != 1, !text.utf8.contains(where: isOther) else {
            throw BaseError(.badEncoding, "not base64url without padding")
        }
        var standard = text.utf8.map { letter -> UInt8 in
            letter == UInt8(ascii: "-") ? UInt8(ascii: "+") : letter == UInt8(ascii: "_") ? UInt8(ascii: "/") : letter
        }
        standard += [UInt8](repeating: 0x3D, count: (4 - count % 4) % 4)
        return try Base64.decode(String(decoding: standard, as: UTF8.self))
    }
}
