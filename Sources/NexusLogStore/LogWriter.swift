import Dispatch
public import NexusBase
public import NexusLog
import Synchronization

/// The one writer of a log's folder (format log-v1). Calls from async code never wait on the disk: a queue of its own
/// does. Appends that come together are written together.
///
/// It signs nothing itself: `checkpointToSign()` gives a tree that is durable, `commit` publishes its signed form.
public final class LogWriter: Sendable {
    /// Reads the same folder; its calls block.
    public let reader: LogReader
    private let state: Mutex<LogState>
    private let appends = Mutex(Appends())
    private let queue = DispatchQueue(label: "nexus.log-writer")
    private let readQueue = DispatchQueue(label: "nexus.log-reader", attributes: .concurrent)
    /// A copy of what callers ask for, so that they do not wait behind a write.
    private let published: Mutex<Published>

    private struct Published {
        var size: Int
        var checkpoint: SignedCheckpoint?
    }

    private struct Appends {
        var waiting: [Append] = []
        var entries = 0
        var bytes = 0
        var isClosed = false
    }

    private struct Append {
        let entries: [[UInt8]]
        let answer: CheckedContinuation<[Int], any Error>
    }

    /// Opens the log in `directory`, or begins one, and checks its edge. Blocks; call it at start. `keys` are the log's
    /// own, present and past.
    ///
    /// Throws `log-store.locked`, `.damaged`, `.tail-lost` or `.input-output`.
    public convenience init(directory: String, origin: Text, keys: [VerifierKey]) throws {
        try self.init(files: DiskFileSystem(directory: directory, create: true), origin: origin, keys: keys)
    }

    package init(files: any LogFileSystem, origin: Text, keys: [VerifierKey]) throws {
        let state = try LogState(files: files, origin: origin, keys: keys)
        reader = state.reader
        published = Mutex(Published(size: state.edge.size, checkpoint: state.checkpoint))
        self.state = Mutex(state)
    }

    /// Entries that are durable.
    public var size: Int { published.withLock { $0.size } }
    /// The checkpoint that was committed last.
    public var latestCheckpoint: SignedCheckpoint? { published.withLock { $0.checkpoint } }

    /// Appends entries and returns the index of each, in their order; tiles and bundles are durable on return. An entry
    /// that the log has (the same leaf hash, among the latest `LogStoreLimits.indexedEntriesMax`) gets its old index.
    ///
    /// Throws `log-store.too-large` or `.queue-full` (nothing was taken), `.disk-full` or `.input-output` (the writer
    /// stopped; some of the entries may be there when it is opened again), `.stopped`, `.closed`.
    public func append(_ entries: [[UInt8]]) async throws -> [Int] {
        guard entries.allSatisfy({ $0.count <= LogLimits.entryBytesMax }) else {
            throw LogStoreError(.tooLarge, "an entry has at most \(LogLimits.entryBytesMax) bytes")
        }
        let bytes = entries.reduce(0) { $0 + $1.count }
        return try await withCheckedThrowingContinuation { continuation in
            let refusal: LogStoreError? = appends.withLock { appends in
                if appends.isClosed { return LogStoreError(.closed, "the log is closed") }
                guard appends.entries + entries.count <= LogStoreLimits.queueEntriesMax,
                    appends.bytes == 0 || appends.bytes + bytes <= LogStoreLimits.queueBytesMax
                else { return LogStoreError(.queueFull, "\(appends.entries) entries wait to be written") }
                appends.waiting.append(Append(entries: entries, answer: continuation))
                appends.entries += entries.count
                appends.bytes += bytes
                return nil
            }
            if let refusal { continuation.resume(throwing: refusal) } else { queue.async { self.writeWaiting() } }
        }
    }

    /// Writes all that waits as one batch. Runs on the queue.
    private func writeWaiting() {
        let batch = appends.withLock { appends in
            defer {
                appends.waiting = []
                appends.entries = 0
                appends.bytes = 0
            }
            return appends.waiting
        }
        guard !batch.isEmpty else { return }
        let result = Result { try update { try $0.append(batch.flatMap(\.entries)) } }
        var start = 0
        for append in batch {
            let end = start + append.entries.count
            append.answer.resume(with: result.map { Array($0[start..<end]) })
            start = end
        }
    }

    private func update<Value: Sendable>(_ body: (inout LogState) throws -> Value) throws -> Value {
        try state.withLock { state in
            defer {
                published.withLock { $0 = Published(size: state.edge.size, checkpoint: state.checkpoint) }
            }
            return try body(&state)
        }
    }

    private func onQueue<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Result { try body() }) }
        }
    }

    /// The durable tree, to be signed by the log's key (`SignedCheckpoint.init(_:signedBy:)`, or elsewhere). The same
    /// size always has the same root, across restarts too. Throws `log-store.stopped` or `.closed`.
    public func checkpointToSign() async throws -> Checkpoint {
        try await onQueue {
            try self.update { state in
                if let refusal = state.refusal { throw refusal }
                return try state.checkpointToSign()
            }
        }
    }

    /// Publishes a signed checkpoint, with whatever cosignatures it has; durable on return. It may be the one that is
    /// there with more signatures. Throws `log-store.wrong-checkpoint` if it is not signed by the log's key, not of
    /// this tree, or smaller than the one that is there; and as `append`.
    public func commit(_ checkpoint: SignedCheckpoint) async throws {
        try await onQueue { try self.update { try $0.commit(checkpoint) } }
    }

    /// Takes checkpoints that `key` signed from now on: the log's key was rotated. Those that earlier keys signed stay
    /// what they are.
    public func admit(_ key: VerifierKey) async throws { try await onQueue { try self.update { $0.admit(key) } } }

    /// The index of the entry with this leaf hash, among the latest `LogStoreLimits.indexedEntriesMax`.
    public func index(of leaf: Digest) async throws -> Int? {
        try await onQueue { try self.update { $0.index(of: leaf) } }
    }

    /// Runs a read of the folder off the cooperative threads.
    public func read<Value: Sendable>(
        _ body: @escaping @Sendable (LogReader) throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            readQueue.async { [reader] in continuation.resume(with: Result { try body(reader) }) }
        }
    }

    /// Entry `index` of what is durable. Throws `log-store.out-of-range`, `.damaged` or `.input-output`.
    public func entry(at index: Int) async throws -> [UInt8] {
        let size = size
        return try await read { try $0.entry(at: index, size: size) }
    }

    /// The path of entry `index` in the tree of `size`. Throws as `entry(at:)`.
    public func inclusionProof(of index: Int, size: Int) async throws -> [Digest] {
        try checkSize(size)
        return try await read { try $0.inclusionProof(of: index, size: size) }
    }

    /// The proof that the tree of `size` continues that of `oldSize`. Throws as `entry(at:)`.
    public func consistencyProof(from oldSize: Int, to size: Int) async throws -> [Digest] {
        try checkSize(size)
        return try await read { try $0.consistencyProof(from: oldSize, to: size) }
    }

    private func checkSize(_ size: Int) throws {
        guard (0...self.size).contains(size) else {
            throw LogStoreError(.outOfRange, "the log has \(self.size) entries, not \(size)")
        }
    }

    /// Writes what waits, lets go of the lock, and refuses what comes. Idempotent.
    public func close() async {
        appends.withLock { $0.isClosed = true }
        _ = try? await onQueue { try self.update { $0.close() } }
    }
}
