import NexusBase
package import NexusTestInputs

/// A journal's file on a disk that holds writes back: what was written since the last sync may be lost, torn or kept,
/// sector by sector and in any order. Records are chained as those of the rail's journal are, so that a reader finds
/// where the good ones end.
package struct SimulatedJournal {
    static let sectorBytes = 512

    /// Survives everything.
    private var synced: [UInt8] = []
    /// Written and not synced.
    private var written: [UInt8] = []
    private var head = SimulatedJournal.empty
    package private(set) var syncedCount = 0
    private var writtenCount = 0

    private static let empty = Digest(of: [])

    package init() {}

    package mutating func write(_ record: [UInt8]) {
        head = Digest(ofParts: head.bytes, record)
        withUnsafeBytes(of: UInt32(record.count).littleEndian) { written += $0 }
        written += head.bytes
        written += record
        writtenCount += 1
    }

    package mutating func sync() {
        synced += written
        written = []
        syncedCount += writtenCount
        writtenCount = 0
    }

    /// The process ends: the operating system still has what was handed to it.
    mutating func loseProcess(_ random: inout SplitMix64) {
        if random.draw(0...1) == 0 { written = Array(written.prefix(random.draw(0...max(0, written.count)))) }
    }

    /// The power goes: each sector that was not synced is there, or not, or only its first half.
    package mutating func losePower(_ random: inout SplitMix64) {
        var torn = written
        // Sectors are those of the file; the one that holds synced bytes too is written in one piece or not at all.
        var start = 0
        while start < torn.count {
            let end = min(torn.count, start + Self.sectorBytes - (synced.count + start) % Self.sectorBytes)
            switch random.draw(0...3) {
            case 0: for place in start..<end { torn[place] = 0 }
            case 1: for place in (start + (end - start) / 2)..<end { torn[place] = 0 }
            default: break
            }
            start = end
        }
        written = torn
    }

    /// Damages a bit of what is durable.
    package mutating func flip(_ random: inout SplitMix64) {
        guard !synced.isEmpty else { return }
        synced[random.draw(0...synced.count - 1)] ^= 1 << UInt8(random.draw(0...7))
    }

    /// Reads the file as a start of the rail does: the good records, of which a tail that was never synced may be cut.
    /// Nil if records are gone that were durable once: the rail must not start.
    package mutating func recover() -> Int? {
        let file = synced + written
        var place = 0
        var count = 0
        var chain = Self.empty
        while place + 36 <= file.count {
            let length = file[place..<place + 4].enumerated().reduce(0) { $0 + Int($1.element) << (8 * $1.offset) }
            guard length <= file.count - place - 36 else { break }
            let record = file[(place + 36)..<(place + 36 + length)]
            let next = Digest(ofParts: chain.bytes, Array(record))
            guard next.bytes == Array(file[(place + 4)..<(place + 36)]) else { break }
            chain = next
            place += 36 + length
            count += 1
        }
        guard count >= syncedCount else { return nil }
        synced = Array(file[..<place])
        written = []
        writtenCount = 0
        syncedCount = count
        head = chain
        return count
    }
}
