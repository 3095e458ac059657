import NexusBase

/// A rail's name in certificates: one DNS label (RFC 1123 section 2.1) of 1 to 40 of `a-z`, `0-9` and inner hyphens.
package struct RailName: Sendable, Hashable, CustomStringConvertible {
    package let label: String

    /// Throws `mesh.bad-name`.
    package init(_ label: String) throws {
        let letters = Array(label.utf8)
        let hyphen = UInt8(ascii: "-")
        guard (1...MeshLimits.railNameLettersMax).contains(letters.count), letters.allSatisfy(Self.mayHold),
            letters.first != hyphen, letters.last != hyphen
        else {
            let rule = "a rail's name is 1 to 40 of a-z, 0-9 and inner hyphens"
            throw MeshError(.badName, "\(rule), not \"\(label.prefix(60))\"")
        }
        self.label = label
    }

    private static func mayHold(_ letter: UInt8) -> Bool {
        switch letter {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): true
        default: false
        }
    }

    package var description: String { label }
    /// What every DNS name of the rail ends in.
    var domain: String { "\(label).nexus.internal" }
    /// The name in the server's certificate.
    package var serverDNSName: String { "rail.\(domain)" }
}
