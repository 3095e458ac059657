internal import NexusBase

/// How far evidence can be trusted, in the tiers of EAR (draft-ietf-rats-ear, section 3.2).
public enum TrustTier: String, Sendable, Hashable, CaseIterable, Comparable {
    /// Nothing is claimed.
    case none
    case affirming
    case warning
    case contraindicated

    /// The tier of a value of AR4SI's trust vector (draft-ietf-rats-ar4si, section 2.3.1).
    init(_ value: Int) {
        switch value {
        case 2...31: self = .affirming
        case 32...95: self = .warning
        case 96...: self = .contraindicated
        default: self = .none
        }
    }

    private var weight: Int { Self.allCases.firstIndex(of: self) ?? 0 }
    public static func < (left: Self, right: Self) -> Bool { left.weight < right.weight }
}

/// What an appraisal says of each part, in AR4SI's values (draft-ietf-rats-ar4si, section 2.3.4). Zero: no claim.
public struct TrustVector: Sendable, Hashable {
    /// 2 recognised instance, 96 not bound to the node's keys.
    public var instanceIdentity = 0
    /// 2 approved, 32 allowed though unsafe, 96 refused.
    public var configuration = 0
    /// 2 approved, 96 not among the approved values.
    public var executables = 0
    /// 2 genuine and current, 32 known flaws that the rule puts up with, 96 refused.
    public var hardware = 0
    /// 2 memory is encrypted.
    public var runtimeOpaque = 0

    var values: [(name: Text, value: Int)] {
        [
            ("configuration", configuration), ("executables", executables), ("hardware", hardware),
            ("instance-identity", instanceIdentity), ("runtime-opaque", runtimeOpaque),
        ]
    }

    public var tier: TrustTier { values.map { TrustTier($0.value) }.max() ?? .none }
}
