import Crypto
import Foundation
import Logging
import NexusBase
import NexusMesh
import ServiceLifecycle
import Synchronization
import Testing

/// Wall clock, as the shells give it.
func wallClock() -> Instant { Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) }

func randomBytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8.random(in: 0...255) } }

/// A registry that forgets with the process.
final class MemoryRegistry: EnrolmentRegistry {
    private let ledger = Mutex(EnrolmentLedger())

    func issue(_ token: EnrolmentToken) {
        ledger.withLock { $0.issue(secretDigest: token.secretDigest, role: token.role, expires: token.expires) }
    }

    func redeem(_ redemption: Redemption, now: Instant) async throws {
        try ledger.withLock {
            try $0.redeem(
                secretDigest: redemption.secretDigest, role: redemption.role, did: redemption.did, now: now)
        }
    }
}

let quiet = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

func configured(_ configure: (inout MeshServer.Configuration) -> Void) -> MeshServer.Configuration {
    var configuration = MeshServer.Configuration(railID: "did:example:rail")
    configure(&configuration)
    return configuration
}

/// A rail on loopback.
struct Rig: Sendable {
    let rail: RailName
    let authority: CertificateAuthority
    let registry: MemoryRegistry
    let server: MeshServer

    init(
        _ configuration: MeshServer.Configuration = .init(railID: "did:example:rail"),
        handler: @escaping MeshServer.Handler = Rig.echo
    ) throws {
        rail = try RailName("test")
        authority = try CertificateAuthority.make(
            rail: rail, key: Array(P256.Signing.PrivateKey().rawRepresentation), now: wallClock())
        registry = MemoryRegistry()
        server = try MeshServer(
            configuration: configuration, authority: authority, registry: registry, clock: wallClock,
            logger: quiet, handler: handler)
    }

    init(rail: RailName, authority: CertificateAuthority, registry: MemoryRegistry, server: MeshServer) {
        self.rail = rail
        self.authority = authority
        self.registry = registry
        self.server = server
    }

    /// Answers each heartbeat with a cancel message of that many digests.
    @Sendable static func echo(_ session: MeshSession) async throws {
        for try await message in session.inbound {
            if case .heartbeat(let beat) = message {
                try await session.send(.cancel((0..<beat.running).map { Digest(of: [UInt8($0)]) }))
            }
        }
    }

    /// Runs the server around `body` and shuts it down gracefully.
    func serving<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) async throws -> Value {
        let group = ServiceGroup(services: [server], logger: quiet)
        return try await withThrowingTaskGroup(of: Value?.self) { tasks in
            tasks.addTask {
                try await group.run()
                return nil
            }
            tasks.addTask {
                let result: Result<Value, any Error>
                do { result = .success(try await body()) } catch { result = .failure(error) }
                await group.triggerGracefulShutdown()
                return try result.get()
            }
            var value: Value?
            while let next = try await tasks.next() { value = next ?? value }
            return try #require(value)
        }
    }

    func token(_ role: PeerRole = .node, lifetime: Duration = .seconds(60)) async throws -> EnrolmentToken {
        let token = try EnrolmentToken(
            rail: rail, address: try await server.addresses.enrolment, caFingerprint: authority.fingerprint,
            role: role, expires: wallClock() + lifetime, secret: randomBytes(32))
        registry.issue(token)
        return token
    }

    func enrol(_ party: Party) async throws -> MeshClient {
        let credential = try await Enrolment.enrol(
            try await token(party.role), did: party.did, identityDocument: [1, 2, 3], key: party.tlsKey)
        return try MeshClient(credential: credential, key: party.tlsKey)
    }
}

/// A node or validator to be.
struct Party: Sendable {
    let did: Text
    var role: PeerRole = .node
    let tlsKey = Array(P256.Signing.PrivateKey().rawRepresentation)
    let sealingKey = Curve25519.KeyAgreement.PrivateKey()

    init(_ name: String, _ role: PeerRole = .node) {
        did = Text("did:example:\(name)")
        self.role = role
    }

    var hello: Hello {
        Hello(
            role: role, did: did, identityDocument: [1, 2, 3],
            sealingPublicKey: Array(sealingKey.publicKey.rawRepresentation), runtimeDescription: [4], logIndex: 7)
    }

    func hello(_ change: (inout Hello) -> Void) -> Hello {
        var hello = hello
        change(&hello)
        return hello
    }

    func session<Value: Sendable>(
        _ client: MeshClient, hello: Hello? = nil, _ body: @escaping @Sendable (MeshLink) async throws -> Value
    ) async throws -> Value {
        try await client.withSession(
            hello: hello ?? self.hello, sealingKey: Array(sealingKey.rawRepresentation), body)
    }
}

/// The error that `body` throws.
func failure(_ body: () async throws -> some Any) async -> (any Error)? {
    do {
        _ = try await body()
        return nil
    } catch { return error }
}

func meshCode(_ body: () async throws -> some Any) async -> MeshError.Code? {
    (await failure(body) as? MeshError)?.code
}

/// Something that happened.
final class Flag: Sendable {
    private let raised = Mutex(false)
    var isRaised: Bool { raised.withLock { $0 } }
    func raise() { raised.withLock { $0 = true } }
}
