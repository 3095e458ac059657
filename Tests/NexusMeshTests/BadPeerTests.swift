import Crypto
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import NexusBase
import Testing

@testable import NexusMesh

/// Sends raw messages in a session call and returns why it ended.
private func rawSession(_ client: MeshClient, _ party: Party, _ frames: [[UInt8]]) async throws -> MeshError? {
    let key = try P256.Signing.PrivateKey(rawRepresentation: party.tlsKey)
    let credential = client.credential
    return await failure {
        try await withConnection(
            to: credential.address, rail: credential.rail, security: .mutual(credential, key: key)
        ) { client in
            try await client.bidirectionalStreaming(
                request: StreamingClientRequest(producer: { writer in
                    for frame in frames { try await writer.write(frame) }
                    try await Task.sleep(for: .seconds(20))
                }), descriptor: Methods.session, serializer: BytesSerializer(), deserializer: BytesSerializer(),
                options: .defaults
            ) { response in for try await _ in response.messages {} }
        }
    }.map { MeshError(transport: $0) }
}

@Suite(.timeLimit(.minutes(3))) struct BadPeerTests {
    /// Each ends its own session with a code and a place, while another node's session goes on.
    @Test func `a broken peer loses its own session and nothing else`() async throws {
        let rig = try Rig()
        try await rig.serving {
            let good = Party("good")
            let bad = Party("bad")
            let goodClient = try await rig.enrol(good)
            let badClient = try await rig.enrol(bad)
            let hello = try NodeFrame.hello(bad.hello).encoded()
            let cases: [([[UInt8]], MeshError.Code, String?)] = [
                ([[0xFF]], .malformedFrame, "node-frame"),
                ([[]], .malformedFrame, "node-frame"),
                ([try NodeFrame.message(.drained).encoded()], .unexpectedFrame, "node-frame"),
                ([hello, hello], .unexpectedFrame, "node-frame.hello"),
                ([hello, hello + [0]], .malformedFrame, "node-frame"),
                ([hello, [UInt8](repeating: 0, count: MeshLimits.nodeFrameBytesMax + 1)], .tooLarge, "node-frame"),
                // Far past the limit the transport resets the stream before the mesh sees a byte.
                ([hello, [UInt8](repeating: 0, count: MeshLimits.nodeFrameBytesMax + (1 << 20))], .unreachable, nil),
            ]
            try await good.session(goodClient) { link in
                for (frames, code, place) in cases {
                    let error = try await rawSession(badClient, bad, frames)
                    #expect(error?.code == code, "\(error as Any)")
                    if let place { #expect(error?.place == place) }
                }
                try await link.send(.heartbeat(Heartbeat(running: 1, queued: 0, loadPermille: 0, maxConcurrency: 1)))
                for try await message in link.inbound { if case .cancel = message { return } }
                Issue.record("the good session ended")
            }
        }
    }

    @Test func `a peer that says nothing is cut off`() async throws {
        let rig = try Rig(configured { $0.helloTimeMax = .milliseconds(200) })
        try await rig.serving {
            let party = Party("a")
            let client = try await rig.enrol(party)
            #expect(try await rawSession(client, party, [])?.code == .timedOut)
        }
    }

    @Test func `a rail that says nothing is given up`() async throws {
        // A listener that accepts and never answers: the kernel completes connections up to the backlog.
        let rig = try Rig()
        let party = Party("a")
        let client = try await rig.serving { try await rig.enrol(party) }
        let silent = try SilentListener()
        defer { silent.close() }
        var moved = try MeshClient(
            credential: MeshCredential(
                rail: rig.rail, railID: client.credential.railID,
                address: MeshAddress(host: "127.0.0.1", port: silent.port), certificate: client.credential.certificate,
                authority: client.credential.authority), key: party.tlsKey)
        moved.connectTimeMax = .milliseconds(300)
        let silentClient = moved
        #expect(await meshCode { try await party.session(silentClient) { _ in } } == .timedOut)
        #expect(await meshCode { try await silentClient.renew(newKey: party.tlsKey) } == .timedOut)
    }
}
