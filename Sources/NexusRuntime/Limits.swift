/// Named maxima of the runtime room.
public enum RuntimeLimits {
    /// Bytes of one module.
    public static let moduleBytesMax = 8 << 20
    /// Compiled modules kept in memory.
    public static let cachedModulesMax = 64
    /// Source bytes of all compiled modules kept in memory; the least recently used go first.
    public static let cachedModuleBytesMax = 64 << 20
    /// Elements of one table, and tables of one module.
    public static let tableElementsMax = 65_536
    public static let tablesMax = 4

    /// Bytes of one input document.
    public static let inputBytesMax = 16 << 20
    /// Fuel of one execution: minutes of computing, about one unit an instruction.
    public static let fuelMax: UInt64 = 1_000_000_000_000
    /// Bytes of linear memory of one execution.
    public static let memoryBytesMax = 1 << 30
    /// Bytes of one output document.
    public static let outputBytesMax = 16 << 20
    /// Wall time of one execution.
    public static let wallTimeMax = Duration.seconds(600)

    /// WebAssembly stack of one execution. The calling thread needs this and 128 KiB more.
    public static let wasmStackBytes = 512 << 10
    /// How often the engine looks whether the wall time is over.
    public static let epochTick = Duration.milliseconds(10)
    /// Threads of the asynchronous form.
    public static let executionThreadsMax = 64
    /// Executions that may wait for a thread.
    public static let waitingExecutionsMax = 4_096
    /// Stack of such a thread.
    public static let executionThreadStackBytes = 2 << 20

    /// Source files of one model.
    public static let sourceFilesMax = 64
    /// Bytes of compiler diagnostics that an error carries.
    public static let diagnosticBytesMax = 64 << 10
    /// Bytes of the message of a model error.
    public static let modelMessageBytesMax = 4_096
}
