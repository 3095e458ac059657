public import NexusBase

/// An IPv4 or IPv6 address. An IPv4-mapped IPv6 address is its IPv4 address.
public struct NetworkAddress: Sendable, Hashable {
    /// 4 or 6.
    public let family: Int
    /// The address in the low 32 or all 128 bits.
    public let bits: UInt128

    init(family: Int, bits: UInt128) {
        if family == 6, bits >> 32 == 0xFFFF {
            self.family = 4
            self.bits = bits & 0xFFFF_FFFF
        } else {
            self.family = family
            self.bits = bits
        }
    }

    var width: Int { family == 4 ? 32 : 128 }

    /// Dotted quad or RFC 4291 section 2.2. Throws `policy.conversion`; a zone is refused.
    public init(parsing text: Text) throws {
        let failure = PolicyError(
            .conversion, "IP Address '\(text.string.prefix(60))' parse error during conversion from string")
        if text.utf8.contains(UInt8(ascii: "%")) {
            throw PolicyError(.conversion, "IP Address with zone value is not allowed")
        }
        guard text.utf8.count <= 64 else { throw failure }
        if text.utf8.contains(UInt8(ascii: ":")) {
            guard let bits = Self.version6(Array(text.utf8)) else { throw failure }
            self.init(family: 6, bits: bits)
        } else {
            guard let bits = Self.version4(text.utf8) else { throw failure }
            self.init(family: 4, bits: UInt128(bits))
        }
    }

    private static func version4(_ text: some Collection<UInt8>) -> UInt32? {
        let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var bits: UInt32 = 0
        for part in parts {
            guard (1...3).contains(part.count), part.allSatisfy({ (0x30...0x39).contains($0) }),
                part.count == 1 || part.first != 0x30
            else { return nil }
            let value = part.reduce(0 as UInt32) { $0 * 10 + UInt32($1 - 0x30) }
            guard value < 256 else { return nil }
            bits = bits << 8 | value
        }
        return bits
    }

    private static func version6(_ text: [UInt8]) -> UInt128? {
        // At most one `::` stands for the zeros that are missing.
        var halves: [ArraySlice<UInt8>] = [text[...]]
        if let gap = (0..<max(0, text.count - 1)).first(where: { text[$0] == 0x3A && text[$0 + 1] == 0x3A }) {
            halves = [text[..<gap], text[(gap + 2)...]]
        }
        guard let head = groups(halves[0], isLast: halves.count == 1) else { return nil }
        guard halves.count == 2 else { return head.count == 8 ? join(head) : nil }
        guard let tail = groups(halves[1], isLast: true), head.count + tail.count <= 7 else { return nil }
        return join(head + Array(repeating: 0, count: 8 - head.count - tail.count) + tail)
    }

    private static func join(_ groups: [UInt16]) -> UInt128 { groups.reduce(0) { $0 << 16 | UInt128($1) } }

    private static func groups(_ text: ArraySlice<UInt8>, isLast: Bool) -> [UInt16]? {
        guard !text.isEmpty else { return [] }
        let parts = text.split(separator: 0x3A, omittingEmptySubsequences: false)
        var result: [UInt16] = []
        for (index, part) in parts.enumerated() {
            if isLast, index == parts.count - 1, part.contains(UInt8(ascii: ".")) {
                guard let bits = version4(part) else { return nil }
                result += [UInt16(bits >> 16), UInt16(bits & 0xFFFF)]
            } else {
                guard (1...4).contains(part.count),
                    let value = UInt16(String(decoding: part, as: UTF8.self), radix: 16),
                    part.first != UInt8(ascii: "+"), part.first != UInt8(ascii: "-")
                else { return nil }
                result.append(value)
            }
        }
        return result.count <= 8 ? result : nil
    }

    /// The form of RFC 5952.
    public var text: Text {
        if family == 4 {
            return Text(
                [24, 16, 8, 0].map { String(UInt8(truncatingIfNeeded: bits >> UInt128($0))) }.joined(separator: "."))
        }
        let groups = (0..<8).map { UInt16(truncatingIfNeeded: bits >> UInt128(112 - 16 * $0)) }
        var best = 0..<0
        var start = 0
        while start < 8 {
            var end = start
            while end < 8, groups[end] == 0 { end += 1 }
            if end - start > max(1, best.count) { best = start..<end }
            start = max(end, start + 1)
        }
        func hex(_ part: ArraySlice<UInt16>) -> String { part.map { String($0, radix: 16) }.joined(separator: ":") }
        guard !best.isEmpty else { return Text(hex(groups[...])) }
        return Text("\(hex(groups[..<best.lowerBound]))::\(hex(groups[best.upperBound...]))")
    }

    var isUnspecified: Bool { bits == 0 }
    var isLoopback: Bool { family == 4 ? bits >> 24 == 127 : bits == 1 }
    var isMulticast: Bool { family == 4 ? bits >> 28 == 0xE : bits >> 120 == 0xFF }
    var isLinkLocalMulticast: Bool { family == 4 ? bits >> 8 == 0xE00000 : isMulticast && bits >> 112 & 0xF == 2 }
    var isLinkLocalUnicast: Bool { family == 4 ? bits >> 16 == 0xA9FE : bits >> 118 == 0x3FA }
    /// Any unicast address that is neither unspecified, loopback nor link-local, as Go's netip says it.
    var isGlobalUnicast: Bool {
        !isUnspecified && !isLoopback && !isMulticast && !isLinkLocalUnicast && !(family == 4 && bits == 0xFFFF_FFFF)
    }
}

/// A block of addresses: an address and the length of its prefix.
public struct NetworkBlock: Sendable, Hashable {
    public let address: NetworkAddress
    public let prefixLength: Int

    /// `192.168.0.0/24`. Throws `policy.conversion`.
    public init(parsing text: Text) throws {
        if text.utf8.contains(UInt8(ascii: "%")) {
            throw PolicyError(.conversion, "CIDR with zone value is not allowed")
        }
        let failure = PolicyError(.conversion, "network address parse error during conversion from string")
        let parts = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard parts.count == 2, (1...3).contains(parts[1].count), parts[1].allSatisfy({ (0x30...0x39).contains($0) }),
            parts[1].count == 1 || parts[1].first != 0x30, let length = Int(Substring(parts[1]))
        else { throw failure }
        let address = try NetworkAddress(parsing: Text(String(Substring(parts[0]))))
        guard length <= address.width else { throw failure }
        self.init(address: address, prefixLength: length)
    }

    init(address: NetworkAddress, prefixLength: Int) {
        self.address = address
        self.prefixLength = prefixLength
    }

    var masked: NetworkBlock {
        let hostBits = UInt128(address.width - prefixLength)
        let bits = hostBits >= 128 ? 0 : (address.bits >> hostBits) << hostBits
        return NetworkBlock(address: NetworkAddress(family: address.family, bits: bits), prefixLength: prefixLength)
    }

    func contains(_ other: NetworkAddress) -> Bool {
        other.family == address.family
            && NetworkBlock(address: other, prefixLength: prefixLength).masked.address.bits == masked.address.bits
    }

    func contains(_ other: NetworkBlock) -> Bool { prefixLength <= other.prefixLength && contains(other.address) }

    public var text: Text { Text("\(address.text)/\(prefixLength)") }
}
