import NexusBase
import NexusTestInputs

@testable import NexusAttestation

/// A real quote with the collateral that goes with it.
struct DCAPCase {
    var quote: [UInt8]
    var collateral: DCAPCollateral
    var root: TrustRoot

    init(_ quoteFile: String, collateral file: String) throws {
        quote = try Vectors.bytes("dcap/" + quoteFile)
        var fields = try Fields(JSON(parsing: Vectors.bytes("dcap/" + file)), at: "collateral")
        func hex(_ key: Text) throws -> [UInt8] { try Hex.decode(fields.text(key).string) }
        let signers = try Certificate.list(pem: fields.text("tcb_info_issuer_chain").bytes)
        collateral = DCAPCollateral(
            tcbInfo: try SignedCollateral(body: fields.text("tcb_info").bytes, signature: hex("tcb_info_signature")),
            qeIdentity: try SignedCollateral(
                body: fields.text("qe_identity").bytes, signature: hex("qe_identity_signature")),
            signers: signers,
            revocationLists: [
                try RevocationList(der: hex("root_ca_crl")), try RevocationList(der: hex("pck_crl")),
            ])
        root = TrustRoot(signers[1])
    }

    static func sgx() throws -> DCAPCase { try DCAPCase("sgx_quote", collateral: "sgx_quote_collateral.json") }
    static func tdx() throws -> DCAPCase { try DCAPCase("tdx_quote", collateral: "tdx_quote_collateral.json") }
    static func outdated() throws -> DCAPCase {
        try DCAPCase("tdx_quote_outdated", collateral: "tdx_quote_outdated_collateral.json")
    }

    func verify(on day: String) throws -> VerifiedEvidence {
        try DCAPVerifier(roots: [root], date: instant(day)).verify(DCAPQuote(parsing: quote), collateral)
    }
}
