/// Which page a proof follows: a statement's `type`.
public enum ProofFormat: String, Sendable, Hashable, CaseIterable {
    /// proof-v1: the verifier holds the network.
    case v1 = "nexus-proof-v1"
    /// proof-v2: the verifier holds the header of a registered model, and a batch costs it little more than one input.
    case v2 = "nexus-proof-v2"
}
