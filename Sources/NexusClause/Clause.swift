public import NexusBase

/// A clause document (Documentation/Formats/clause-v1.md): text, trigger, occurrence, inputs, computation, terms,
/// execution rule, actions and governance of one agreement.
public struct Clause: Sendable, Hashable {
    public static let format: Text = "nexus.clause/v1"

    public let id: ClauseID
    public let title: Text
    public let language: Text
    /// The agreement as its parties read it.
    public let text: Text
    /// What it is about, for search: `insurance.parametric`.
    public let domain: Text
    /// ISO 3166-1 alpha-2 code of the law it stands under, or a code that the rail's parties agreed.
    public let jurisdiction: Text
    public let parties: [Party]
    public let validity: Validity
    public let trigger: Trigger
    public let occurrence: OccurrenceRule
    public let inputs: [Input]
    public let parameters: [Parameter]
    public let computation: Computation
    public let outputs: [Output]
    public let terms: [TermRule]
    public let execution: ExecutionRule
    public let actions: [Action]
    /// Actions that a correction of an earlier certificate fires, by name.
    public let correctionActions: [Text]
    public let governance: GovernanceRule

    /// The canonical JSON that is hashed and signed.
    public let json: JSON
    /// SHA-256 of the canonical JSON.
    public let digest: Digest

    public struct Party: Sendable, Hashable {
        public let name: Text
        public let role: Text
    }

    /// Events are taken from `from` on and before `until`.
    public struct Validity: Sendable, Hashable {
        public let from: Instant
        public let until: Instant?
    }

    public struct Trigger: Sendable, Hashable {
        public enum Kind: String, Sendable, Hashable, CaseIterable {
            case schedule, reading, proposal, simulation, manual
        }
        public let kinds: [Kind]
        /// Who or what may send the event; free text for people.
        public let source: Text
    }

    /// What names one occurrence: a season, a day, an event number.
    public struct OccurrenceRule: Sendable, Hashable {
        public enum Kind: String, Sendable, Hashable, CaseIterable { case integer, date, text }
        public let name: Text
        public let kind: Kind
        /// For integers, inclusive.
        public let minimum: Int?
        public let maximum: Int?
    }

    public struct Input: Sendable, Hashable {
        public enum Kind: String, Sendable, Hashable, CaseIterable {
            case decimal, text
            /// A private input, known by the root of its commitment (proof-v1).
            case committed
        }
        public let name: Text
        public let kind: Kind
        public let unit: Text?
        /// The feed that must have signed the value, by the name the committee approved it under; any source if nil.
        public let feed: Text?
        public let editions: [Text]
        public let minimum: ExactDecimal?
        public let maximum: ExactDecimal?
        /// Where those live whose personal data the value is; nil where it is about nobody.
        public let residency: Text?
    }

    public struct Parameter: Sendable, Hashable {
        public let name: Text
        public let value: ExactDecimal
        public let unit: Text?
    }

    public struct Output: Sendable, Hashable {
        public let name: Text
        public let unit: Text?
    }

    public struct TermRule: Sendable, Hashable {
        /// What a term's verdict means for the signal.
        public enum Role: String, Sendable, Hashable, CaseIterable {
            /// All trigger terms must hold for TRIGGER.
            case trigger
            /// One that does not hold makes FAIL.
            case obligation
            /// Reported with its margin, without effect.
            case information
        }
        public let name: Text
        public let expression: Text
        public let unit: Text?
        public let role: Role
        /// A margin closer to zero than this makes ESCALATE.
        public let reviewBand: ExactDecimal?
    }

    public struct GovernanceRule: Sendable, Hashable {
        /// Checks that must hold before a job runs, as policy expressions with the reason for a refusal.
        public let policies: [Policy]
        /// Who answers for the clause.
        public let contact: Text

        public struct Policy: Sendable, Hashable {
            public let name: Text
            public let expression: Text
            public let because: Text
        }
    }

    public struct Action: Sendable, Hashable {
        public enum Kind: String, Sendable, Hashable, CaseIterable {
            case paymentInstruction = "payment-instruction"
            case webhook
        }
        public let name: Text
        public let kind: Kind
        public let on: [Signal]
        /// The endpoint's name in the rail's configuration.
        public let endpoint: Text
        public let payee: Text?
        public let currency: Text?
        /// The full amount; what is paid is `limit` × the output named by `rate`.
        public let limit: ExactDecimal?
        public let rate: Text?
    }
}
