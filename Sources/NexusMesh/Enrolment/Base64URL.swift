import NexusBase

/// The base64url alphabet without padding (RFC 4648 section 5), strict on reading.
enum Base64URL {
    static func encode(_ bytes: [UInt8]) -> String {
        let letters = Base64.encode(bytes).utf8.compactMap { letter -> UInt8? in
            switch letter {
            case UInt8(ascii: "+"): UInt8(ascii: "-")
            case UInt8(ascii: "/"): UInt8(ascii: "_")
            case UInt8(ascii: "="): nil
            default: letter
            }
        }
        return String(decoding: letters, as: UTF8.self)
    }

    /// Throws `base.bad-encoding`.
    static func decode(_ text: some StringProtocol) throws -> [UInt8] {
        var letters = try text.utf8.map { letter -> UInt8 in
            switch letter {
            case UInt8(ascii: "-"): UInt8(ascii: "+")
            case UInt8(ascii: "_"): UInt8(ascii: "/")
            case UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="):
                throw BaseError(.badEncoding, "not base64url without padding")
            default: letter
            }
        }
        while letters.count % 4 != 0 { letters.append(UInt8(ascii: "=")) }
        return try Base64.decode(String(decoding: letters, as: UTF8.self))
    }
}
