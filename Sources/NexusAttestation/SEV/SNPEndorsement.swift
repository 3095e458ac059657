public import NexusBase
internal import SwiftASN1

/// What an endorsement certificate (VCEK or VLEK) says of its chip (AMD publication 57230, section 3).
public struct SNPEndorsement: Sendable, Hashable {
    public let kind: SNPReport.SigningKeyKind
    /// As it stands there, for example `Milan-B0`.
    public let productName: Text
    public let product: SNPProduct
    /// The security versions that the key was derived for.
    public let securityVersions: SNPSecurityVersions
    /// A VCEK's chip; eight bytes or 64.
    public let hardwareID: [UInt8]?
    /// A VLEK's cloud provider.
    public let providerID: Text?

    /// Throws `attestation.malformed-certificate`, `.wrong-platform`.
    public init(_ certificate: Certificate) throws {
        let place = "endorsement certificate"
        func failure(_ message: String) -> AttestationError {
            AttestationError(.malformedCertificate, message, at: place)
        }
        switch certificate.subject.commonName {
        case "SEV-VCEK": kind = .vcek
        case "SEV-VLEK": kind = .vlek
        default: throw failure("an endorsement key is named SEV-VCEK or SEV-VLEK, not \(certificate.subject)")
        }
        guard case .p384 = certificate.publicKey.material else { throw failure("an endorsement key is of P-384") }
        productName = try Self.text(certificate, OID.amdProductName, "product name")
        guard let product = SNPProduct(certificateName: productName.string) else {
            throw AttestationError(.wrongPlatform, "the product \(productName) is not known", at: place)
        }
        self.product = product
        // The parts of the certificate stand under numbers, those of a report at offsets: SPL 4 to 7 are reserved.
        func part(_ number: UInt) throws -> UInt8 {
            let identifier = OID.amdSecurityVersion(number)
            guard let value = certificate.value(of: identifier) else {
                throw failure("the security version \(number) is missing")
            }
            var reader = try DERReader(wrapping: value, at: "\(place).security version \(number)")
            return UInt8(try reader.integer("value", max: 255))
        }
        for number: UInt in 4...7 where try part(number) != 0 && product != .turin {
            throw failure("the security version \(number) is reserved and zero")
        }
        let (bootloader, tee, snp, microcode) = (try part(1), try part(2), try part(3), try part(8))
        let raw: [UInt8] =
            product == .turin
            ? [try part(9), bootloader, tee, snp, 0, 0, 0, microcode]
            : [bootloader, tee, 0, 0, 0, 0, snp, microcode]
        securityVersions = try SNPSecurityVersions(.init(bytes: raw), of: product, at: place)
        hardwareID = certificate.value(of: OID.amdHardwareID)
        providerID =
            certificate.value(of: OID.amdProviderID) == nil
            ? nil : try Self.text(certificate, OID.amdProviderID, "provider")
        switch kind {
        case .vcek:
            guard let hardwareID, [8, 64].contains(hardwareID.count), providerID == nil else {
                throw failure("a VCEK names its chip and no provider")
            }
        case .vlek:
            guard providerID != nil, hardwareID == nil else { throw failure("a VLEK names its provider and no chip") }
        }
    }

    private static func text(
        _ certificate: Certificate, _ identifier: ASN1ObjectIdentifier, _ name: String
    ) throws -> Text {
        let failure = AttestationError(.malformedCertificate, "the \(name) is text", at: "endorsement certificate")
        guard let value = certificate.value(of: identifier) else { throw failure }
        let node = try DERReader.root(value[...], code: .malformedCertificate, place: "endorsement certificate.\(name)")
        guard case .primitive(let content) = node.content, [.ia5String, .utf8String].contains(node.identifier),
            !content.isEmpty, content.count <= 64, content.allSatisfy({ (0x20...0x7E).contains($0) })
        else { throw failure }
        return Text(String(decoding: content, as: UTF8.self))
    }
}
