public import NexusBase

/// What a committee approved about machines: which kinds of evidence count, whose roots, which programs, how old a
/// firmware (attestation-v1, "Reference values"). A kind without a rule is refused; `simulated` is a kind like others.
public struct ReferenceValues: Sendable, Hashable {
    /// A register and the values that it may have.
    public struct Register: Sendable, Hashable {
        public let name: Text
        public let values: [[UInt8]]

        public init(name: Text, values: [[UInt8]]) {
            self.name = name
            self.values = values
        }
    }

    /// A security version and the least or greatest number that it may have.
    public struct Bound: Sendable, Hashable {
        public let name: Text
        public let least: Int?
        public let greatest: Int?

        public init(name: Text, least: Int? = nil, greatest: Int? = nil) {
            self.name = name
            self.least = least
            self.greatest = greatest
        }
    }

    public struct Rule: Sendable, Hashable {
        public let kind: AttestationKind
        public let roots: [TrustRoot]
        /// Each must have one of its values.
        public let registers: [Register]
        public let versions: [Bound]
        /// Settings that must be as they stand here.
        public let flags: [AttestationClaims.Flag]
        /// Statuses that are put up with, where the vendor publishes one.
        public let tcbStatus: [TCBStatus]
        /// Machines that can be debugged are put up with: for rehearsals.
        public let allowsDebugging: Bool
        /// A current revocation list is needed for every certificate.
        public let requiresRevocationLists: Bool

        public init(
            kind: AttestationKind, roots: [TrustRoot] = [], registers: [Register] = [], versions: [Bound] = [],
            flags: [AttestationClaims.Flag] = [], tcbStatus: [TCBStatus] = [], allowsDebugging: Bool = false,
            requiresRevocationLists: Bool = false
        ) {
            self.kind = kind
            self.roots = roots
            self.registers = registers
            self.versions = versions
            self.flags = flags
            self.tcbStatus = tcbStatus
            self.allowsDebugging = allowsDebugging
            self.requiresRevocationLists = requiresRevocationLists
        }
    }

    /// One a kind, in the order of the kinds' names.
    public let rules: [Rule]

    /// Throws `attestation.malformed-evidence` if a kind has two rules, or a rule of hardware has no root or no
    /// register: it would approve every machine or every program.
    public init(rules: [Rule]) throws {
        self.rules = rules.sorted { $0.kind.rawValue < $1.kind.rawValue }
        func malformed(_ message: String, _ rule: Rule) -> AttestationError {
            AttestationError(.malformedEvidence, message, at: "rules.\(rule.kind.rawValue)")
        }
        for (rule, next) in zip(self.rules, self.rules.dropFirst()) where rule.kind == next.kind {
            throw malformed("a kind has one rule", rule)
        }
        for rule in rules {
            for names in [rule.registers.map(\.name), rule.versions.map(\.name), rule.flags.map(\.name)] {
                guard Set(names).count == names.count else { throw malformed("a name stands once", rule) }
            }
            if rule.kind == .simulated {
                guard rule == Rule(kind: .simulated) else { throw malformed("nothing can be asked of simulated", rule) }
            } else {
                guard !rule.roots.isEmpty else { throw malformed("name a root", rule) }
                guard !rule.registers.isEmpty, rule.registers.allSatisfy({ !$0.values.isEmpty }) else {
                    throw malformed("name a register and its approved values", rule)
                }
            }
        }
    }

    public func rule(for kind: AttestationKind) -> Rule? { rules.first { $0.kind == kind } }

    /// SHA-256 of the canonical bytes: what a committee approves.
    public var digest: Digest { json.digest }
}
