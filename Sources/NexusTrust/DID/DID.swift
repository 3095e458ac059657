public import NexusBase

/// A decentralised identifier (W3C DID Core 1.0). `did:key` is resolved here, offline; other methods are read as names.
public struct DID: Sendable, Hashable, Comparable, CustomStringConvertible {
    public let text: Text

    /// Checks the grammar of DID Core section 3.1. Throws `trust.bad-did`.
    public init(parsing text: Text) throws {
        let bytes = Array(text.utf8)
        let parts = bytes.split(separator: UInt8(ascii: ":"), maxSplits: 2, omittingEmptySubsequences: false)
        let idCharacters = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_:%".utf8)
        guard bytes.count <= TrustLimits.didBytesMax, parts.count == 3, parts[0].elementsEqual("did".utf8),
            !parts[1].isEmpty, parts[1].allSatisfy({ (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) }),
            !parts[2].isEmpty, parts[2].allSatisfy(idCharacters.contains), parts[2].last != UInt8(ascii: ":")
        else { throw TrustError(.badDID, "not a DID: \"\(text.string.prefix(80))\"") }
        self.text = text
    }

    init(key: VerificationKey) {
        let codec: [UInt8] = key.suite == .ed25519 ? [0xED, 0x01] : [0x80, 0x24]
        text = Text("did:key:z" + Base58.encode(codec + key.bytes))
    }

    /// The key that a `did:key` names (did:key method, Ed25519 and P-256). Throws `trust.bad-did`.
    public func verificationKey() throws -> VerificationKey {
        guard text.utf8.starts(with: "did:key:z".utf8), text.utf8.count < 200 else {
            throw TrustError(.badDID, "no did:key: \"\(text.string.prefix(80))\"")
        }
        let decoded = try Base58.decode(text.string.dropFirst("did:key:z".count))
        switch (decoded.first, decoded.dropFirst().first) {
        case (0xED, 0x01): return try VerificationKey(suite: .ed25519, bytes: Array(decoded.dropFirst(2)))
        case (0x80, 0x24): return try VerificationKey(suite: .ecdsaP256, bytes: Array(decoded.dropFirst(2)))
        default: throw TrustError(.unknownSuite, "a did:key of a kind that is not read here: \(text)")
        }
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

/// base58btc, as multibase `z` uses it.
enum Base58 {
    private static let alphabet = Array("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz".utf8)

    static func encode(_ bytes: [UInt8]) -> String {
        var digits: [UInt8] = []
        for byte in bytes {
            var carry = Int(byte)
            for index in digits.indices {
                carry += Int(digits[index]) << 8
                digits[index] = UInt8(carry % 58)
                carry /= 58
            }
            while carry > 0 {
                digits.append(UInt8(carry % 58))
                carry /= 58
            }
        }
        let zeros = bytes.prefix { $0 == 0 }.map { _ in alphabet[0] }
        return String(decoding: zeros + digits.reversed().map { alphabet[Int($0)] }, as: UTF8.self)
    }

    static func decode(_ text: some StringProtocol) throws -> [UInt8] {
        var bytes: [UInt8] = []
        for letter in text.utf8 {
            guard let value = alphabet.firstIndex(of: letter) else {
                throw TrustError(.badDID, "not base58btc")
            }
            var carry = value
            for index in bytes.indices {
                carry += Int(bytes[index]) * 58
                bytes[index] = UInt8(carry & 0xFF)
                carry >>= 8
            }
            while carry > 0 {
                bytes.append(UInt8(carry & 0xFF))
                carry >>= 8
            }
        }
        return text.utf8.prefix { $0 == alphabet[0] }.map { _ in 0 } + bytes.reversed()
    }
}
