import Crypto
import Foundation
import NexusBase
import Synchronization
import Testing

@testable import NexusMesh

/// Reads until the session ends; returns why.
private func untilEnd(_ link: MeshLink) async throws { for try await _ in link.inbound {} }

@Suite(.timeLimit(.minutes(3))) struct SessionTests {
    @Test func `an enrolled node says hello, gets its welcome and an answer`() async throws {
        let rig = try Rig()
        try await rig.serving {
            let party = Party("a")
            let client = try await rig.enrol(party)
            let count = try await party.session(client) { link in
                #expect(link.welcome.railID == "did:example:rail")
                try await link.send(.heartbeat(Heartbeat(running: 3, queued: 0, loadPermille: 0, maxConcurrency: 1)))
                for try await message in link.inbound {
                    guard case .cancel(let digests) = message else { continue }
                    return digests.count
                }
                return 0
            }
            #expect(count == 3)
        }
    }

    @Test func `1000 assignments in batches of 64 come back answered, payloads open`() async throws {
        let answered = Mutex<[NexusBase.Digest: [UInt8]]>([:])
        let done = BoundedQueue<Never>()
        let jobs = (0..<1000).map { index in
            Assignment(
                token: Array("token \(index)".utf8), tokenDigest: NexusBase.Digest(of: Array("token \(index)".utf8)),
                payload: randomBytes(600))
        }
        let rig = try Rig { session in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for start in stride(from: 0, to: 1000, by: 64) {
                    // Several senders at once: the writer alone decides the order of the seals.
                    group.addTask { try await session.send(.assignments(Array(jobs[start..<min(start + 64, 1000)]))) }
                }
                try await group.waitForAll()
            }
            for try await message in session.inbound {
                guard case .answers(let answers) = message else { continue }
                let count = answered.withLock { answered in
                    for answer in answers {
                        if case .cac(let bytes) = answer.outcome { answered[answer.tokenDigest] = bytes }
                    }
                    return answered.count
                }
                if count == 1000 { break }
            }
            done.finish()
        }
        try await rig.serving {
            let party = Party("a")
            let client = try await rig.enrol(party)
            let frames = try await party.session(client) { link in
                var frames = 0
                for try await message in link.inbound {
                    guard case .assignments(let jobs) = message else { continue }
                    frames += 1
                    #expect(jobs.count <= MeshLimits.itemsPerFrameMax)
                    try await link.send(
                        .answers(jobs.map { Answer(tokenDigest: $0.tokenDigest, outcome: .cac([1] + $0.payload)) }))
                }
                return frames
            }
            _ = try await done.take()
            #expect(frames >= 16)
            let expected = Dictionary(uniqueKeysWithValues: jobs.map { ($0.tokenDigest, [1] + $0.payload) })
            #expect(answered.withLock { $0 } == expected)
        }
    }

    @Test func `materials, validation requests, cosignatures and refusals arrive as sent`() async throws {
        let sent: [RailMessage] = [
            .materials([
                Material(
                    kind: "module", digest: NexusBase.Digest(of: [1]), bytes: [UInt8](repeating: 7, count: 100_000))
            ]),
            .validationRequest(randomBytes(1000)),
        ]
        let received: [NodeMessage] = [
            .cosignature([7]), .materialRequest([NexusBase.Digest(of: [2])]),
            .answers([
                Answer(
                    tokenDigest: NexusBase.Digest(of: [3]),
                    outcome: .refusal(Refusal(code: "runtime.out-of-fuel", message: "é")))
            ]),
            .heartbeat(Heartbeat(running: 0, queued: 0, loadPermille: 0, maxConcurrency: 0)), .drained,
        ]
        let rig = try Rig { session in
            for message in sent { try await session.send(message) }
            var messages: [NodeMessage] = []
            for try await message in session.inbound { messages.append(message) }
            #expect(messages == received)
        }
        try await rig.serving {
            let party = Party("v", .validator)
            let client = try await rig.enrol(party)
            let hello = party.hello { $0.sealingPublicKey = [] }
            try await party.session(client, hello: hello) { link in
                #expect(link.welcome.encapsulatedKey.isEmpty)
                var messages: [RailMessage] = []
                for try await message in link.inbound {
                    messages.append(message)
                    if messages.count == sent.count { break }
                }
                #expect(messages == sent)
                for message in received { try await link.send(message) }
            }
        }
    }

    @Test func `a validator without a sealing key gets no assignments`() async throws {
        let rig = try Rig { session in
            let job = Assignment(token: [1], tokenDigest: NexusBase.Digest(of: [1]), payload: [])
            #expect(await meshCode { try await session.send(.assignments([job])) } == .unexpectedFrame)
        }
        try await rig.serving {
            let party = Party("v", .validator)
            let client = try await rig.enrol(party)
            let hello = party.hello { $0.sealingPublicKey = [] }
            try await party.session(client, hello: hello, untilEnd)
        }
    }

    @Test func `the rail's end of a session reaches the node with its code, and the next connection works`()
        async throws
    {
        let rig = try Rig { session in
            if session.hello.logIndex == 0 { throw BaseError(.missingField, "the identity document is not signed") }
        }
        try await rig.serving {
            let party = Party("a")
            let client = try await rig.enrol(party)
            let hello = party.hello { $0.logIndex = 0 }
            #expect(await meshCode { try await party.session(client, hello: hello, untilEnd) } == .refused)
            for _ in 0..<3 { try await party.session(client, untilEnd) }
        }
    }

    @Test func `a handler that closes with a reason gives that reason`() async throws {
        let rig = try Rig { session in
            session.close(MeshError(.wrongName, "the identity document is another's", at: "hello"))
            try await Task.sleep(for: .seconds(60))
        }
        try await rig.serving {
            let party = Party("a")
            let client = try await rig.enrol(party)
            let error = await failure { try await party.session(client, untilEnd) } as? MeshError
            #expect(error?.code == .wrongName)
            #expect(error?.place == "hello")
            #expect(error?.message == "the identity document is another's")
        }
    }

    @Test func `what cannot be in a frame is refused by send, and the session goes on`() async throws {
        let rig = try Rig()
        try await rig.serving {
            let party = Party("a")
            let client = try await rig.enrol(party)
            try await party.session(client) { link in
                let big = [UInt8](repeating: 0, count: MeshLimits.cosignatureBytesMax + 1)
                let error = await failure { try await link.send(.cosignature(big)) } as? MeshError
                #expect(error?.code == .tooLarge)
                #expect(error?.place == "node-frame.cosignature")
                try await link.send(.heartbeat(Heartbeat(running: 1, queued: 0, loadPermille: 0, maxConcurrency: 1)))
                for try await message in link.inbound {
                    if case .cancel = message { return }
                }
                Issue.record("no answer")
            }
        }
    }

    @Test func `a second session of one name ends the first`() async throws {
        let rig = try Rig()
        try await rig.serving {
            let party = Party("a")
            let client = try await rig.enrol(party)
            let begun = BoundedQueue<Never>()
            async let first = meshCode {
                try await party.session(client) { link in
                    begun.finish()
                    try await untilEnd(link)
                }
            }
            _ = try await begun.take()
            try await party.session(client) { link in
                try await link.send(.heartbeat(Heartbeat(running: 1, queued: 0, loadPermille: 0, maxConcurrency: 1)))
                for try await message in link.inbound { if case .cancel = message { return } }
            }
            #expect(await first == .superseded)
        }
    }

    @Test func `a node renews its certificate and connects with the new one`() async throws {
        let rig = try Rig()
        try await rig.serving {
            let party = Party("a")
            let client = try await rig.enrol(party)
            let newKey = Array(P256.Signing.PrivateKey().rawRepresentation)
            let renewed = try await client.renew(newKey: newKey)
            #expect(renewed.name == client.credential.name)
            #expect(renewed.certificate != client.credential.certificate)
            let again = try MeshClient(credential: renewed, key: newKey)
            try await party.session(again) { _ in }
        }
    }

    @Test func `a body that ends early leaves nothing unsent`() async throws {
        let count = Mutex(0)
        let done = BoundedQueue<Never>()
        let rig = try Rig { session in
            for try await message in session.inbound {
                if case .answers(let answers) = message { count.withLock { $0 += answers.count } }
            }
            done.finish()
        }
        try await rig.serving {
            let party = Party("a")
            let client = try await rig.enrol(party)
            try await party.session(client) { link in
                for index in 0..<200 {
                    let answer = Answer(
                        tokenDigest: NexusBase.Digest(of: [UInt8(index)]), outcome: .cac(randomBytes(3000)))
                    try await link.send(.answers([answer]))
                }
            }
            _ = try await done.take()
            #expect(count.withLock { $0 } == 200)
        }
    }
}
