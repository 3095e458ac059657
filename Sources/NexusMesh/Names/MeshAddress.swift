import GRPCCore
import GRPCNIOTransportHTTP2Posix
import NIOCore
import NexusBase

/// `host:port`; an IPv6 host stands in brackets.
package struct MeshAddress: Sendable, Hashable, CustomStringConvertible {
    package let host: String
    package let port: Int

    package init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// Throws `mesh.bad-name`.
    package init(parsing text: String) throws {
        let failure = MeshError(.badName, "an address reads host:port, not \"\(text.prefix(100))\"")
        guard text.utf8.count <= MeshLimits.addressBytesMax, let colon = text.lastIndex(of: ":") else { throw failure }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            throw failure
        }
        let digits = text[text.index(after: colon)...]
        guard !host.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = UInt16(digits),
            port > 0, host.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else { throw failure }
        self.init(host: String(host), port: Int(port))
    }

    package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    private enum Kind { case v4, v6, name }

    private var kind: Kind {
        switch try? NIOCore.SocketAddress(ipAddress: host, port: port) {
        case .v4: .v4
        case .v6: .v6
        default: .name
        }
    }

    /// What a client resolves.
    var target: any ResolvableTarget {
        switch kind {
        case .v4: .ipv4(address: host, port: port)
        case .v6: .ipv6(address: host, port: port)
        case .name: .dns(host: host, port: port)
        }
    }

    /// What a server binds. Throws `mesh.bad-name` for a host that is no address of this machine's kind.
    static func listening(host: String, port: Int) throws -> GRPCNIOTransportHTTP2Posix.SocketAddress {
        switch MeshAddress(host: host, port: port).kind {
        case .v4: .ipv4(host: host, port: port)
        case .v6: .ipv6(host: host, port: port)
        case .name: throw MeshError(.badName, "a server listens on an IP address, not on \"\(host)\"")
        }
    }
}
