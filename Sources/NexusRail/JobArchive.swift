import Foundation
import NexusBase
import NexusOrchestration
import Synchronization

/// Where the rail's process puts settled jobs away, so that its memory does not grow by all that it ever knew of a
/// job: one file, in which it remembers places. It is made anew at each start while the journal is replayed, so
/// nothing depends on what a crash left of it, and nothing is synced.
final class JobArchive: Sendable {
    private struct Places {
        var ranges: [Int: (offset: Int, count: Int)] = [:]
        var end = 0
    }

    private let descriptor: CInt
    private let path: String
    private let places = Mutex(Places())

    /// An empty archive. Throws `rail.input-output`.
    init(path: String) throws {
        self.path = path
        descriptor = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Self.failure("settled jobs cannot be put away", path) }
    }

    deinit { close(descriptor) }

    /// Puts jobs away. Throws `rail.input-output`: none of them is, then.
    func put(_ jobs: [(place: Int, bytes: [UInt8])]) throws {
        try places.withLock { places in
            let bytes = jobs.flatMap(\.bytes)
            var count = 0
            while count < bytes.count {
                let wrote = bytes.withUnsafeBytes {
                    pwrite(
                        descriptor, $0.baseAddress.map { $0 + count }, bytes.count - count, off_t(places.end + count))
                }
                if wrote < 0, errno == EINTR { continue }
                guard wrote > 0 else { throw Self.failure("settled jobs cannot be put away", path) }
                count += wrote
            }
            for job in jobs {
                places.ranges[job.place] = (places.end, job.bytes.count)
                places.end += job.bytes.count
            }
        }
    }

    /// The bytes of the job at `place`, if it was put away. Throws `rail.input-output`.
    func bytes(at place: Int) throws -> [UInt8]? {
        guard let (offset, size) = places.withLock({ $0.ranges[place] }) else { return nil }
        var count = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, initialized in
            while count < size {
                let got = pread(descriptor, buffer.baseAddress.map { $0 + count }, size - count, off_t(offset + count))
                if got < 0, errno == EINTR { continue }
                if got <= 0 { break }
                count += got
            }
            initialized = count
        }
        guard count == size else { throw Self.failure("a settled job cannot be read", path) }
        return bytes
    }

    private static func failure(_ task: String, _ path: String) -> RailError {
        RailError(.inputOutput, "\(task): \(String(cString: strerror(errno)))", at: path)
    }
}

extension JobArchive {
    /// Puts away what settled in the core's last step. Throws `rail.input-output`: the core still has it then.
    func putAway(_ core: inout Orchestrator) throws {
        let settled = core.takeSettled()
        guard !settled.isEmpty else { return }
        try put(settled)
        core.letGo(of: settled.map(\.place))
    }
}
