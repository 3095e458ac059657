package import NexusBase

/// What a peer of the rail is.
package enum PeerRole: String, Sendable, CaseIterable {
    case node, validator
}

/// The one name in a client certificate: `<role>-<first 32 hex digits of SHA-256 of the DID>.<rail>.nexus.internal`.
package struct PeerName: Sendable, Hashable, CustomStringConvertible {
    package let role: PeerRole
    /// 32 lower-case hexadecimal digits.
    package let identifier: String
    package let rail: RailName

    package init(role: PeerRole, did: Text, rail: RailName) {
        self.role = role
        self.rail = rail
        identifier = String(Digest(of: did.bytes).hex.prefix(32))
    }

    /// Reads a DNS name. Throws `mesh.bad-name`.
    package init(parsing dnsName: String) throws {
        let failure = MeshError(.badName, "not the DNS name of a node or validator: \"\(dnsName.prefix(100))\"")
        let labels = dnsName.split(separator: ".", omittingEmptySubsequences: false)
        guard labels.count == 4, let dash = labels[0].firstIndex(of: "-"),
            let role = PeerRole(rawValue: String(labels[0][..<dash]))
        else { throw failure }
        let digits = labels[0][labels[0].index(after: dash)...]
        guard digits.utf8.count == 32, (try? Hex.decode(digits)) != nil, let rail = try? RailName(String(labels[1]))
        else { throw failure }
        self.role = role
        self.rail = rail
        identifier = String(digits)
        guard self.dnsName.utf8.elementsEqual(dnsName.utf8) else { throw failure }
    }

    package var dnsName: String { "\(role.rawValue)-\(identifier).\(rail.domain)" }
    package var description: String { dnsName }

    /// Whether this is the name of that DID in that role.
    package func names(_ did: Text, as role: PeerRole) -> Bool {
        self == PeerName(role: role, did: did, rail: rail)
    }
}
