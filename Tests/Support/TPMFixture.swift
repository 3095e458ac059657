package import Crypto
import Foundation
package import NexusAttestation
import NexusBase

/// A TPM of the test's own making: it writes the structures that a TPM writes, byte by byte, and signs them.
package struct TPMFixture {
    package let key = P256.Signing.PrivateKey()
    package var attributes: UInt32 = 0x0005_0072
    package var registers: [[UInt8]] = [[UInt8](repeating: 1, count: 32), [UInt8](repeating: 2, count: 32)]
    package var reportData = [UInt8](repeating: 9, count: 64)

    package init() {}

    package static func big<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
        withUnsafeBytes(of: value.bigEndian) { Array($0) }
    }

    package static func sized(_ bytes: [UInt8]) -> [UInt8] { big(UInt16(bytes.count)) + bytes }

    package var publicArea: [UInt8] {
        let point = Array(key.publicKey.rawRepresentation)
        return Self.big(UInt16(0x23)) + Self.big(UInt16(0x0B)) + Self.big(attributes) + Self.sized([])
            + Self.big(UInt16(0x10)) + Self.big(UInt16(0x18)) + Self.big(UInt16(0x0B)) + Self.big(UInt16(3))
            + Self.big(UInt16(0x10)) + Self.sized(Array(point.prefix(32))) + Self.sized(Array(point.suffix(32)))
    }

    package var quote: [UInt8] {
        let header = Self.big(UInt32(0xFF54_4347)) + Self.big(UInt16(0x8018))
        let signer = Self.sized([0, 0x0B] + [UInt8](repeating: 7, count: 32))
        let clock = Self.big(UInt64(1000)) + Self.big(UInt32(4)) + Self.big(UInt32(1)) + [1] + Self.big(UInt64(77))
        // Registers 0 and 7 of one bank.
        let selection = Self.big(UInt32(1)) + Self.big(UInt16(0x0B)) + [3, 0x81, 0, 0]
        let digest = Array(SHA256.hash(data: registers.flatMap(\.self)))
        return header + signer + Self.sized(Array(SHA256.hash(data: reportData))) + clock + selection
            + Self.sized(digest)
    }

    package func signature(over message: [UInt8]) throws -> [UInt8] {
        let raw = Array(try key.signature(for: message).rawRepresentation)
        return Self.big(UInt16(0x18)) + Self.big(UInt16(0x0B)) + Self.sized(Array(raw.prefix(32)))
            + Self.sized(Array(raw.suffix(32)))
    }

    package func evidence(endorsement: [Certificate] = []) throws -> TPMEvidence {
        TPMEvidence(
            quote: quote, signature: try signature(over: quote), attestationKey: publicArea,
            registers: [
                .init(bank: "sha256", index: 0, value: registers[0]),
                .init(bank: "sha256", index: 7, value: registers[1]),
            ], reportData: reportData, endorsement: endorsement)
    }

    /// The same as a document of attestation-v1.
    package func document(endorsement: [Certificate] = []) throws -> AttestationEvidence {
        let evidence = try evidence()
        return .tpm(
            .init(
                quote: evidence.quote, signature: evidence.signature, attestationKey: evidence.attestationKey,
                registers: evidence.registers, reportData: reportData, certificates: endorsement.map(\.der)))
    }
}
