public import NexusBase

extension Clause {
    public struct Computation: Sendable, Hashable {
        public enum Kind: String, Sendable, Hashable, CaseIterable {
            /// A WebAssembly module under Documentation/Formats/model-abi-v1.md.
            case wasm
            /// A network of integers under proof-v1: the node proves its output.
            case model
        }
        public let kind: Kind
        /// Of the WebAssembly module, or of the network's file: its model hash.
        public let module: Digest
        /// Metered instructions; of a model, a bound on its multiplications.
        public let fuel: Int
        public let memoryBytes: Int
        public let outputBytes: Int
        /// A bound on the host's time; passing it yields no result.
        public let wallTimeMilliseconds: Int
    }

    public struct ExecutionRule: Sendable, Hashable {
        public enum RiskClass: String, Sendable, Hashable, CaseIterable { case routine, operational, financial, treaty }
        public enum Tier: String, Sendable, Hashable, CaseIterable {
            case single, quorum
            /// One node proves, every validator verifies.
            case proof
        }
        public enum Distinct: String, Sendable, Hashable, CaseIterable { case `operator`, jurisdiction }
        /// What happens to attempts in flight when their node is revoked.
        public enum Revocation: String, Sendable, Hashable, CaseIterable { case finish, fence }

        public let riskClass: RiskClass
        public let tier: Tier
        /// n: nodes asked to execute.
        public let nodes: Int
        /// k: agreeing statements that certify.
        public let quorum: Int
        public let unanimous: Bool
        public let retryMax: Int
        public let deadlineMilliseconds: Int
        public let distinct: [Distinct]
        /// Jurisdictions whose nodes may execute; any if empty.
        public let jurisdictions: [Text]
        /// Kinds of attestation evidence accepted; `simulated` must be named to be accepted.
        public let attestation: [Text]
        public let onRevocation: Revocation
        /// 0 (lowest) to 9.
        public let priority: Int
    }
}

extension Clause.ExecutionRule.RiskClass {
    /// Financial and treaty clauses need more than one node.
    public func allows(_ tier: Clause.ExecutionRule.Tier) -> Bool {
        switch (self, tier) {
        case (.financial, .single), (.treaty, .single): false
        default: true
        }
    }
}
