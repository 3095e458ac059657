import Crypto
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import NexusBase

typealias Client = GRPCClient<HTTP2ClientTransport.Posix>

/// Runs `body` over a connection to a rail's listener, and closes it. Throws what `body` throws.
///
/// TLS verifies the name in `http2.authority` against the DNS names in the rail's certificate, whatever the address is.
func withConnection<Value: Sendable>(
    to address: MeshAddress, rail: RailName,
    security: HTTP2ClientTransport.Posix.TransportSecurity, _ quantum: PostQuantumLink? = nil,
    _ body: @escaping @Sendable (Client) async throws -> Value
) async throws -> Value {
    let client: Client
    do {
        let upgrade = try quantum?.upgrade(rail.serverDNSName)
        let transport = try HTTP2ClientTransport.Posix(
            target: address.target, transportSecurity: upgrade == nil ? security : .customSecure,
            config: .defaults { config in
                config.channelDebuggingCallbacks.onCreateTCPConnection = upgrade
                config.http2.authority = rail.serverDNSName
                config.connection.keepalive = .init(
                    time: .seconds(20), timeout: .seconds(20), allowWithoutCalls: false)
            })
        client = GRPCClient(transport: transport)
    } catch {
        throw MeshError(.unreachable, "no way to \(address)", cause: error)
    }
    return try await withThrowingTaskGroup(of: Value?.self) { group in
        group.addTask {
            do { try await client.runConnections() } catch { throw MeshError(transport: error) }
            return nil
        }
        group.addTask { try await body(client) }
        defer {
            client.beginGracefulShutdown()
            group.cancelAll()
        }
        while let finished = try await group.next() {
            if let finished { return finished }
        }
        throw MeshError(.closed, "the connection was closed before the call")
    }
}

extension HTTP2ClientTransport.Posix.TransportSecurity {
    /// Full verification of the server against the rail's CA.
    static func verifying(authority: [UInt8]) -> Self {
        .tls { $0.trustRoots = .certificates([.bytes(authority, format: .der)]) }
    }

    /// The same, and a client certificate.
    static func mutual(_ credential: MeshCredential, key: P256.Signing.PrivateKey) -> Self {
        .mTLS(
            certificateChain: [.bytes(credential.certificate, format: .der)],
            privateKey: .bytes(Array(key.pemRepresentation.utf8), format: .pem)
        ) { $0.trustRoots = .certificates([.bytes(credential.authority, format: .der)]) }
    }

    /// None: only to fetch the CA's certificate, which is then held against a pinned fingerprint.
    static var unverified: Self {
        .tls {
            $0.serverCertificateVerification = .noVerification
            $0.trustRoots = .certificates([])
        }
    }
}
