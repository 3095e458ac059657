import NexusBase
import Synchronization

/// Compiled modules by digest, in memory only: reading compiled code back from a file would be code execution.
final class ModuleCache: Sendable {
    private struct Entry {
        let module: ModelModule
        var lastUse: UInt64
    }

    private struct State {
        var entries: [Digest: Entry] = [:]
        var uses: UInt64 = 0
        var byteCount = 0
    }

    private let state = Mutex(State())
    private let countMax: Int
    private let bytesMax: Int

    init(countMax: Int = RuntimeLimits.cachedModulesMax, bytesMax: Int = RuntimeLimits.cachedModuleBytesMax) {
        self.countMax = countMax
        self.bytesMax = bytesMax
    }

    subscript(digest: Digest) -> ModelModule? {
        state.withLock { state in
            state.uses += 1
            state.entries[digest]?.lastUse = state.uses
            return state.entries[digest]?.module
        }
    }

    /// Keeps `module`, or returns the one that another thread was faster to keep.
    func insert(_ module: ModelModule) -> ModelModule {
        // Freed after the lock is given back.
        var dropped: [ModelModule] = []
        let kept = state.withLock { state in
            if let present = state.entries[module.digest] { return present.module }
            state.uses += 1
            state.entries[module.digest] = Entry(module: module, lastUse: state.uses)
            state.byteCount += module.byteCount
            while state.entries.count > 1, state.entries.count > countMax || state.byteCount > bytesMax {
                guard let oldest = state.entries.min(by: { $0.value.lastUse < $1.value.lastUse }) else { break }
                state.entries[oldest.key] = nil
                state.byteCount -= oldest.value.module.byteCount
                dropped.append(oldest.value.module)
            }
            return module
        }
        dropped.removeAll()
        return kept
    }

    var count: Int { state.withLock { $0.entries.count } }
}
