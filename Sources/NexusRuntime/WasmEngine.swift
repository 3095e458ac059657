import CWasmtime
import NexusBase

/// Runs clause models on Wasmtime with one fixed, deterministic configuration.
///
/// An execution gets a store and an instance of its own, so nothing passes from one to the next. Use one engine a
/// process: it owns a clock thread, the threads of the asynchronous form and the compiled modules.
public final class WasmEngine: Sendable {
    /// What results say about this engine.
    public let description = EngineDescription.wasmtime

    private let engine: EngineHandle
    private let ticker: EpochTicker
    private let modules = ModuleCache()
    private let pool: ExecutionPool

    /// Opens the library at `libraryPath` (see ``WasmtimeLibrary/locate()``).
    ///
    /// `threads` bounds the executions that run at once in the asynchronous form. Throws `runtime.library-missing`,
    /// `runtime.library-version`, `runtime.engine-failed` or `runtime.bad-limit`.
    public init(libraryPath: String, threads: Int = 2) throws {
        guard (1...RuntimeLimits.executionThreadsMax).contains(threads) else {
            throw RuntimeError(.badLimit, "between 1 and \(RuntimeLimits.executionThreadsMax) threads", at: "threads")
        }
        engine = try EngineHandle(libraryPath: libraryPath, majorVersion: EngineDescription.wasmtime.majorVersion)
        ticker = EpochTicker(engine)
        pool = ExecutionPool(threads: threads)
    }

    /// Compiles a module, or finds it compiled; blocks for milliseconds to seconds with its size.
    ///
    /// Refuses what does not fit model-abi-v1: `runtime.too-large`, `.not-a-module`, `.invalid-module`,
    /// `.imports-present`, `.start-function`, `.missing-export`, `.wrong-export-type`, `.growable-table`.
    public func load(_ bytes: [UInt8]) throws -> ModelModule {
        guard bytes.count <= RuntimeLimits.moduleBytesMax else {
            throw RuntimeError(.tooLarge, "a module has at most \(RuntimeLimits.moduleBytesMax) bytes")
        }
        let digest = Digest(of: bytes)
        if let module = modules[digest] { return module }
        try ModuleStructure(reading: bytes).checkInterface()
        return modules.insert(try ModelModule(bytes, digest: digest, engine: engine))
    }

    /// Runs `evaluate` of `module` on `input` and blocks until it ends, at the latest when the wall time is over.
    ///
    /// Never call it on the cooperative pool. The calling thread needs 640 KiB of free stack.
    @available(*, noasync, message: "await the asynchronous form")
    public func evaluate(_ module: ModelModule, input: [UInt8], limits: ExecutionLimits) -> ExecutionOutcome {
        run(module, input, limits)
    }

    /// The same on one of the engine's own threads. A task cancelled before its turn is `.indeterminate(.cancelled)`;
    /// once begun, an execution ends by itself or by its limits.
    public func evaluate(_ module: ModelModule, input: [UInt8], limits: ExecutionLimits) async -> ExecutionOutcome {
        await pool.run { self.run(module, input, limits) }
    }

    /// Work of another kind on the engine's own threads. Indeterminate if it was not begun.
    func performing(_ work: @escaping @Sendable () -> Void) async -> ExecutionOutcome {
        await pool.run {
            work()
            return .output([], fuelUsed: 0)
        }
    }

    private func run(_ module: ModelModule, _ input: [UInt8], _ limits: ExecutionLimits) -> ExecutionOutcome {
        precondition(module.engine === engine, "a module runs on the engine that loaded it")
        guard input.count <= RuntimeLimits.inputBytesMax else { return .refused(.inputTooLarge, fuelUsed: 0) }
        var bounds = nexus_wasmtime_limits(
            fuel: limits.fuel, memory_bytes: UInt64(limits.memoryBytes), output_bytes: UInt64(limits.outputBytes),
            table_elements: UInt32(RuntimeLimits.tableElementsMax), tables: UInt32(RuntimeLimits.tablesMax),
            ticks: EpochTicker.ticks(in: limits.wallTime))
        var outcome = nexus_wasmtime_outcome()
        defer { nexus_wasmtime_outcome_release(engine.pointer, &outcome) }
        ticker.ticking {
            nexus_wasmtime_evaluate(engine.pointer, module.pointer, input, input.count, &bounds, &outcome)
        }
        return ExecutionOutcome(outcome)
    }
}

extension ExecutionOutcome {
    init(_ outcome: nexus_wasmtime_outcome) {
        let fuel = outcome.fuel_used
        self =
            switch outcome.end {
            case NexusWasmtimeEndOutput:
                .output(Array(UnsafeBufferPointer(start: outcome.output, count: outcome.output_size)), fuelUsed: fuel)
            case NexusWasmtimeEndTrap: Self.trapped(code: outcome.trap_code, outcome)
            case NexusWasmtimeEndBadAllocation: .refused(.badAllocation, fuelUsed: fuel)
            case NexusWasmtimeEndBadResult: .refused(.badResult, fuelUsed: fuel)
            case NexusWasmtimeEndOutputTooLarge: .refused(.outputTooLarge, fuelUsed: fuel)
            case NexusWasmtimeEndMemoryLimit: .indeterminate(.memoryLimit, detail: outcome.message.string)
            case NexusWasmtimeEndMemoryHost: .indeterminate(.hostMemory, detail: outcome.message.string)
            case NexusWasmtimeEndThreadStack: .indeterminate(.threadStack, detail: outcome.message.string)
            default: .indeterminate(.engineFailure, detail: outcome.message.string)
            }
    }

    private static func trapped(code: Int32, _ outcome: nexus_wasmtime_outcome) -> ExecutionOutcome {
        let trap: Trap
        switch nexus_wasmtime_trap(rawValue: code) {
        case NexusWasmtimeTrapOutOfFuel: trap = .outOfFuel
        case NexusWasmtimeTrapUnreachable: trap = .unreachable
        case NexusWasmtimeTrapIntegerDivisionByZero: trap = .integerDivisionByZero
        case NexusWasmtimeTrapIntegerOverflow: trap = .integerOverflow
        case NexusWasmtimeTrapBadConversionToInteger: trap = .badConversionToInteger
        case NexusWasmtimeTrapMemoryOutOfBounds: trap = .memoryOutOfBounds
        case NexusWasmtimeTrapTableOutOfBounds: trap = .tableOutOfBounds
        case NexusWasmtimeTrapIndirectCallToNull: trap = .indirectCallToNull
        case NexusWasmtimeTrapBadSignature: trap = .badSignature
        case NexusWasmtimeTrapStackOverflow:
            return .indeterminate(.stackExhausted, detail: outcome.message.string)
        case NexusWasmtimeTrapInterrupt: return .indeterminate(.wallTime, detail: outcome.message.string)
        default: return .indeterminate(.engineFailure, detail: "trap \(code): \(outcome.message.string)")
        }
        return .trapped(trap, fuelUsed: outcome.fuel_used)
    }
}
