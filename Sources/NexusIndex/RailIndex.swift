import Foundation
import GRDB
import NexusBase
import Synchronization

/// GRIx: what a rail did, as tables that can be searched. A fold of the journal and nothing else: deleted, it is made
/// anew with the same contents.
package final class RailIndex: Sendable {
    private struct State {
        /// The last step that is in the tables.
        var sequence: Int
        var mark: String
        /// Steps not yet in the tables.
        var waiting: [IndexStep] = []
        /// The newest step that was handed over.
        var handedOver: Int
        var failure: IndexError?
    }

    let pool: DatabasePool
    package let feed: ChangeFeed
    private let state: Mutex<State>
    private let wake = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))

    /// Opens the index at `path`, or makes one; one of another version is made anew. Blocks.
    package init(path: String) throws {
        do {
            pool = try Self.open(path)
            let row = try pool.read { try Row.fetchOne($0, sql: "SELECT sequence, mark, change FROM fold") }
            guard let row else { throw IndexError(.diverged, "the index has no place", at: path) }
            state = Mutex(State(sequence: row[0], mark: row[1], handedOver: row[0]))
            feed = ChangeFeed(last: row[2])
        } catch {
            throw IndexError(error, doing: "opening the index \(path)")
        }
    }

    private static func open(_ path: String) throws -> DatabasePool {
        var configuration = Configuration()
        configuration.label = "nexus.index"
        // A lost tail is folded again from the journal, so nothing is synced.
        configuration.prepareDatabase { try $0.execute(sql: "PRAGMA synchronous = OFF") }
        if let pool = try? DatabasePool(path: path, configuration: configuration) {
            let isKnown = try? pool.read { database in
                try Int.fetchOne(database, sql: "PRAGMA application_id") == IndexSchema.applicationID
                    && Int.fetchOne(database, sql: "PRAGMA user_version") == IndexSchema.version
            }
            if isKnown == true { return pool }
            try? pool.close()
        }
        remove(path)
        let pool = try DatabasePool(path: path, configuration: configuration)
        try pool.write { try IndexSchema.create($0) }
        return pool
    }

    /// Deletes the files of an index that is not open.
    package static func remove(_ path: String) {
        for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
    }

    /// The journal's last record that the tables know.
    package var sequence: Int { state.withLock { $0.sequence } }
    /// How many steps are not in the tables yet.
    package var lag: Int { state.withLock { $0.waiting.count } }
    /// Why nothing more is folded, if folding failed.
    package var failure: IndexError? { state.withLock { $0.failure } }

    /// Takes a step of a journal that is replayed, in order. Blocks. Throws `index.diverged` if the tables were folded
    /// from another journal.
    package func replay(_ step: IndexStep) throws {
        let isFull = try state.withLock { state in
            if step.sequence == state.sequence, state.mark != step.mark.hex {
                throw IndexError(.diverged, "another record than was folded", at: "record \(step.sequence)")
            }
            state.handedOver = max(state.handedOver, step.sequence)
            guard step.sequence > state.sequence else { return false }
            state.waiting.append(step)
            return state.waiting.count >= IndexLimits.batchMax
        }
        if isFull { try fold() }
    }

    /// Ends a replay whose last step of the core was `last`. Throws `index.diverged` if the tables are ahead of it.
    package func finishReplay(last: Int) throws {
        try fold()
        guard sequence <= last else {
            throw IndexError(.diverged, "the index is ahead of the journal", at: "record \(sequence)")
        }
    }

    /// Takes a step whose record is durable. Returns at once.
    package func follow(_ step: IndexStep) {
        state.withLock { state in
            guard state.failure == nil else { return }
            state.waiting.append(step)
            state.handedOver = step.sequence
        }
        wake.continuation.yield()
    }

    /// Folds what comes until the task is cancelled. A failure ends folding, not the rail.
    package func run() async {
        for await _ in wake.stream {
            let batch = take()
            if batch.isEmpty { continue }
            do {
                let changes = try await pool.write { try Self.fold(batch, $0) }
                finished(batch, changes)
            } catch {
                state.withLock { $0.failure = IndexError(error, doing: "folding the journal") }
            }
        }
    }

    private func fold() throws {
        let batch = take()
        if batch.isEmpty { return }
        do { finished(batch, try pool.write { try Self.fold(batch, $0) }) } catch {
            throw IndexError(error, doing: "folding the journal")
        }
    }

    private func take() -> [IndexStep] {
        state.withLock { state in
            defer { state.waiting = [] }
            return state.waiting
        }
    }

    private static func fold(_ batch: [IndexStep], _ database: Database) throws -> [Change] {
        var fold = try IndexFold(database)
        for step in batch { try fold.apply(step) }
        return fold.changes
    }

    private func finished(_ batch: [IndexStep], _ changes: [Change]) {
        guard let last = batch.last else { return }
        state.withLock { state in
            state.sequence = last.sequence
            state.mark = last.mark.hex
        }
        feed.add(changes)
    }

    /// Closes the files. What was not folded yet is folded at the next start.
    package func close() {
        wake.continuation.finish()
        feed.close()
        try? pool.close()
    }
}

extension CodedError<IndexDomain> {
    init(_ error: any Error, doing task: String) {
        self = error as? IndexError ?? IndexError(.inputOutput, "\(task) failed", cause: error)
    }
}
