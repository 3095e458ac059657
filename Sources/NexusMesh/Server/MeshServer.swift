import Crypto
import GRPCCore
import GRPCNIOTransportHTTP2Posix
package import Logging
package import NexusBase
import ServiceLifecycle

/// Where a server listens.
package struct MeshAddresses: Sendable, Hashable {
    /// With mutual TLS: sessions and renewals.
    package let mesh: MeshAddress
    /// Where only the server shows a certificate: enrolment.
    package let enrolment: MeshAddress
}

/// A rail's two listeners: sessions and renewals over mutual TLS, enrolment on a port of its own.
///
/// A `Service`: `run()` serves until graceful shutdown, which asks every peer to drain, waits for `drainTimeMax`, then
/// closes what is left. A session ends at its certificate's notAfter and when its name is revoked.
package final class MeshServer: Service, Sendable {
    package struct Configuration: Sendable {
        /// In the welcome, and in what seals are bound to.
        package var railID: Text
        /// An IP address of this machine.
        package var host: String
        /// 0 for any free one; `addresses` tells.
        package var port: Int
        package var enrolmentPort: Int
        /// What enrolled parties are told to connect to; `host` if nil.
        package var advertisedHost: String?
        /// Of client certificates.
        package var certificateLifetime: Duration = .seconds(3600)
        /// Of the server's own certificate, made at each start.
        package var serverCertificateLifetime: Duration = .seconds(397 * 86_400)
        /// How long a peer may take to say hello.
        package var helloTimeMax: Duration = .seconds(10)
        /// How long peers may take to finish at a graceful shutdown, and after a handler returned.
        package var drainTimeMax: Duration = .seconds(5)
        /// Whether both listeners offer X25519MLKEM768 and no other group.
        package var isPostQuantum = false
        /// Names revoked before this start.
        package var revoked: Set<PeerName> = []

        package init(railID: Text, host: String = "127.0.0.1", port: Int = 0, enrolmentPort: Int = 0) {
            self.railID = railID
            self.host = host
            self.port = port
            self.enrolmentPort = enrolmentPort
        }
    }

    package typealias Handler = @Sendable (MeshSession) async throws -> Void

    let configuration: Configuration
    let authority: CertificateAuthority
    let registry: any EnrolmentRegistry
    let clock: @Sendable () -> Instant
    let logger: Logger
    let handler: Handler
    let table: SessionTable
    let peers: ConnectedPeers
    private let meshTransport: MeshTransport
    private let enrolmentTransport: MeshTransport

    /// `clock` is asked for the time of every decision. `handler` is called once a session, which ends when it returns.
    /// Throws `mesh.bad-name` for a host that is no IP address, or a rail id that no welcome can carry.
    package init(
        configuration: Configuration, authority: CertificateAuthority, registry: any EnrolmentRegistry,
        clock: @escaping @Sendable () -> Instant, logger: Logger, handler: @escaping Handler
    ) throws {
        guard (1...MeshLimits.identifierBytesMax).contains(configuration.railID.utf8.count) else {
            throw MeshError(.badName, "a rail id has 1 to \(MeshLimits.identifierBytesMax) bytes")
        }
        self.configuration = configuration
        self.authority = authority
        self.registry = registry
        self.clock = clock
        self.logger = logger
        self.handler = handler
        table = SessionTable(revoked: configuration.revoked)
        let key = P256.Signing.PrivateKey()
        let certificate = try authority.issueServer(
            key: key, now: clock(), lifetime: configuration.serverCertificateLifetime)
        let transports = try ServerTransports(
            configuration, certificate: certificate.bytes, keyPEM: key.pemRepresentation, authority: authority)
        peers = transports.peers
        meshTransport = transports.mesh
        enrolmentTransport = transports.enrolment
    }

    /// The addresses in use, once `run()` has bound them; waits until then. Throws `mesh.unreachable` if it could not.
    package var addresses: MeshAddresses {
        get async throws {
            let host = configuration.advertisedHost ?? configuration.host
            return try await MeshAddresses(
                mesh: MeshAddress(host: host, port: Self.port(of: meshTransport)),
                enrolment: MeshAddress(host: host, port: Self.port(of: enrolmentTransport)))
        }
    }

    private static func port(of transport: MeshTransport) async throws -> Int {
        let address = await transport.listeningAddress
        guard let port = address?.ipv4?.port ?? address?.ipv6?.port else {
            throw MeshError(.unreachable, "the server does not listen on an IP address")
        }
        return port
    }

    /// The sessions that are open now, in no order.
    package var sessions: [MeshSession] { table.all }

    /// Says who is revoked now: sessions of these names are closed (`mesh.revoked`) and their certificates refused;
    /// names that are no longer among them may come back. Not kept over a restart.
    package func setRevoked(_ names: Set<PeerName>) { table.setRevoked(names) }

    package func run() async throws {
        try await withGracefulShutdownHandler {
            try await serve()
        } onGracefulShutdown: {
            self.table.startDraining()
        }
    }

    private func serve() async throws {
        let mesh = GRPCServer(transport: meshTransport, router: meshRouter())
        let enrolment = GRPCServer(transport: enrolmentTransport, router: enrolmentRouter())
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for server in [mesh, enrolment] {
                group.addTask {
                    do { try await server.serveInOrder() } catch {
                        throw MeshError(.unreachable, "the rail's listener stopped", cause: error)
                    }
                    return true
                }
            }
            group.addTask {
                do { try await self.table.untilDraining() } catch {
                    // Cancelled: sessions end at once, so that the listeners can.
                    for session in self.table.all { session.close(MeshError(.draining, "the rail stops")) }
                    throw error
                }
                await self.drain()
                enrolment.beginGracefulShutdown()
                mesh.beginGracefulShutdown()
                // A peer that reads nothing can hold up HTTP/2's own shutdown: then the sockets are closed under it.
                try await Task.sleep(for: .seconds(1))
                return false
            }
            defer { group.cancelAll() }
            var stopped = 0
            while stopped < 2, let served = try await group.next() {
                guard served else { return }
                stopped += 1
            }
        }
    }

    /// Asks every peer to finish and waits, up to `drainTimeMax`.
    private func drain() async {
        let reason = "the rail is shutting down"
        await withTaskGroup(of: Void.self) { group in
            for session in table.all {
                // A send that waits for a full queue ends when the session is closed below.
                group.addTask { try? await session.send(.drain(reason: reason)) }
            }
            group.addTask {
                let clock = ContinuousClock()
                let end = clock.now + self.configuration.drainTimeMax
                while !self.table.all.isEmpty, clock.now < end {
                    try? await Task.sleep(for: .milliseconds(10))
                }
                for session in self.table.all { session.close(MeshError(.draining, reason)) }
            }
        }
    }
}
