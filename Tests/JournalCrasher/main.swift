// Writes to a journal until it is killed, and says which records it was told are durable. Used by JournalCrashTests.
import Foundation
import NexusJournal

let journal = try Journal(path: CommandLine.arguments[1])
var next = journal.head.sequence + 1
while true {
    for _ in 0..<4 {
        let first = next
        let count = first % 7 + 1
        let records = (first..<(first + count)).map {
            JournalRecord(
                kind: JournalKind(rawValue: 1),
                bytes: Array("record \($0) ".utf8) + [UInt8](repeating: 1, count: Int($0 % 900)))
        }
        next += count
        journal.enqueue(records) { result in
            guard let range = try? result.get() else { exit(3) }
            var line = Array("\(range.upperBound - 1)\n".utf8)
            _ = Foundation.write(1, &line, line.count)
        }
    }
    try await journal.append([])
}
