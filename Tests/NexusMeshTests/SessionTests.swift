import NexusBase
import NexusMesh
import Testing

@Suite(.timeLimit(.minutes(1))) struct SessionTests {
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
}
