/// Deliberate misbehaviour, for exercises and tests: a rail's operators can see that a lying node is found out.
package enum Drill: String, Sendable, CaseIterable {
    /// Signs a result with a changed output.
    case wrongOutput = "wrong-output"
    /// Signs two different results for one token.
    case doubleSign = "double-sign"
    /// Signs a result with a changed output, two seconds late.
    case lateWrong = "late-wrong"
    /// Hands over a proof with one byte changed.
    case wrongProof = "wrong-proof"
    /// Takes tokens and never answers.
    case silent
}
