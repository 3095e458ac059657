public import NexusBase

/// A DID and what stands after it: path, query, fragment (W3C DID Core 1.0 section 3.2).
public struct DIDURL: Sendable, Hashable, CustomStringConvertible {
    public let did: DID
    public let path: Text
    public let query: Text?
    public let fragment: Text?
    public let text: Text

    /// Reads an absolute DID URL, or `#fragment` of `base`. Throws `trust.bad-did`.
    public init(parsing given: Text, relativeTo base: DID? = nil) throws {
        var text = given
        if let base, text.utf8.first == UInt8(ascii: "#") { text = Text(base.text.string + given.string) }
        let bytes = Array(text.utf8)
        guard bytes.count <= TrustLimits.didBytesMax * 2 else {
            throw TrustError(.badDID, "a DID URL has at most \(TrustLimits.didBytesMax * 2) bytes")
        }
        let allowed = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~!$&'()*+,;=:@%/?".utf8)
        let hash = bytes.firstIndex(of: UInt8(ascii: "#")) ?? bytes.endIndex
        let question = bytes[..<hash].firstIndex(of: UInt8(ascii: "?")) ?? hash
        let slash = bytes[..<question].firstIndex(of: UInt8(ascii: "/")) ?? question
        let parts = [bytes[slash..<question], bytes[question..<hash].dropFirst(), bytes[hash...].dropFirst()]
        guard parts.allSatisfy({ $0.allSatisfy(allowed.contains) }) else {
            throw TrustError(.badDID, "not a DID URL: \"\(text.string.prefix(80))\"")
        }
        func part(_ bytes: ArraySlice<UInt8>) -> Text { Text(String(decoding: bytes, as: UTF8.self)) }
        did = try DID(parsing: part(bytes[..<slash]))
        path = part(parts[0])
        query = question < hash ? part(parts[1]) : nil
        fragment = hash < bytes.endIndex ? part(parts[2]) : nil
        self.text = text
    }

    public var description: String { text.string }
    public var json: JSON { .string(text) }
}
