internal import NexusBase

/// The guest policy that the firmware enforces (AMD publication 56860, table "Guest Policy Structure").
public struct SNPPolicy: Sendable, Hashable {
    public let rawValue: UInt64

    /// Throws `attestation.malformed-report` unless bit 17 is one and the reserved bits are zero.
    init(rawValue: UInt64) throws {
        guard rawValue >> 17 & 1 == 1, rawValue >> 26 == 0 else {
            throw AttestationError(.malformedReport, "bit 17 is one, bits 26 to 63 are zero", at: "report.policy")
        }
        self.rawValue = rawValue
    }

    /// The least version of the firmware's interface.
    public var interface: (major: Int, minor: Int) { (Int(rawValue >> 8 & 0xFF), Int(rawValue & 0xFF)) }
    public var allowsSimultaneousMultithreading: Bool { has(16) }
    /// A migration agent may take the guest to another machine.
    public var allowsMigration: Bool { has(18) }
    /// The host may read and change the guest's memory.
    public var allowsDebugging: Bool { has(19) }
    public var needsSingleSocket: Bool { has(20) }
    public var allowsCXL: Bool { has(21) }
    public var needsAES256XTS: Bool { has(22) }
    public var needsPowerReportsOff: Bool { has(23) }
    public var needsCiphertextHiding: Bool { has(24) }
    public var needsPageSwapOff: Bool { has(25) }

    private func has(_ bit: Int) -> Bool { rawValue >> bit & 1 == 1 }
}
