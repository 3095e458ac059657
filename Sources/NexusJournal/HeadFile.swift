import Foundation
import NexusBase

/// `NAME-head`: remembers the last acknowledged record beside the journal, so that a lost tail (a copy without the
/// `-wal` file, a write-ahead log cut short) is noticed. Synced at close only: it may lag behind, never lead.
final class HeadFile: Sendable {
    private static let size = 80
    private let descriptor: CInt

    init(path: String) throws {
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw JournalError(.inputOutput, "cannot open the head file", at: path) }
    }

    deinit { _ = Foundation.close(descriptor) }

    private static func checksum(_ sequence: [UInt8], _ digest: [UInt8]) -> [UInt8] {
        Framed.digest("nexus-journal-head-v1", sequence, digest).bytes
    }

    /// What was written last, or nil if nothing was or it is torn.
    func read() -> JournalHead? {
        var bytes = [UInt8](repeating: 0, count: Self.size)
        guard pread(descriptor, &bytes, Self.size, 0) == Self.size else { return nil }
        let sequence = bytes[0..<8].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard Self.checksum(Array(bytes[0..<8]), Array(bytes[8..<40])) == Array(bytes[40..<72]),
            let known = JournalSequence(exactly: sequence), let digest = try? Digest(bytes: bytes[8..<40])
        else { return nil }
        return JournalHead(sequence: known, digest: digest)
    }

    /// A failure to write is passed over: the file is a precaution, not a promise.
    func write(_ head: JournalHead) {
        var bytes: [UInt8] = []
        bytes.append(bigEndian: UInt64(head.sequence))
        let sequence = bytes
        bytes += head.digest.bytes
        bytes += Self.checksum(sequence, head.digest.bytes)
        bytes.append(bigEndian: 0)
        _ = pwrite(descriptor, bytes, Self.size, 0)
    }

    func synchronize() { _ = fsync(descriptor) }
}
