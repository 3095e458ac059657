import NexusBase

/// What one execution may use.
///
/// Fuel and output size bound the computation itself: an execution past them is a result that every host shares.
/// Memory and wall time protect the host: an execution past them is indeterminate.
public struct ExecutionLimits: Sendable, Hashable {
    /// About one unit an instruction (Wasmtime's count).
    public let fuel: UInt64
    /// Bytes of linear memory.
    public let memoryBytes: Int
    /// Bytes of the output document.
    public let outputBytes: Int
    /// Checked every ``RuntimeLimits/epochTick``.
    public let wallTime: Duration

    /// Generous for a clause model: 100 million fuel, 64 MiB, 1 MiB of output, 10 seconds.
    public init() {
        fuel = 100_000_000
        memoryBytes = 64 << 20
        outputBytes = 1 << 20
        wallTime = .seconds(10)
    }

    /// Throws `runtime.bad-limit` where a limit is not positive or lies past its maximum in ``Limits``.
    public init(fuel: UInt64, memoryBytes: Int, outputBytes: Int, wallTime: Duration) throws {
        func check(_ holds: Bool, _ place: String, _ maximum: Any) throws {
            if !holds { throw RuntimeError(.badLimit, "a limit lies between 1 and \(maximum)", at: place) }
        }
        try check((1...RuntimeLimits.fuelMax).contains(fuel), "fuel", RuntimeLimits.fuelMax)
        try check((1...RuntimeLimits.memoryBytesMax).contains(memoryBytes), "memoryBytes", RuntimeLimits.memoryBytesMax)
        try check((1...RuntimeLimits.outputBytesMax).contains(outputBytes), "outputBytes", RuntimeLimits.outputBytesMax)
        try check(wallTime > .zero && wallTime <= RuntimeLimits.wallTimeMax, "wallTime", RuntimeLimits.wallTimeMax)
        self.fuel = fuel
        self.memoryBytes = memoryBytes
        self.outputBytes = outputBytes
        self.wallTime = wallTime
    }
}
