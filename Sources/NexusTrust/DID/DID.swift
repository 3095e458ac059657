public import NexusBase

/// A decentralised identifier (W3C DID Core 1.0). `did:key` is resolved here, offline; other methods are read as names.
public struct DID: Sendable, Hashable, Comparable, CustomStringConvertible {
    public let text: Text

    /// Checks the grammar of DID Core section 3.1. Throws `trust.bad-did`.
    public init(parsing text: Text) throws {
        guard text.utf8.count <= TrustLimits.didBytesMax, text.withBytes(Self.isDID) else {
            throw TrustError(.badDID, "not a DID: \"\(text.string.prefix(80))\"")
        }
        self.text = text
    }

    /// `did:`, a method of lower-case letters and digits, a colon, and an identifier that does not end in a colon.
    private static func isDID(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard bytes.starts(with: "did:".utf8), let colon = bytes[4...].firstIndex(of: UInt8(ascii: ":")) else {
            return false
        }
        let (method, identifier) = (bytes[4..<colon], bytes[(colon + 1)...])
        func isLowerOrDigit(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) }
        func isIdentifier(_ byte: UInt8) -> Bool {
            switch byte {
            case UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: ":"), UInt8(ascii: "%"): true
            default: isLowerOrDigit(byte) || (0x41...0x5A).contains(byte)
            }
        }
        return !method.isEmpty && method.allSatisfy(isLowerOrDigit) && !identifier.isEmpty
            && identifier.allSatisfy(isIdentifier) && identifier.last != UInt8(ascii: ":")
    }

    init(suite: SignatureSuite, key: [UInt8]) {
        text = Text("did:key:z" + Base58.encode(suite.codec + key))
    }

    /// The key that a `did:key` names (did:key method; Documentation/Formats/did-key-v1.md). Throws `trust.bad-did`,
    /// `trust.unknown-suite`, `trust.bad-key`.
    public func verificationKey() throws -> VerificationKey {
        let count = text.utf8.count
        guard text.utf8.starts(with: "did:key:z".utf8), count <= TrustLimits.didKeyBytesMax else {
            throw TrustError(.badDID, "no did:key: \"\(text.string.prefix(80))\"")
        }
        let decoded = try Base58.decode(text.string.dropFirst("did:key:z".count))
        let suite = SignatureSuite.allCases.first { decoded.starts(with: $0.codec) }
        guard count <= TrustLimits.classicalKeyBytesMax || suite?.isPostQuantum == true else {
            throw TrustError(.badDID, "too long for a did:key of its kind: \(short)")
        }
        guard let suite else {
            throw TrustError(.unknownSuite, "a did:key of a kind that is not read here: \(text)")
        }
        return try VerificationKey(suite: suite, bytes: Array(decoded.dropFirst(suite.codec.count)))
    }

    public var description: String { text.string }
    public var json: JSON { .string(text) }
    /// The last eight characters, for people.
    public var short: String { "…" + text.string.suffix(8) }

    public static func < (left: DID, right: DID) -> Bool { left.text < right.text }
}

extension Fields {
    /// A DID, with its grammar checked.
    public mutating func did(_ key: Text) throws -> DID {
        let text = try text(key, bytesMax: TrustLimits.didBytesMax)
        do { return try DID(parsing: text) } catch let error as TrustError { throw error.at(path(key)) }
    }
}
