/// How an execution ended. All but `indeterminate` are results: a function of module, input, fuel and output limit
/// that every host with the same ``EngineDescription`` shares (model-abi-v1, "What is a result").
public enum ExecutionOutcome: Sendable, Hashable {
    /// The bytes that `evaluate` returned. `fuelUsed` is for metering, not part of the result.
    case output([UInt8], fuelUsed: UInt64)
    /// A trap that WebAssembly defines, or fuel exhausted.
    case trapped(Trap, fuelUsed: UInt64)
    /// The module broke the interface.
    case refused(Refusal, fuelUsed: UInt64)
    /// Says nothing about the computation: another host, or this one at another time, may end otherwise.
    case indeterminate(Indeterminacy, detail: String)

    /// Whether the outcome may be signed.
    public var isResult: Bool {
        if case .indeterminate = self { false } else { true }
    }
}

/// Why the computation stopped. The raw values are what signed results say.
public enum Trap: String, Sendable, Hashable, CaseIterable {
    case outOfFuel = "out-of-fuel"
    case unreachable
    case integerDivisionByZero = "integer-division-by-zero"
    case integerOverflow = "integer-overflow"
    case badConversionToInteger = "bad-conversion-to-integer"
    case memoryOutOfBounds = "memory-out-of-bounds"
    case tableOutOfBounds = "table-out-of-bounds"
    case indirectCallToNull = "indirect-call-to-null"
    case badSignature = "bad-signature"
}

/// How a module broke the interface. The raw values are what signed results say.
public enum Refusal: String, Sendable, Hashable, CaseIterable {
    /// `nexus_alloc` returned a block that does not lie in memory.
    case badAllocation = "bad-allocation"
    /// `evaluate` returned a block that does not lie in memory.
    case badResult = "bad-result"
    /// The output is longer than the limit.
    case outputTooLarge = "output-too-large"
    /// The input is longer than ``RuntimeLimits/inputBytesMax``; nothing was run.
    case inputTooLarge = "input-too-large"
}

/// What about the host kept the computation from a result.
public enum Indeterminacy: String, Sendable, Hashable, CaseIterable {
    /// The WebAssembly stack is exhausted; how deep it reaches depends on the compiled frames.
    case stackExhausted = "stack-exhausted"
    /// The wall-clock limit passed.
    case wallTime = "wall-time"
    /// Memory would have grown past the limit.
    case memoryLimit = "memory-limit"
    /// The host did not give the memory.
    case hostMemory = "host-memory"
    /// The calling thread has too small a stack.
    case threadStack = "thread-stack"
    /// Too many executions wait for a thread.
    case overloaded
    /// The task was cancelled before its turn.
    case cancelled
    /// The opening of a committed input is missing, or leads to another root.
    case unopened
    /// Anything else that the engine reports.
    case engineFailure = "engine-failure"
}
