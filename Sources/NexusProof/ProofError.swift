public import NexusBase

public enum ProofDomain: ErrorDomain { public static let name = "proof" }

/// An error of this room. Its place names the part of the proof, statement or network.
public typealias ProofError = CodedError<ProofDomain>

extension CodedError<ProofDomain>.Code {
    /// Bytes that are no proof or statement of this format: too short, too long, or a field element of p or more.
    public static let malformed: Self = "malformed"
    /// A network, batch or proof beyond a named limit.
    public static let tooLarge: Self = "too-large"
    /// Shapes, indices or constants of a network that do not fit each other.
    public static let badNetwork: Self = "bad-network"
    /// A weight of −128, or numbers that could wrap around the field's modulus.
    public static let badBound: Self = "bad-bound"
    /// An input or a seed of the wrong size.
    public static let badInput: Self = "bad-input"
    /// The statement is about another model, or its output has another size.
    public static let wrongStatement: Self = "wrong-statement"
    /// The proof does not hold for this statement; the message names the check that failed.
    public static let rejected: Self = "rejected"
}
