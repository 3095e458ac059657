import GRPCNIOTransportHTTP2Posix
import NIOSSL
import NexusBase

/// The two listeners of a rail. On a post-quantum rail both offer X25519MLKEM768 and no other group.
struct ServerTransports {
    let mesh: MeshTransport
    let enrolment: MeshTransport
    /// Who is connected to the mesh listener.
    let peers: ConnectedPeers

    init(
        _ configuration: MeshServer.Configuration, certificate: [UInt8], keyPEM: String,
        authority: CertificateAuthority
    ) throws {
        let root = try NIOSSLCertificate(bytes: authority.certificate, format: .der)
        var tls = TLSConfiguration.makeServerConfiguration(
            certificateChain: [
                .certificate(try NIOSSLCertificate(bytes: certificate, format: .der)), .certificate(root),
            ], privateKey: .privateKey(try NIOSSLPrivateKey(bytes: Array(keyPEM.utf8), format: .pem)))
        tls.minimumTLSVersion = .tlsv12
        tls.applicationProtocols = ["h2"]
        tls.trustRoots = .certificates([root])
        if configuration.isPostQuantum {
            tls.minimumTLSVersion = .tlsv13
            tls.curves = [.x25519_MLKEM768]
        }
        var mutual = tls
        mutual.certificateVerification = .noHostnameVerification
        let listener = try MeshListener(host: configuration.host, port: configuration.port, mutual)
        peers = listener.peers
        mesh = MeshTransport(listenerFactory: listener, config: Self.sessions)
        enrolment = try MeshTransport(
            listenerFactory: MeshListener(host: configuration.host, port: configuration.enrolmentPort, tls),
            config: Self.enrolments)
    }

    private static var sessions: MeshTransport.Config {
        var config = MeshTransport.Config.defaults
        config.http2.targetWindowSize = 8 << 20
        config.http2.maxConcurrentStreams = MeshLimits.callsPerConnectionMax
        config.rpc.maxRequestPayloadSize = MeshLimits.nodeFrameBytesMax + MeshLimits.frameBytesSlack
        // A connection outlives its certificate by the idle time at most: sessions end at notAfter.
        config.connection.maxIdleTime = .seconds(60)
        config.connection.keepalive.time = .seconds(20)
        config.connection.keepalive.timeout = .seconds(20)
        config.connection.keepalive.clientBehavior.allowWithoutCalls = true
        config.connection.keepalive.clientBehavior.minPingIntervalWithoutCalls = .seconds(5)
        return config
    }

    /// Anyone may connect here, so connections are short and messages small.
    private static var enrolments: MeshTransport.Config {
        var config = MeshTransport.Config.defaults
        config.http2.maxConcurrentStreams = 2
        config.rpc.maxRequestPayloadSize = MeshLimits.enrolmentMessageBytesMax
        config.connection.maxIdleTime = .seconds(10)
        config.connection.maxAge = .seconds(60)
        config.connection.maxGraceTime = .seconds(5)
        return config
    }
}
