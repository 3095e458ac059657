import Foundation
import NexusBase
import Testing

@testable import NexusJournal

/// Prints, asserts nothing about time: `NEXUS_SPEED=1 swift test -c release --filter JournalSpeedTests`.
@Suite(.serialized) struct JournalSpeedTests {
    @Test(.enabled(if: ProcessInfo.processInfo.environment["NEXUS_SPEED"] != nil), arguments: [1, 8, 64, 256])
    func `records a second by group size`(groupSize: Int) async throws {
        let folder = try Folder()
        let journal = try Journal(path: folder.journal)
        let bytes = (0..<600).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let group = [JournalRecord](repeating: .init(kind: .init(rawValue: 1), bytes: bytes), count: groupSize)
        let groups = max(200, min(4_000, 200_000 / groupSize))
        let clock = ContinuousClock()
        let start = clock.now
        for _ in 0..<groups { try await journal.append(group) }
        let taken = start.duration(to: clock.now)
        let seconds = Double(taken.components.seconds) + Double(taken.components.attoseconds) / 1e18
        let rate = Int(Double(groups * groupSize) / seconds)
        print("journal: group \(groupSize): \(rate) records/s, \(journal.counters.commits) commits, 600-byte records")
        await journal.close()
        let opened = clock.now
        _ = try Journal(path: folder.journal)
        print("journal: chain of \(groups * groupSize) checked at opening in \(opened.duration(to: clock.now))")
        #expect(journal.counters.records == groups * groupSize)
    }
}
