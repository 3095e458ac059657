import NexusBase

/// Strict reading of the pieces that notes, checkpoints, keys and proof files share.
enum Lines {
    /// Valid UTF-8 without control characters other than newline, or nil.
    static func text(_ bytes: some Collection<UInt8>) -> String? {
        guard bytes.allSatisfy({ $0 >= 0x20 || $0 == 0x0A }) else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }

    /// The lines of text that ends in a newline, without their newlines; nil if it does not end so.
    static func split(_ bytes: ArraySlice<UInt8>) -> [ArraySlice<UInt8>]? {
        guard bytes.last == 0x0A else { return nil }
        return bytes.dropLast().split(separator: 0x0A, omittingEmptySubsequences: false)
    }

    /// ASCII decimal without leading zeros, from 0 to `largest`.
    static func decimal(_ digits: some Collection<UInt8>, upTo largest: Int = LogLimits.treeSizeMax) -> Int? {
        guard let first = digits.first, digits.count == 1 || first != 0x30, digits.count <= 19 else { return nil }
        var value = 0
        for digit in digits {
            guard (0x30...0x39).contains(digit) else { return nil }
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, overflowAgain) = product.addingReportingOverflow(Int(digit - 0x30))
            guard !overflow, !overflowAgain else { return nil }
            value = sum
        }
        return value <= largest ? value : nil
    }

    /// Canonical base64 of 32 bytes, or nil.
    static func digest(_ line: some Collection<UInt8>) -> Digest? {
        guard line.count == 44, let bytes = base64(line) else { return nil }
        return try? Digest(bytes: bytes)
    }

    static func base64(_ characters: some Collection<UInt8>) -> [UInt8]? {
        try? Base64.decode(String(decoding: characters, as: UTF8.self))
    }

    /// A key name: not empty, no Unicode spaces, no plus, no control characters (signed-note, "Format").
    static func isKeyName(_ name: Text) -> Bool {
        !name.isEmpty && name.utf8.count <= LogLimits.nameBytesMax
            && name.string.unicodeScalars.allSatisfy { $0 != "+" && $0.value >= 0x20 && !$0.properties.isWhitespace }
    }

    /// An origin: a line of text that is not empty.
    static func isOrigin(_ origin: Text) -> Bool {
        !origin.isEmpty && origin.utf8.count <= LogLimits.nameBytesMax && origin.utf8.allSatisfy { $0 >= 0x20 }
    }
}

extension [UInt8] {
    mutating func append(bigEndian value: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
    }
}

extension Collection<UInt8> {
    /// The bytes as one big-endian number; at most eight of them.
    var bigEndianValue: UInt64 { reduce(0) { $0 << 8 | UInt64($1) } }
}
