import Crypto
import NexusBase
import SwiftASN1
import X509

/// A time-stamp token: CMS SignedData over a TSTInfo, by one signer (RFC 5652 section 5, RFC 3161 section 2.4.2).
///
/// Whatever nothing signs is refused or fixed: no unsigned attributes, no revocation lists, one digest algorithm. The
/// certificates are those of the path, which `CertificatePath` sees to. So a changed byte is found.
struct TimeStampToken {
    let info: TimeStampInfo
    let certificates: [Certificate]
    /// The certificate whose key signed.
    let signer: Certificate

    /// Reads the token and verifies its signature by the certificate in it. Whether that one is to be trusted is not
    /// known then. Throws `anchor.bad-token`, `.not-allowed` or `.bad-signature`.
    init(_ bytes: [UInt8]) throws {
        var outer = try DERReader(DERReader.parse(bytes))
        guard try outer.identifier() == ObjectName.signedData else {
            throw AnchorError(.badToken, "no SignedData of CMS")
        }
        var wrapper = try DERReader(outer.take(), .context(0))
        try outer.finish()
        var data = try DERReader(wrapper.take())
        try wrapper.finish()
        guard try data.small() == 3 else { throw AnchorError(.badToken, "another version of SignedData than 3") }
        var digests = try DERReader(data.take(), .set)
        let hash = try HashName(DERReader.algorithm(digests.take()))
        try digests.finish()
        let content = try Self.content(data.take())
        var list = try DERReader(data.take(), .context(0))
        certificates = try list.all().map(Self.certificate)
        var signers = try DERReader(data.take(), .set)
        try data.finish()
        let signature = try SignerInfo(signers.take(), hash)
        try signers.finish()
        guard let signer = certificates.first(where: signature.names) else {
            throw AnchorError(.badToken, "the signer's certificate is not in the token")
        }
        try signature.verify(content, by: signer)
        self.signer = signer
        info = try TimeStampInfo(content)
    }

    private static func content(_ node: ASN1Node) throws -> [UInt8] {
        var reader = try DERReader(node)
        guard try reader.identifier() == ObjectName.timeStampInfo else {
            throw AnchorError(.badToken, "the content is no TSTInfo")
        }
        var wrapper = try DERReader(reader.take(), .context(0))
        try reader.finish()
        let bytes = try wrapper.octets()
        try wrapper.finish()
        return bytes
    }

    private static func certificate(_ node: ASN1Node) throws -> Certificate {
        do { return try Certificate(derEncoded: node) } catch {
            throw AnchorError(.badToken, "a certificate that does not read: \(error)")
        }
    }
}
