public import NexusBase

/// What verified evidence says, in one vocabulary for all kinds: the names of RFC 9711 (EAT) where it has one.
public struct AttestationClaims: Sendable, Hashable {
    /// A digest that the evidence carries, by the name of its register (`measurement`, `mrtd`, `pcr.sha256.7`).
    public struct Measurement: Sendable, Hashable {
        public let name: Text
        public let value: [UInt8]
    }

    /// A security version of one part.
    public struct Version: Sendable, Hashable {
        public let name: Text
        public let value: Int
    }

    /// A setting that is on or off.
    public struct Flag: Sendable, Hashable {
        public let name: Text
        public let isOn: Bool
    }

    /// The machine: 0x01 and SHA-256 of its hardware identity. Nil if nothing names it.
    public var ueid: [UInt8]?
    /// The maker.
    public var oemid: Text?
    public var hwmodel: Text?
    public var dbgstat: DebugStatus?
    /// The report data: 64 bytes of the guest's or node's choice, the keys' digest first.
    public var nonce: [UInt8] = []
    public var measurements: [Measurement] = []
    public var versions: [Version] = []
    public var flags: [Flag] = []
    /// Where the vendor publishes such a status.
    public var tcbStatus: TCBStatus?
    public var advisories: [Text] = []

    public func measurement(_ name: Text) -> [UInt8]? { measurements.first { $0.name == name }?.value }
    public func version(_ name: Text) -> Int? { versions.first { $0.name == name }?.value }
    public func flag(_ name: Text) -> Bool? { flags.first { $0.name == name }?.isOn }

    /// A machine's UEID (RFC 9711 section 4.2.1, type RAND): a digest, so that a serial number is not published.
    static func ueid(_ kind: AttestationKind, _ identity: [UInt8]) -> [UInt8] {
        [0x01] + Framed.digest("nexus/attestation/ueid/v1", Array(kind.rawValue.utf8), identity).bytes
    }

    /// attestation-v1, "Claims". Bytes are lower-case hexadecimal, as people compare them.
    public var json: JSON {
        [
            "advisories": advisories.isEmpty ? nil : .array(advisories.map { .string($0) }),
            "dbgstat": dbgstat.map { .text($0.rawValue) },
            "eat_nonce": .text(Hex.encode(nonce)),
            "flags": .object(JSONObject(flags.map { ($0.name, .bool($0.isOn)) })),
            "hwmodel": hwmodel.map { .string($0) },
            "measurements": .object(JSONObject(measurements.map { ($0.name, .text(Hex.encode($0.value))) })),
            "oemid": oemid.map { .string($0) },
            "tcbStatus": tcbStatus.map { .text($0.rawValue) },
            "ueid": ueid.map { .text(Hex.encode($0)) },
            "versions": .object(JSONObject(versions.map { ($0.name, .int($0.value)) })),
        ]
    }
}
