import Crypto
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import NIOCore
import NIOPosix
import NIOSSL
import NexusBase
import Testing

@testable import NexusMesh

/// A listener whose TLS offers the groups that a test says. NIOSSL tells no negotiated group, so what was agreed on is
/// shown by peers that offer nothing else.
private struct GroupListener: HTTP2ServerTransport.ListenerFactory {
    let context: NIOSSLContext
    let eventLoopGroup: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton

    init(_ rig: Rig, _ groups: [NIOTLSCurve]) throws {
        let key = P256.Signing.PrivateKey()
        let certificate = try rig.authority.issueServer(key: key, now: wallClock(), lifetime: .seconds(600))
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: [.certificate(try NIOSSLCertificate(bytes: certificate.bytes, format: .der))],
            privateKey: .privateKey(try NIOSSLPrivateKey(bytes: Array(key.pemRepresentation.utf8), format: .pem)))
        configuration.minimumTLSVersion = .tlsv13
        configuration.curves = groups
        configuration.applicationProtocols = ["h2"]
        configuration.certificateVerification = .noHostnameVerification
        configuration.trustRoots = .certificates([
            try NIOSSLCertificate(bytes: rig.authority.certificate, format: .der)
        ])
        context = try NIOSSLContext(configuration: configuration)
    }

    func makeListeningChannel(
        listenerConfigurator: HTTP2ServerTransport.ListenerConfigurator,
        connectionConfigurator: HTTP2ServerTransport.ConnectionConfigurator
    ) async throws -> NIOAsyncChannel<HTTP2ServerTransport.ConnectionConfigurator.ConnectionChannel, Never> {
        try await ServerBootstrap(group: eventLoopGroup)
            .serverChannelInitializer { listenerConfigurator.configure(channel: $0) }
            .bind(host: "127.0.0.1", port: 0) { [context] channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context))
                }.flatMap {
                    connectionConfigurator.configure(channel: channel, tls: .configured(requireALPN: true))
                }
            }
    }
}

@Suite struct PostQuantumLinkTests {
    private static let hybrid: [NIOTLSCurve] = [.x25519_MLKEM768]
    private static let classical: [NIOTLSCurve] = [.x25519, .secp256r1]

    /// What becomes of one call from a client that offers some groups to a server that offers others.
    private func call(_ rig: Rig, client groups: [NIOTLSCurve], server offered: [NIOTLSCurve]) async throws -> Bool {
        let party = Party("quantum")
        let certificate = try rig.authority.issueClient(
            SigningRequest(key: party.tlsKey), name: PeerName(role: .node, did: party.did, rail: rig.rail),
            now: wallClock(), lifetime: .seconds(600))
        let transport = try HTTP2ServerTransport.Custom(listenerFactory: GroupListener(rig, offered))
        var router = RPCRouter<HTTP2ServerTransport.Custom<GroupListener>>()
        let authority = rig.authority.certificate
        router.registerUnary(Methods.authority) { (_: AuthorityRequest, _) in AuthorityResponse(certificate: authority)
        }
        let server = GRPCServer(transport: transport, router: router)
        return try await withThrowingTaskGroup(of: Bool?.self) { tasks in
            tasks.addTask {
                try await server.serve()
                return nil
            }
            let port = try #require(await transport.listeningAddress?.ipv4?.port)
            let address = MeshAddress(host: "127.0.0.1", port: port)
            let credential = try MeshCredential(
                rail: rig.rail, railID: "did:example:rail", address: address, certificate: certificate.bytes,
                authority: authority)
            var link = PostQuantumLink(
                credential: credential, key: try P256.Signing.PrivateKey(rawRepresentation: party.tlsKey))
            link.groups = groups
            let offer = link
            tasks.addTask {
                do {
                    let answer = try await withConnection(
                        to: address, rail: rig.rail, security: .verifying(authority: authority), offer
                    ) { client in
                        try await client.call(
                            Methods.authority, AuthorityRequest(), limit: .seconds(30), as: AuthorityResponse.self)
                    }
                    return answer.certificate == authority
                } catch is MeshError { return false }
            }
            var outcome: Bool?
            while outcome == nil, let next = try await tasks.next() { outcome = next }
            server.beginGracefulShutdown()
            tasks.cancelAll()
            return try #require(outcome as Bool?)
        }
    }

    @Test func `peers that offer only X25519MLKEM768 agree on it, and on nothing with peers that lack it`() async throws
    {
        let rig = try Rig()
        #expect(try await call(rig, client: Self.hybrid, server: Self.hybrid))
        #expect(try await !call(rig, client: Self.classical, server: Self.hybrid))
        #expect(try await !call(rig, client: Self.hybrid, server: Self.classical))
        #expect(try await call(rig, client: Self.classical, server: Self.classical), "the others do work")
    }

    @Test func `a node of a post-quantum rail has its session over X25519MLKEM768 alone, and renews over it`()
        async throws
    {
        let rig = try Rig()
        try await rig.serving {
            let party = Party("quantum")
            var client = try await rig.enrol(party)
            client.isPostQuantum = true
            try await party.session(client) { link in
                try await link.send(.heartbeat(.init(running: 2, queued: 0, loadPermille: 0, maxConcurrency: 1)))
                for try await message in link.inbound {
                    guard case .cancel(let digests) = message else { continue }
                    #expect(digests.count == 2)
                    return
                }
            }
            let renewed = try await client.renew(newKey: party.tlsKey)
            #expect(renewed.name == client.credential.name)
        }
    }

    @Test func `the listeners of a post-quantum rail offer X25519MLKEM768 alone`() async throws {
        let rig = try Rig(configured { $0.isPostQuantum = true })
        try await rig.serving {
            let party = Party("quantum")
            // Enrolment, by a client that offers what NIOSSL offers.
            let client = try await rig.enrol(party)
            #expect(try await client.renew(newKey: party.tlsKey).name == client.credential.name)
            func renew(offering groups: [NIOTLSCurve]) async throws -> Bool {
                var link = PostQuantumLink(
                    credential: client.credential, key: try P256.Signing.PrivateKey(rawRepresentation: party.tlsKey))
                link.groups = groups
                do {
                    let request = RenewRequest(signingRequest: try SigningRequest(key: party.tlsKey).bytes)
                    _ = try await withConnection(
                        to: client.credential.address, rail: rig.rail,
                        security: .verifying(authority: rig.authority.certificate), link
                    ) { try await $0.call(Methods.renew, request, limit: .seconds(5), as: RenewResponse.self) }
                    return true
                } catch is MeshError { return false }
            }
            #expect(try await renew(offering: Self.hybrid))
            #expect(try await !renew(offering: Self.classical))
            #expect(try await renew(offering: Self.classical + Self.hybrid))
        }
    }

    @Test func `a server that another CA vouches for is refused there too`() async throws {
        let rig = try Rig()
        let other = try Rig()
        try await rig.serving {
            let party = Party("quantum")
            let address = try await rig.server.addresses.mesh
            let certificate = try other.authority.issueClient(
                SigningRequest(key: party.tlsKey), name: PeerName(role: .node, did: party.did, rail: other.rail),
                now: wallClock(), lifetime: .seconds(600))
            var client = try MeshClient(
                credential: MeshCredential(
                    rail: other.rail, railID: "did:example:rail", address: address, certificate: certificate.bytes,
                    authority: other.authority.certificate), key: party.tlsKey)
            client.isPostQuantum = true
            let stranger = client
            #expect(await meshCode { try await stranger.renew(newKey: party.tlsKey) } == .unreachable)
        }
    }
}
