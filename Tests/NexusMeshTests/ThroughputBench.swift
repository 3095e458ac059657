import Foundation
import NexusBase
import Synchronization
import Testing

@testable import NexusMesh

/// Not a test: prints what the wire carries on this machine, one JSON line a size. Rail and node share the process.
///
///     NEXUS_BENCH=1 swift test -c release -Xswiftc -enable-testing --filter ThroughputBench
@Suite(.serialized, .enabled(if: ProcessInfo.processInfo.environment["NEXUS_BENCH"] != nil))
struct ThroughputBench {
    @Test(arguments: [1, 8, 64]) func `round trips a second`(_ jobsPerSend: Int) async throws {
        let seconds = 5.0
        let sendsInFlight = 32
        let payload = randomBytes(600)
        let answer = randomBytes(1500)
        let result = Mutex<(jobs: Int, frames: Int, cpu: Double, wall: Double)?>(nil)
        let rig = try Rig { session in
            var next: UInt64 = 0
            func batch() -> RailMessage {
                .assignments(
                    (0..<jobsPerSend).map { _ in
                        next += 1
                        let token = withUnsafeBytes(of: next) { Array($0) } + payload[..<300]
                        return Assignment(token: token, tokenDigest: NexusBase.Digest(of: token), payload: payload)
                    })
            }
            for _ in 0..<sendsInFlight { try await session.send(batch()) }
            var answered = 0
            var owed = 0
            var frames = 0
            let start = ContinuousClock.now
            let cpu = processorSeconds()
            for try await message in session.inbound {
                guard case .answers(let answers) = message else { continue }
                answered += answers.count
                owed += answers.count
                frames += 1
                while owed >= jobsPerSend {
                    owed -= jobsPerSend
                    try await session.send(batch())
                }
                let elapsed = ContinuousClock.now - start
                if elapsed >= .seconds(seconds) {
                    let wall = Double(elapsed.wholeMilliseconds) / 1000
                    result.withLock { [answered, frames] in $0 = (answered, frames, processorSeconds() - cpu, wall) }
                    return
                }
            }
        }
        try await rig.serving {
            let party = Party("bench")
            let client = try await rig.enrol(party)
            try await party.session(client) { link in
                for try await message in link.inbound {
                    guard case .assignments(let jobs) = message else { continue }
                    try await link.send(
                        .answers(jobs.map { Answer(tokenDigest: $0.tokenDigest, outcome: .cac(answer)) }))
                }
            }
        }
        let (jobs, frames, cpu, wall) = try #require(result.withLock { $0 })
        print(
            #"{"bench":"mesh-round-trips","jobsPerSend":\#(jobsPerSend),"sendsInFlight":\#(sendsInFlight),"#
                + #""jobsPerSecond":\#(Int(Double(jobs) / wall)),"jobsPerFrame":\#(jobs / max(frames, 1)),"#
                + #""cpuMicrosecondsPerJob":\#(Int(cpu * 1_000_000 / Double(jobs)))}"#)
    }
}

/// User and system time of this process.
private func processorSeconds() -> Double {
    var usage = rusage()
    // RUSAGE_SELF, whose type differs between systems.
    getrusage(0, &usage)
    return Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
        + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1_000_000
}
