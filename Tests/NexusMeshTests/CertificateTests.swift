import Crypto
import Foundation
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import NexusBase
import ServiceLifecycle
import Testing

@testable import NexusMesh

private func untilEnd(_ link: MeshLink) async throws { for try await _ in link.inbound {} }

@Suite(.timeLimit(.minutes(3))) struct CertificateTests {
    @Test func `a client without a certificate is refused`() async throws {
        let called = Flag()
        let rig = try Rig { _ in called.raise() }
        try await rig.serving {
            let address = try await rig.server.addresses.mesh
            let security = HTTP2ClientTransport.Posix.TransportSecurity.verifying(authority: rig.authority.certificate)
            let party = Party("a")
            let credential = try await rig.enrol(party).credential
            let code = await meshCode {
                try await withConnection(to: address, rail: rig.rail, security: security) { client in
                    let session = ClientSession(
                        credential: credential, hello: party.hello,
                        sealingKey: Array(party.sealingKey.rawRepresentation), finishTimeMax: .seconds(1))
                    return try await session.run(over: client, connectTimeMax: .seconds(5), untilEnd)
                }
            }
            #expect(code == .unreachable)
        }
        #expect(!called.isRaised)
    }

    @Test func `a certificate of a foreign CA is refused`() async throws {
        let called = Flag()
        let rig = try Rig { _ in called.raise() }
        try await rig.serving {
            let party = Party("a")
            let foreign = try CertificateAuthority.make(
                rail: rig.rail, key: Array(P256.Signing.PrivateKey().rawRepresentation), now: wallClock())
            let forged = try foreign.issueClient(
                SigningRequest(key: party.tlsKey), name: PeerName(role: .node, did: party.did, rail: rig.rail),
                now: wallClock(), lifetime: .seconds(60))
            let credential = try MeshCredential(
                rail: rig.rail, railID: "did:example:rail", address: await rig.server.addresses.mesh,
                certificate: forged.bytes, authority: foreign.certificate)
            // The client trusts the true rail, so that it is the rail that refuses.
            let security = HTTP2ClientTransport.Posix.TransportSecurity.mTLS(
                certificateChain: [.bytes(forged.bytes, format: .der)],
                privateKey: .bytes(
                    Array(try P256.Signing.PrivateKey(rawRepresentation: party.tlsKey).pemRepresentation.utf8),
                    format: .pem)
            ) { $0.trustRoots = .certificates([.bytes(rig.authority.certificate, format: .der)]) }
            let code = await meshCode {
                try await withConnection(to: credential.address, rail: rig.rail, security: security) { client in
                    let session = ClientSession(
                        credential: credential, hello: party.hello,
                        sealingKey: Array(party.sealingKey.rawRepresentation), finishTimeMax: .seconds(1))
                    return try await session.run(over: client, connectTimeMax: .seconds(5), untilEnd)
                }
            }
            #expect(code == .unreachable)
            // And the other way round: a node refuses a rail that its CA does not vouch for.
            let client = try MeshClient(credential: credential, key: party.tlsKey)
            #expect(await meshCode { try await party.session(client, untilEnd) } == .unreachable)
        }
        #expect(!called.isRaised)
    }

    @Test func `a rail of another name is refused by the node, although the address is right`() async throws {
        let rig = try Rig()
        try await rig.serving {
            let address = try await rig.server.addresses.mesh
            let security = HTTP2ClientTransport.Posix.TransportSecurity.verifying(authority: rig.authority.certificate)
            let code = await meshCode {
                try await withConnection(to: address, rail: try RailName("other"), security: security) { client in
                    try await client.call(
                        Methods.renew, RenewRequest(signingRequest: [1]), limit: .seconds(5), as: RenewResponse.self)
                }
            }
            #expect(code == .unreachable)
        }
    }

    @Test func `a hello with another DID or role than the certificate's is refused`() async throws {
        let called = Flag()
        let rig = try Rig { _ in called.raise() }
        try await rig.serving {
            let party = Party("a")
            let client = try await rig.enrol(party)
            let otherDID = party.hello { $0.did = "did:example:b" }
            let otherRole = party.hello { $0.role = .validator }
            #expect(await meshCode { try await party.session(client, hello: otherDID, untilEnd) } == .wrongName)
            #expect(await meshCode { try await party.session(client, hello: otherRole, untilEnd) } == .wrongName)
        }
        #expect(!called.isRaised)
    }

    /// Two seconds are enough to connect, unless the machine is busy with something else: then a longer time is tried.
    @Test(arguments: [[2, 4, 8, 16, 32]])
    func `a session is closed at its certificate's notAfter and the certificate is refused after it`(
        _ lifetimes: [Int]
    ) async throws {
        let rig = try Rig { session in for try await _ in session.inbound {} }
        try await rig.serving {
            let party = Party("a")
            let enrolled = try await rig.enrol(party).credential
            for lifetime in lifetimes {
                let issued = try rig.authority.issueClient(
                    SigningRequest(key: party.tlsKey), name: enrolled.name, now: wallClock(),
                    lifetime: .seconds(lifetime))
                let credential = try MeshCredential(
                    rail: rig.rail, railID: enrolled.railID, address: enrolled.address, certificate: issued.bytes,
                    authority: rig.authority.certificate)
                let client = try MeshClient(credential: credential, key: party.tlsKey)
                let begun = Flag()
                let code = await meshCode {
                    try await party.session(client) { link in
                        begun.raise()
                        try await untilEnd(link)
                    }
                }
                #expect(wallClock() >= issued.notAfter)
                guard begun.isRaised else { continue }
                #expect(code == .certificateExpired)
                #expect(await meshCode { try await party.session(client, untilEnd) } == .unreachable)
                #expect(await meshCode { try await client.renew(newKey: party.tlsKey) } == .unreachable)
                return
            }
            Issue.record("no session began within \(lifetimes) seconds")
        }
    }

    @Test func `a session is closed on revocation, and the name is refused from then on`() async throws {
        let rig = try Rig { session in for try await _ in session.inbound {} }
        try await rig.serving {
            let party = Party("a")
            let other = Party("b")
            let client = try await rig.enrol(party)
            let otherClient = try await rig.enrol(other)
            try await other.session(otherClient) { otherLink in
                let code = await meshCode {
                    try await party.session(client) { link in
                        rig.server.setRevoked([client.credential.name])
                        try await untilEnd(link)
                    }
                }
                #expect(code == .revoked)
                #expect(await meshCode { try await party.session(client, untilEnd) } == .revoked)
                #expect(await meshCode { try await client.renew(newKey: party.tlsKey) } == .revoked)
                // The other session did not notice.
                try await otherLink.send(.drained)
            }
        }
    }

    @Test func `a name revoked before the start is refused`() async throws {
        let party = Party("a")
        let name = PeerName(role: .node, did: party.did, rail: try RailName("test"))
        let rig = try Rig(configured { $0.revoked = [name] })
        try await rig.serving { #expect(await meshCode { try await rig.enrol(party) } == .revoked) }
    }
}
