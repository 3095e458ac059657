import CWasmtime
import NexusBase

/// Owns one engine of the library; modules and the ticker keep it alive.
///
/// SAFETY: the pointer is set once, and Wasmtime's engine may be used from any thread.
final class EngineHandle: @unchecked Sendable {
    let pointer: OpaquePointer

    /// Throws `runtime.library-missing`, `runtime.library-version` or `runtime.engine-failed`.
    init(libraryPath: String, majorVersion: String) throws {
        var engine: OpaquePointer?
        var message = nexus_wasmtime_message()
        let opening = nexus_wasmtime_open(libraryPath, majorVersion, RuntimeLimits.wasmStackBytes, &engine, &message)
        switch opening {
        case NexusWasmtimeOpeningDone: break
        case NexusWasmtimeOpeningNoLibrary: throw WasmtimeLibrary.missing(libraryPath, message.string)
        case NexusWasmtimeOpeningNoSymbol, NexusWasmtimeOpeningWrongVersion:
            throw RuntimeError(.libraryVersion, "\(message.string); run Scripts/fetch-wasmtime", at: libraryPath)
        default: throw RuntimeError(.engineFailed, message.string, at: libraryPath)
        }
        guard let engine else { throw RuntimeError(.engineFailed, "the library made no engine", at: libraryPath) }
        pointer = engine
    }

    deinit { nexus_wasmtime_engine_delete(pointer) }

    func tick() { nexus_wasmtime_engine_tick(pointer) }
}

extension nexus_wasmtime_message {
    var string: String {
        withUnsafeBytes(of: text) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}
