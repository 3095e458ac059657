import Foundation
import Synchronization

/// Moves an engine's clock on while something runs, from a thread of its own; sleeps while nothing does.
final class EpochTicker: Sendable {
    private let shared: Shared

    /// SAFETY: the fields are touched only between `lock()` and `unlock()`.
    private final class Shared: @unchecked Sendable {
        let condition = NSCondition()
        var running = 0
        var parked = false
        var stopped = false
    }

    init(_ engine: EngineHandle) {
        let shared = Shared()
        self.shared = shared
        let thread = Thread { Self.loop(shared, engine) }
        thread.name = "nexus-epoch"
        thread.stackSize = 256 << 10
        thread.start()
    }

    deinit {
        shared.condition.withLock {
            shared.stopped = true
            shared.condition.signal()
        }
    }

    /// Runs `body` with the clock going.
    func ticking<Value>(_ body: () -> Value) -> Value {
        shared.condition.withLock {
            shared.running += 1
            if shared.parked { shared.condition.signal() }
        }
        defer { shared.condition.withLock { shared.running -= 1 } }
        return body()
    }

    /// Ticks after which `wallTime` is surely over: the first tick may come at once.
    static func ticks(in wallTime: Duration) -> UInt64 {
        let count = (wallTime / RuntimeLimits.epochTick).rounded(.up)
        return UInt64(count) + 1
    }

    private static func loop(_ shared: Shared, _ engine: EngineHandle) {
        let pause = RuntimeLimits.epochTick / .seconds(1)
        while true {
            let stopped = shared.condition.withLock {
                while shared.running == 0, !shared.stopped {
                    shared.parked = true
                    // SAFETY: waits on a thread of its own, never on the cooperative pool.
                    shared.condition.wait()
                    shared.parked = false
                }
                return shared.stopped
            }
            if stopped { return }
            // SAFETY: waits on a thread of its own, never on the cooperative pool.
            Thread.sleep(forTimeInterval: pause)
            engine.tick()
        }
    }
}
