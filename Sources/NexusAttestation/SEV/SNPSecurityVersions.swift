public import NexusBase

/// AMD's processor lines with SEV-SNP; the layout of their security versions differs.
public enum SNPProduct: String, Sendable, Hashable, CaseIterable {
    case milan = "Milan"
    case genoa = "Genoa"
    case turin = "Turin"

    /// From the product name in an endorsement certificate: `Milan-B0` is Milan.
    init?(certificateName: String) {
        let line = certificateName.prefix { $0 != "-" }
        guard let product = Self.allCases.first(where: { $0.rawValue.utf8.elementsEqual(line.utf8) }) else {
            return nil
        }
        self = product
    }

    init?(_ processor: SNPReport.Processor) {
        switch (processor.family, processor.model) {
        case (0x19, 0x00...0x0F): self = .milan
        case (0x19, 0x10...0x1F), (0x19, 0xA0...0xAF): self = .genoa
        case (0x1A, 0x00...0x11): self = .turin
        default: return nil
        }
    }
}

/// The security versions of the parts of one platform (TCB_VERSION).
public struct SNPSecurityVersions: Sendable, Hashable {
    /// Eight bytes as they stand in a report.
    public struct Raw: Sendable, Hashable {
        public let bytes: [UInt8]

        init(_ reader: inout ByteReader, _ field: String) throws { bytes = try reader.take(8, field) }
        init(bytes: [UInt8]) { self.bytes = bytes }
    }

    /// Parts in the order of their bytes, each with its version.
    public let parts: [(name: Text, version: UInt8)]

    /// Throws `attestation.malformed-report` if a reserved byte is not zero.
    init(_ raw: Raw, of product: SNPProduct, at place: String) throws {
        let names: [Text?] =
            switch product {
            case .milan, .genoa: ["bootloader", "tee", nil, nil, nil, nil, "snp", "microcode"]
            case .turin: ["fmc", "bootloader", "tee", "snp", nil, nil, nil, "microcode"]
            }
        var parts: [(name: Text, version: UInt8)] = []
        for (name, version) in zip(names, raw.bytes) {
            if let name {
                parts.append((name, version))
            } else if version != 0 {
                throw AttestationError(.malformedReport, "reserved security versions are zero", at: place)
            }
        }
        self.parts = parts
    }

    public func version(_ name: Text) -> UInt8? { parts.first { $0.name == name }?.version }

    /// Whether no part is newer than in `other`.
    func isAtMost(_ other: SNPSecurityVersions) -> Bool {
        zip(parts, other.parts).allSatisfy { $0.name == $1.name && $0.version <= $1.version }
    }

    public static func == (left: Self, right: Self) -> Bool {
        left.parts.count == right.parts.count && zip(left.parts, right.parts).allSatisfy { $0 == $1 }
    }

    public func hash(into hasher: inout Hasher) {
        for part in parts {
            hasher.combine(part.name)
            hasher.combine(part.version)
        }
    }
}
