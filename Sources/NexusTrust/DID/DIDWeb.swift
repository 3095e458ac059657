public import NexusBase

/// The did:web method (W3C CCG): where the document of such a DID lies. Pure; fetching is the shell's.
public enum DIDWeb {
    /// The https URL of the document. Throws `trust.bad-did` for hosts that are addresses or have one label only, and
    /// for path segments that would climb or hide a slash.
    public static func url(of did: DID) throws -> Text {
        let failure = TrustError(.badDID, "no did:web that can be fetched: \"\(did.text.string.prefix(80))\"")
        let parts = did.text.string.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count >= 3, parts[1] == "web", parts.count <= 18 else { throw failure }
        guard let authority = host(parts[2]) else { throw failure }
        let segments = parts.dropFirst(3)
        guard segments.allSatisfy(isSegment) else { throw failure }
        let path = segments.isEmpty ? ".well-known" : segments.joined(separator: "/")
        return Text("https://\(authority)/\(path)/did.json")
    }

    /// Host and port, in lower case; the port's colon is percent-encoded in the DID.
    private static func host(_ text: Substring) -> String? {
        let lower = String(decoding: text.utf8.map { (0x41...0x5A).contains($0) ? $0 + 32 : $0 }, as: UTF8.self)
        var name = lower[...]
        var port = ""
        if let colon = lower.firstRange(of: "%3a") {
            name = lower[..<colon.lowerBound]
            let digits = lower[colon.upperBound...]
            guard let number = UInt16(digits), number > 0, String(number) == digits else { return nil }
            port = ":\(number)"
        }
        let labels = name.split(separator: ".", omittingEmptySubsequences: false)
        guard labels.count >= 2, name.utf8.count <= 253, labels.allSatisfy(isLabel) else { return nil }
        // A last label of digits would be an address.
        guard let last = labels.last, last.utf8.contains(where: { !(0x30...0x39).contains($0) }) else { return nil }
        return name + port
    }

    private static func isLabel(_ label: Substring) -> Bool {
        (1...63).contains(label.utf8.count) && label.utf8.first != 0x2D && label.utf8.last != 0x2D
            && label.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D }
    }

    private static func isSegment(_ segment: Substring) -> Bool {
        var decoded: [UInt8] = []
        var bytes = segment.utf8[...]
        while let byte = bytes.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                decoded.append(byte)
                continue
            }
            guard bytes.count >= 2, let value = UInt8(String(decoding: bytes.prefix(2), as: UTF8.self), radix: 16)
            else {
                return false
            }
            decoded.append(value)
            bytes = bytes.dropFirst(2)
        }
        return !decoded.isEmpty && !decoded.elementsEqual(".".utf8) && !decoded.elementsEqual("..".utf8)
            && decoded.allSatisfy { $0 > 0x20 && $0 != 0x7F && !"/\\?#%".utf8.contains($0) }
    }
}
