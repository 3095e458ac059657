import CWasmtime
public import NexusBase

/// A compiled module that fits model-abi-v1. Belongs to the engine that loaded it.
///
/// SAFETY: the fields are set once, and Wasmtime's modules may be used from any thread.
public final class ModelModule: @unchecked Sendable {
    /// SHA-256 of the module's bytes.
    public let digest: Digest
    /// Length of the module's bytes.
    public let byteCount: Int

    let engine: EngineHandle
    let pointer: OpaquePointer

    /// Compiles bytes whose structure has been checked. Throws `runtime.invalid-module`.
    init(_ bytes: [UInt8], digest: Digest, engine: EngineHandle) throws {
        var message = nexus_wasmtime_message()
        guard let pointer = nexus_wasmtime_module_compile(engine.pointer, bytes, bytes.count, &message) else {
            throw RuntimeError(.invalidModule, message.string)
        }
        self.digest = digest
        byteCount = bytes.count
        self.engine = engine
        self.pointer = pointer
    }

    deinit { nexus_wasmtime_module_delete(engine.pointer, pointer) }
}
