import GRPCNIOTransportHTTP2Posix
import NIOCore
import NIOPosix
import NIOSSL
import NexusBase
import SwiftASN1
import Synchronization
import X509

typealias MeshTransport = HTTP2ServerTransport.Custom<MeshListener>

/// Listens with a TLS configuration of NIOSSL's own: the gRPC transport exposes no groups, and the listener of a
/// post-quantum rail offers one alone. Since that transport tells no client certificate then, the connections are kept.
struct MeshListener: HTTP2ServerTransport.ListenerFactory {
    let eventLoopGroup: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton
    let host: String
    let port: Int
    let context: NIOSSLContext
    let peers = ConnectedPeers()

    /// Throws `mesh.bad-name` for a host that is no IP address.
    init(host: String, port: Int, _ configuration: TLSConfiguration) throws {
        // Refuses names.
        _ = try MeshAddress.listening(host: host, port: port)
        self.host = host
        self.port = port
        context = try NIOSSLContext(configuration: configuration)
    }

    func makeListeningChannel(
        listenerConfigurator: HTTP2ServerTransport.ListenerConfigurator,
        connectionConfigurator: HTTP2ServerTransport.ConnectionConfigurator
    ) async throws -> NIOAsyncChannel<HTTP2ServerTransport.ConnectionConfigurator.ConnectionChannel, Never> {
        try await ServerBootstrap(group: eventLoopGroup)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelInitializer { listenerConfigurator.configure(channel: $0) }
            .bind(host: host, port: port) { [context, peers] channel in
                peers.add(channel)
                return channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context))
                }.flatMap {
                    connectionConfigurator.configure(channel: channel, tls: .configured(requireALPN: true))
                }
            }
    }
}

/// The open connections of a listener, by the name that gRPC has for the other end.
final class ConnectedPeers: Sendable {
    private let channels = Mutex<[Text: any Channel]>([:])

    func add(_ channel: any Channel) {
        guard let name = Self.name(of: channel.remoteAddress) else { return }
        channels.withLock { $0[name] = channel }
        channel.closeFuture.whenComplete { _ in
            self.channels.withLock { if $0[name] === channel { $0[name] = nil } }
        }
    }

    /// The certificate that TLS has verified on the connection. Throws `mesh.no-certificate`.
    func certificate(of remotePeer: String) async throws -> Certificate {
        let channel = channels.withLock { $0[Text(remotePeer)] }
        guard let certificate = try await channel?.nioSSL_peerCertificate().get() else {
            throw MeshError(.noCertificate, "the connection shows no client certificate")
        }
        return try Certificate(derEncoded: certificate.toDERBytes())
    }

    private static func name(of address: NIOCore.SocketAddress?) -> Text? {
        guard let port = address?.port else { return nil }
        return switch address {
        case .v4(let address)?: Text("ipv4:\(address.host):\(port)")
        case .v6(let address)?: Text("ipv6:[\(address.host)]:\(port)")
        default: nil
        }
    }
}
