public import NexusBase

/// The bits of a Bitstring Status List 1.0 (W3C): entry 0 is the highest bit of the first byte; set means revoked or
/// suspended, as the list's purpose says.
public struct StatusList: Sendable, Hashable {
    /// Why a bit is set. Other purposes of the recommendation are not read.
    public enum Purpose: String, Sendable, Hashable, CaseIterable { case revocation, suspension }

    public let purpose: Purpose
    private(set) var bits: [UInt8]

    /// An empty list. `entries` is rounded up to whole bytes, between the limits.
    public init(purpose: Purpose, entries: Int = TrustLimits.statusEntriesMin) {
        self.purpose = purpose
        let count = min(max(entries, TrustLimits.statusEntriesMin), TrustLimits.statusEntriesMax)
        bits = [UInt8](repeating: 0, count: (count + 7) / 8)
    }

    public var count: Int { bits.count * 8 }
    /// How many entries are set.
    public var setCount: Int { bits.reduce(0) { $0 + $1.nonzeroBitCount } }

    /// Whether the entry is set. Throws `trust.bad-status-list` outside the list.
    public func isSet(_ index: Int) throws -> Bool {
        try check(index)
        return bits[index >> 3] & (0x80 >> UInt8(index & 7)) != 0
    }

    public mutating func set(_ index: Int, to value: Bool) throws {
        try check(index)
        let mask: UInt8 = 0x80 >> UInt8(index & 7)
        if value { bits[index >> 3] |= mask } else { bits[index >> 3] &= ~mask }
    }

    private func check(_ index: Int) throws {
        guard (0..<count).contains(index) else {
            throw TrustError(.badStatusList, "the list has \(count) entries, none of number \(index)")
        }
    }

    /// Multibase base64url of the compressed bits.
    public var encoded: Text { Text("u" + Base64URL.encode(Gzip.deflated(bits))) }

    /// Reads `encoded`. Throws `trust.bad-status-list`, also for fewer or more entries than the limits.
    public init(encoded: Text, purpose: Purpose, at place: String = "encodedList") throws {
        func fail(_ message: String) -> TrustError { TrustError(.badStatusList, message, at: place) }
        guard encoded.utf8.first == UInt8(ascii: "u"), let packed = try? Base64URL.decode(encoded.string.dropFirst())
        else { throw fail("multibase base64url is needed") }
        guard let bits = Gzip.inflated(packed, bytesMax: TrustLimits.statusEntriesMax / 8) else {
            throw fail("not one GZIP member of at most \(TrustLimits.statusEntriesMax / 8) bytes")
        }
        guard bits.count * 8 >= TrustLimits.statusEntriesMin else {
            throw fail("a list has at least \(TrustLimits.statusEntriesMin) entries")
        }
        self.purpose = purpose
        self.bits = bits
    }

    /// The list as an unsigned credential (section 2.2). `url` is the credential's id, where it is published.
    public func credential(url: Text, issuer: Text, validFrom: Instant, validUntil: Instant? = nil) -> JSON {
        [
            "@context": [.string(CredentialContext.v2)],
            "credentialSubject": [
                "encodedList": .string(encoded), "id": .text(url.string + "#list"),
                "statusPurpose": .text(purpose.rawValue), "type": "BitstringStatusList",
            ],
            "id": .string(url), "issuer": .string(issuer),
            "type": ["VerifiableCredential", "BitstringStatusListCredential"],
            "validFrom": .string(DateTimeStamp.text(validFrom)),
            "validUntil": validUntil.map { .string(DateTimeStamp.text($0)) },
        ]
    }

    /// The list in a credential. Throws `trust.bad-status-list`, and base errors.
    public init(in credential: Credential) throws {
        guard credential.types.contains("BitstringStatusListCredential"), credential.subjects.count == 1 else {
            throw TrustError(.badStatusList, "not a BitstringStatusListCredential", at: "credential.type")
        }
        var fields = try Fields(credential.subjects[0], at: "credentialSubject")
        guard try fields.text("type", bytesMax: 64) == "BitstringStatusList" else {
            throw TrustError(.badStatusList, "not a BitstringStatusList", at: "credentialSubject.type")
        }
        let purpose: Purpose = try fields.choice("statusPurpose")
        let encoded = try fields.text("encodedList", bytesMax: TrustLimits.credentialBytesMax)
        try self.init(encoded: encoded, purpose: purpose, at: "credentialSubject.encodedList")
    }
}

/// Where a credential's status stands (section 2.1).
public struct StatusEntry: Sendable, Hashable {
    public let purpose: StatusList.Purpose
    public let index: Int
    /// The URL of the list's credential.
    public let list: Text

    public init(purpose: StatusList.Purpose, index: Int, list: Text) {
        self.purpose = purpose
        self.index = index
        self.list = list
    }

    public var json: JSON {
        [
            "id": .text("\(list)#\(index)"), "statusListCredential": .string(list),
            "statusListIndex": .text(String(index)), "statusPurpose": .text(purpose.rawValue),
            "type": "BitstringStatusListEntry",
        ]
    }

    /// Throws `trust.bad-status-list`, and base errors. An entry of more bits than one is refused.
    init(json: JSON, at place: String) throws {
        var fields = try Fields(json, at: place)
        purpose = try fields.choice("statusPurpose")
        list = try fields.text("statusListCredential", bytesMax: 4096)
        let digits = try fields.text("statusListIndex", bytesMax: 20)
        guard let index = Int(digits.string), index >= 0, String(index) == digits.string else {
            throw TrustError(.badStatusList, "an index is a whole number, as a string", at: "\(place).statusListIndex")
        }
        self.index = index
        if let size = try fields.optionalInteger("statusSize"), size != 1 {
            throw TrustError(.badStatusList, "entries of one bit are read", at: "\(place).statusSize")
        }
    }
}
