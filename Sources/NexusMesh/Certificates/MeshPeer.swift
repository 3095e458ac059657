package import NexusBase
import X509

/// Who is at the other end, as the rail's CA certified it.
package struct MeshPeer: Sendable, Hashable {
    package let name: PeerName
    /// Of the certificate, in hexadecimal.
    package let serial: String
    package let notAfter: Instant

    package var role: PeerRole { name.role }
}

extension MeshPeer {
    /// Reads a client certificate that TLS has verified. Throws `mesh.bad-certificate`, `mesh.certificate-expired`.
    init(_ certificate: Certificate, rail: RailName, now: Instant) throws {
        let names = try? certificate.extensions.subjectAlternativeNames
        guard let names, names.count == 1, case .dnsName(let dnsName)? = names.first else {
            throw MeshError(.badCertificate, "a client certificate has one DNS name and no other")
        }
        let name: PeerName
        do { name = try PeerName(parsing: dnsName) } catch {
            throw MeshError(.badCertificate, "the certificate's name is not a node's or validator's", cause: error)
        }
        guard name.rail == rail else {
            throw MeshError(.badCertificate, "the certificate is of the rail \(name.rail), not \(rail)")
        }
        let notAfter = certificate.notValidAfter.instant
        guard now < notAfter else {
            throw MeshError(.certificateExpired, "the certificate ended at \(notAfter)")
        }
        self.init(name: name, serial: Hex.encode(certificate.serialNumber.bytes), notAfter: notAfter)
    }
}
