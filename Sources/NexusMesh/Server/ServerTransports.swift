import GRPCNIOTransportHTTP2Posix
import NexusBase

/// The two listeners of a rail.
struct ServerTransports {
    let mesh: HTTP2ServerTransport.Posix
    let enrolment: HTTP2ServerTransport.Posix

    init(
        _ configuration: MeshServer.Configuration, certificate: [UInt8], keyPEM: String,
        authority: CertificateAuthority
    ) throws {
        let chain: [TLSConfig.CertificateSource] = [
            .bytes(certificate, format: .der), .bytes(authority.certificate, format: .der),
        ]
        let key = TLSConfig.PrivateKeySource.bytes(Array(keyPEM.utf8), format: .pem)
        let root = TLSConfig.TrustRootsSource.certificates([.bytes(authority.certificate, format: .der)])

        mesh = HTTP2ServerTransport.Posix(
            address: try MeshAddress.listening(host: configuration.host, port: configuration.port),
            transportSecurity: .mTLS(certificateChain: chain, privateKey: key) { tls in
                tls.trustRoots = root
                tls.requireALPN = true
            },
            config: .defaults { config in
                config.http2.targetWindowSize = 8 << 20
                config.http2.maxConcurrentStreams = MeshLimits.callsPerConnectionMax
                config.rpc.maxRequestPayloadSize = MeshLimits.nodeFrameBytesMax + MeshLimits.frameBytesSlack
                // A connection outlives its certificate by the idle time at most: sessions end at notAfter.
                config.connection.maxIdleTime = .seconds(60)
                config.connection.keepalive.time = .seconds(20)
                config.connection.keepalive.timeout = .seconds(20)
                config.connection.keepalive.clientBehavior.allowWithoutCalls = true
                config.connection.keepalive.clientBehavior.minPingIntervalWithoutCalls = .seconds(5)
            })
        enrolment = HTTP2ServerTransport.Posix(
            address: try MeshAddress.listening(host: configuration.host, port: configuration.enrolmentPort),
            transportSecurity: .tls(certificateChain: chain, privateKey: key) { $0.requireALPN = true },
            config: .defaults { config in
                // Anyone may connect here, so connections are short and messages small.
                config.http2.maxConcurrentStreams = 2
                config.rpc.maxRequestPayloadSize = MeshLimits.enrolmentMessageBytesMax
                config.connection.maxIdleTime = .seconds(10)
                config.connection.maxAge = .seconds(60)
                config.connection.maxGraceTime = .seconds(5)
            })
    }
}
