internal import NexusBase
internal import SwiftASN1

/// What a PCK certificate says of its platform (Intel SGX PCK Certificate and CRL Profile Specification, 1.3.5).
public struct PCKPlatform: Sendable, Hashable {
    /// The platform's provisioning id: encrypted to nobody, so it names the machine.
    public let ppid: [UInt8]
    /// Security versions of the 16 components that the key was made for.
    public internal(set) var componentSVN: [Int]
    public let pceSVN: Int
    public let cpuSVN: [UInt8]
    public let pceID: [UInt8]
    /// Family, model, stepping, platform type and custom SKU: what TCB infos are published for.
    public let fmspc: [UInt8]

    /// Throws `attestation.malformed-certificate`.
    public init(_ certificate: Certificate) throws {
        let place = "PCK certificate"
        guard certificate.subject.commonName == "Intel SGX PCK Certificate",
            case .p256 = certificate.publicKey.material, let value = certificate.value(of: OID.sgx)
        else {
            throw AttestationError(
                .malformedCertificate, "a PCK certificate has that name, a key of P-256 and Intel's extension",
                at: place)
        }
        var wrapped = try DERReader(wrapping: value, at: place)
        var items = try wrapped.sequence("sgx")
        var fields: [UInt: DERReader] = [:]
        while !items.isAtEnd {
            var item = try items.sequence("item")
            let identifier = try item.objectIdentifier("identifier").oidComponents
            guard Array(identifier.dropLast()) == OID.sgx.oidComponents, let number = identifier.last,
                fields[number] == nil
            else { throw items.failure("each of Intel's fields stands once", "identifier") }
            fields[number] = item
        }
        func octets(_ number: UInt, _ count: Int, _ name: String) throws -> [UInt8] {
            guard var field = fields[number] else { throw items.failure("the field is missing", name) }
            let bytes = try field.octetString(name)
            try field.finish()
            guard bytes.count == count else { throw items.failure("\(count) bytes are needed", name) }
            return bytes
        }
        ppid = try octets(1, 16, "ppid")
        pceID = try octets(3, 2, "pceID")
        fmspc = try octets(4, 6, "fmspc")
        guard var tcbField = fields[2] else { throw items.failure("the field is missing", "tcb") }
        var tcb = try tcbField.sequence("tcb")
        var numbers: [Int] = []
        var cpuSVN: [UInt8]?
        // Components 1 to 16, PCESVN, CPUSVN, in this order.
        for number: UInt in 1...18 {
            var item = try tcb.sequence("item")
            guard try item.objectIdentifier("identifier").oidComponents == OID.sgx.oidComponents + [2, number] else {
                throw tcb.failure("the parts stand in their order", "identifier")
            }
            if number == 18 {
                cpuSVN = try item.octetString("cpuSVN")
            } else {
                numbers.append(try item.integer("svn", max: number == 17 ? 65_535 : 255))
            }
            try item.finish()
        }
        try tcb.finish()
        guard let cpuSVN, cpuSVN.count == 16 else { throw tcb.failure("16 bytes are needed", "cpuSVN") }
        self.cpuSVN = cpuSVN
        componentSVN = Array(numbers.prefix(16))
        pceSVN = numbers[16]
    }
}
