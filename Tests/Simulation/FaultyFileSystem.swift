import NexusBase
import NexusLogStore
import Synchronization

/// Files in memory that know what is durable: bytes written are synced, names are durable once their folder is.
/// One operation can be made to fail, and at any time the power can be cut.
package final class FaultyFileSystem: LogFileSystem {
    package enum Fault: Equatable, CaseIterable {
        /// The operation fails and does nothing.
        case notDone
        /// The operation is done, and reports a failure.
        case doneButFailed
        /// The power goes before the operation, or while it writes.
        case crashBefore
        /// The power goes after the operation.
        case crashAfter
    }

    package struct Crash: Error {}

    private enum Node {
        case file([UInt8])
        case directory
    }

    private struct State {
        var now: [String: Node] = ["": .directory]
        var durable: [String: Node] = ["": .directory]
        var changed: Set<String> = []
        var operations = 0
        var fault: (at: Int, kind: Fault)?
        var isDown = false
        var isFull = false
        var log: [String] = []
    }

    private let state: Mutex<State>

    package init() { state = Mutex(State()) }

    private init(_ copied: State) { state = Mutex(copied) }

    /// Files of their own with the same content, on which nothing is injected.
    package func copy() -> FaultyFileSystem {
        var copied = state.withLock { $0 }
        copied.fault = nil
        copied.log = []
        return FaultyFileSystem(copied)
    }

    /// What a file would hold after a loss of power.
    package func durableContents(of path: String) -> [UInt8]? {
        state.withLock { if case .file(let bytes)? = $0.durable[path] { bytes } else { nil } }
    }

    /// Nothing more can be written.
    package func fill(_ isFull: Bool) { state.withLock { $0.isFull = isFull } }

    package var operations: Int { state.withLock { $0.operations } }
    /// What was done, in order, as `write path` and so on.
    package var log: [String] { state.withLock { $0.log } }

    /// Lets operation number `index` from now fail so.
    package func inject(_ fault: Fault?, at index: Int) {
        state.withLock { state in
            state.operations = 0
            state.fault = fault.map { (index, $0) }
        }
    }

    /// Cuts the power and starts again. Of the names changed since their folder was synced, those stay that `keeps`
    /// says; the others are as they were.
    package func restart(keeps: (String) -> Bool) {
        state.withLock { state in
            var after = state.durable
            for path in state.changed.sorted() where keeps(path) { after[path] = state.now[path] }
            // A name is reachable only through its folders.
            state.now = after.filter { path, _ in
                var parent = Self.parent(of: path)
                while let up = parent {
                    guard case .directory? = after[up] else { return false }
                    parent = Self.parent(of: up)
                }
                return true
            }
            state.durable = state.now
            state.changed = []
            state.isDown = false
            state.fault = nil
        }
    }

    /// The process ends, the machine stays up: everything done is kept.
    package func restartProcess() {
        state.withLock { state in
            state.isDown = false
            state.fault = nil
        }
    }

    /// Changes a file behind the writer's back, durably.
    package func tamper(_ path: String, _ change: (inout [UInt8]) -> Void) {
        state.withLock { state in
            guard case .file(var bytes)? = state.now[path] else { return }
            change(&bytes)
            state.now[path] = .file(bytes)
            state.durable[path] = .file(bytes)
        }
    }

    package func delete(_ path: String) {
        state.withLock { state in
            state.now[path] = nil
            state.durable[path] = nil
        }
    }

    package var paths: [String] {
        state.withLock { $0.now.compactMap { if case .file = $0.value { $0.key } else { nil } }.sorted() }
    }

    private static func parent(of path: String) -> String? {
        if path.isEmpty { return nil }
        return path.split(separator: "/").dropLast().joined(separator: "/")
    }

    private func change(_ what: String, torn: ((inout State) -> Void)? = nil, _ body: (inout State) throws -> Void)
        throws
    {
        try state.withLock { state in
            if state.isDown { throw Crash() }
            if state.isFull, !what.hasPrefix("remove") { throw LogStoreError(.diskFull, "no room", at: what) }
            defer { state.operations += 1 }
            state.log.append(what)
            guard let fault = state.fault, fault.at == state.operations else { return try body(&state) }
            switch fault.kind {
            case .notDone: throw LogStoreError(.inputOutput, "injected: \(what) not done")
            case .doneButFailed:
                try body(&state)
                throw LogStoreError(.inputOutput, "injected: \(what) done")
            case .crashBefore:
                torn?(&state)
                state.isDown = true
                throw Crash()
            case .crashAfter:
                try body(&state)
                state.isDown = true
                throw Crash()
            }
        }
    }

    package func contents(of path: String) throws -> [UInt8]? {
        try state.withLock { state in
            if state.isDown { throw Crash() }
            if case .file(let bytes)? = state.now[path] { return bytes }
            return nil
        }
    }

    package func names(in directory: String) throws -> [String] {
        try state.withLock { state in
            if state.isDown { throw Crash() }
            return state.now.keys.filter { Self.parent(of: $0) == directory }
                .compactMap { $0.split(separator: "/").last.map(String.init) }
        }
    }

    package func makeDirectory(_ path: String) throws {
        try change("mkdir \(path)") { state in
            if state.now[path] != nil { return }
            guard let parent = Self.parent(of: path), case .directory? = state.now[parent] else {
                throw LogStoreError(.inputOutput, "no folder for it", at: path)
            }
            state.now[path] = .directory
            state.changed.insert(path)
        }
    }

    package func write(_ bytes: [UInt8], to path: String) throws {
        func put(_ bytes: [UInt8]) -> (inout State) -> Void {
            { state in
                // The bytes are synced with the file; whether the name is depends on the folder.
                state.now[path] = .file(bytes)
                if state.durable[path] != nil { state.durable[path] = .file(bytes) } else { state.changed.insert(path) }
            }
        }
        try change("write \(path)", torn: put(Array(bytes.prefix(bytes.count / 2)))) { state in
            guard let parent = Self.parent(of: path), case .directory? = state.now[parent] else {
                throw LogStoreError(.inputOutput, "no folder for it", at: path)
            }
            put(bytes)(&state)
        }
    }

    package func rename(_ path: String, to target: String) throws {
        try change("rename \(path)") { state in
            guard let node = state.now[path] else { throw LogStoreError(.inputOutput, "not there", at: path) }
            state.now[target] = node
            state.now[path] = nil
            state.changed.formUnion([path, target])
        }
    }

    package func synchronizeDirectory(_ path: String) throws {
        try change("sync \(path)") { state in
            for name in state.changed where Self.parent(of: name) == path {
                state.durable[name] = state.now[name]
                state.changed.remove(name)
            }
        }
    }

    package func remove(_ path: String) throws {
        try change("remove \(path)") { state in
            if case .directory? = state.now[path], state.now.keys.contains(where: { Self.parent(of: $0) == path }) {
                throw LogStoreError(.inputOutput, "not empty", at: path)
            }
            state.now[path] = nil
            state.changed.insert(path)
        }
    }

    package func lock(_ path: String) throws -> any Sendable { 0 }
}
