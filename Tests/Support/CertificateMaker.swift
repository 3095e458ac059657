package import Crypto
import Foundation
package import NexusAttestation

/// DER by hand, so that certificates with any fault can be made.
package enum DERText {
    package static func value(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
        let count = content.count
        let length: [UInt8] =
            count < 0x80
            ? [UInt8(count)] : count < 0x100 ? [0x81, UInt8(count)] : [0x82, UInt8(count >> 8), UInt8(count & 0xFF)]
        return [tag] + length + content
    }

    package static func sequence(_ parts: [UInt8]...) -> [UInt8] { value(0x30, parts.flatMap(\.self)) }
    package static func set(_ parts: [UInt8]...) -> [UInt8] { value(0x31, parts.flatMap(\.self)) }
    package static func explicit(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] { value(0xA0 | tag, content) }
    package static func integer(_ number: Int) -> [UInt8] {
        var bytes = withUnsafeBytes(of: number.bigEndian) { Array($0) }
        while bytes.count > 1, bytes[0] == 0, bytes[1] < 0x80 { bytes.removeFirst() }
        return value(2, bytes)
    }

    package static func identifier(_ dotted: String) -> [UInt8] {
        let numbers = dotted.split(separator: ".").compactMap { Int($0) }
        var content = [UInt8(numbers[0] * 40 + numbers[1])]
        for number in numbers.dropFirst(2) {
            var groups = [UInt8(number & 0x7F)]
            var rest = number >> 7
            while rest > 0 {
                groups.insert(UInt8(rest & 0x7F) | 0x80, at: 0)
                rest >>= 7
            }
            content += groups
        }
        return value(6, content)
    }

    package static func text(_ string: String, tag: UInt8 = 0x0C) -> [UInt8] { value(tag, Array(string.utf8)) }
    package static func bits(_ bytes: [UInt8]) -> [UInt8] { value(3, [0] + bytes) }
    package static func octets(_ bytes: [UInt8]) -> [UInt8] { value(4, bytes) }
    package static func name(_ common: String) -> [UInt8] {
        sequence(set(sequence(identifier("2.5.4.3"), text(common))))
    }
    package static func time(_ yearAndOn: String) -> [UInt8] { text(yearAndOn, tag: 0x17) }
    package static let algorithm = sequence(identifier("1.2.840.10045.4.3.3"))

    package static func signed(_ body: [UInt8], by key: P384.Signing.PrivateKey) throws -> [UInt8] {
        sequence(body, algorithm, bits(Array(try key.signature(for: Data(body)).derRepresentation)))
    }
}

/// A certificate of P-384 in the making, valid from 2020 to 2030.
package struct CertificateMaker {
    package var subject: String
    package var key: P384.Signing.PrivateKey
    package var serial: Int
    package var extensions: [[UInt8]] = []
    package var notAfter = "300101000000Z"

    package init(subject: String, key: P384.Signing.PrivateKey = .init(), serial: Int = 7) {
        self.subject = subject
        self.key = key
        self.serial = serial
    }

    package static func item(_ identifier: String, critical: Bool = false, _ content: [UInt8]) -> [UInt8] {
        critical
            ? DERText.sequence(DERText.identifier(identifier), [1, 1, 0xFF], DERText.octets(content))
            : DERText.sequence(DERText.identifier(identifier), DERText.octets(content))
    }

    /// Basic constraints of an authority, and a key usage for certificates and lists.
    package static func authority(_ subject: String, pathLength: Int? = nil, usage: UInt8 = 0x06) -> CertificateMaker {
        let path = pathLength.map { DERText.integer($0) } ?? []
        var maker = CertificateMaker(subject: subject)
        maker.extensions = [
            item("2.5.29.19", critical: true, DERText.sequence([1, 1, 0xFF], path)),
            item("2.5.29.15", critical: true, DERText.value(3, [1, usage])),
        ]
        return maker
    }

    package func certificate(by issuer: CertificateMaker? = nil) throws -> Certificate {
        let issuer = issuer ?? self
        var body =
            DERText.explicit(0, DERText.integer(2)) + DERText.integer(serial) + DERText.algorithm
            + DERText.name(issuer.subject) + DERText.sequence(DERText.time("200101000000Z"), DERText.time(notAfter))
        body += DERText.name(subject) + Array(key.publicKey.derRepresentation)
        if !extensions.isEmpty { body += DERText.explicit(3, DERText.value(0x30, extensions.flatMap(\.self))) }
        return try Certificate(der: DERText.signed(DERText.value(0x30, body), by: issuer.key))
    }

    /// A list of this authority, current from 2025 to 2026.
    package func list(revoking serials: [Int]) throws -> RevocationList {
        let entries = serials.flatMap { DERText.sequence(DERText.integer($0), DERText.time("250101000000Z")) }
        let body = DERText.sequence(
            DERText.integer(1), DERText.algorithm, DERText.name(subject), DERText.time("250101000000Z"),
            DERText.time("260101000000Z"), entries.isEmpty ? [] : DERText.value(0x30, entries))
        return try RevocationList(der: DERText.signed(body, by: key))
    }
}
