import Foundation
import NexusBase
import NexusOrchestration
import Synchronization

/// Where the rail's process puts away what nothing more can happen to, so that its memory does not grow by all that it
/// ever knew: one file, in which it remembers places. It is made anew at each start while the journal is replayed, so
/// nothing depends on what a crash left of it, and nothing is synced.
final class JobArchive: Sendable {
    /// Where the rows of a kind are, by their places; those that are not there have no bytes.
    private struct Rows {
        var offsets: [Int] = []
        var counts: [Int32] = []

        mutating func set(_ place: Int, _ offset: Int, _ count: Int) {
            while offsets.count <= place {
                offsets.append(0)
                counts.append(-1)
            }
            (offsets[place], counts[place]) = (offset, Int32(count))
        }

        func range(_ place: Int) -> (offset: Int, count: Int)? {
            guard counts.indices.contains(place), counts[place] >= 0 else { return nil }
            return (offsets[place], Int(counts[place]))
        }
    }

    private struct Places {
        var jobs = Rows()
        var deliveries = Rows()
        var disputes = Rows()
        var end = 0

        mutating func set(_ what: PutAway, _ offset: Int, _ count: Int) {
            switch what {
            case .job(let place): jobs.set(place, offset, count)
            case .delivery(let place): deliveries.set(place, offset, count)
            case .dispute(let place): disputes.set(place, offset, count)
            }
        }

        func range(_ what: PutAway) -> (offset: Int, count: Int)? {
            switch what {
            case .job(let place): jobs.range(place)
            case .delivery(let place): deliveries.range(place)
            case .dispute(let place): disputes.range(place)
            }
        }
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

    /// Puts rows away. Throws `rail.input-output`: none of them is, then.
    func put(_ settled: [(what: PutAway, bytes: [UInt8])]) throws {
        try places.withLock { places in
            let bytes = settled.flatMap(\.bytes)
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
            for one in settled {
                places.set(one.what, places.end, one.bytes.count)
                places.end += one.bytes.count
            }
        }
    }

    /// The bytes of what was put away; nil if it was not. Throws `rail.input-output`.
    func bytes(of what: PutAway) throws -> [UInt8]? {
        guard let (offset, size) = places.withLock({ $0.range(what) }) else { return nil }
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
        core.letGo(of: settled.map(\.what))
    }
}
