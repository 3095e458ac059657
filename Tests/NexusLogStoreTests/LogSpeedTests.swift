import Foundation
import NexusBase
import NexusLog
import Testing

@testable import NexusLogStore

/// Prints, asserts nothing about time: `NEXUS_SPEED=1 swift test -c release --filter LogSpeedTests`.
@Suite(.serialized) struct LogSpeedTests {
    static let isAsked = ProcessInfo.processInfo.environment["NEXUS_SPEED"] != nil

    func seconds(_ duration: Duration) -> Double {
        Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
    }

    @Test(.enabled(if: isAsked), arguments: [1, 16, 64, 256, 1_024])
    func `durable appends a second by batch, each batch with a checkpoint`(batch: Int) async throws {
        let folder = try Folder()
        let signer = try testSigner()
        let log = try LogWriter(directory: folder.path, origin: origin, keys: [signer.key])
        let batches = max(20, min(500, 20_000 / batch))
        let payload = [UInt8](repeating: 0x2A, count: 1_000)
        let clock = ContinuousClock()
        let start = clock.now
        for number in 0..<batches {
            _ = try await log.append((0..<batch).map { Array("\(number * batch + $0) ".utf8) + payload })
            _ = try await log.publish(signer)
        }
        let taken = seconds(start.duration(to: clock.now))
        print(
            "log: batch \(batch): \(Int(Double(batches * batch) / taken)) entries/s,"
                + " \(Int(Double(batches) / taken)) checkpoints/s, 1000-byte entries")
    }

    @Test(.enabled(if: isAsked)) func `durable appends a second from 256 callers at once`() async throws {
        let folder = try Folder()
        let signer = try testSigner()
        let log = try LogWriter(directory: folder.path, origin: origin, keys: [signer.key])
        let payload = [UInt8](repeating: 0x2A, count: 1_000)
        let clock = ContinuousClock()
        let start = clock.now
        try await withThrowingTaskGroup(of: Void.self) { group in
            for caller in 0..<256 {
                group.addTask {
                    for number in 0..<80 { _ = try await log.append([Array("\(caller) \(number) ".utf8) + payload]) }
                }
            }
            try await group.waitForAll()
        }
        let taken = seconds(start.duration(to: clock.now))
        print("log: 256 callers of one entry each: \(Int(20_480 / taken)) entries/s")
        let opened = clock.now
        await log.close()
        _ = try LogWriter(directory: folder.path, origin: origin, keys: [signer.key])
        print("log: 20,480 entries opened in \(opened.duration(to: clock.now))")
        let checked = clock.now
        _ = try LogCheck.run(LogReader(directory: folder.path), origin: origin, keys: [signer.key])
        print("log: 20,480 entries checked in \(checked.duration(to: clock.now))")
    }
}
