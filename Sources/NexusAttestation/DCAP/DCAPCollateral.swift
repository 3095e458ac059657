/// What a quote is judged by: Intel's lists, the chain of the key that signed them, and revocation lists of Intel's
/// root and of the PCK certificates' issuer.
public struct DCAPCollateral: Sendable, Hashable {
    public let tcbInfo: SignedCollateral
    public let qeIdentity: SignedCollateral
    /// The signing certificate first, then its issuers.
    public let signers: [Certificate]
    public let revocationLists: [RevocationList]

    public init(
        tcbInfo: SignedCollateral, qeIdentity: SignedCollateral, signers: [Certificate],
        revocationLists: [RevocationList]
    ) {
        self.tcbInfo = tcbInfo
        self.qeIdentity = qeIdentity
        self.signers = signers
        self.revocationLists = revocationLists
    }
}
