import NexusBase
import Testing

@testable import NexusRuntime

/// What each end of an execution is: a result, or an accident of this host.
@Suite(.needsEngine) struct ExecutionTests {
    func run(
        _ module: [UInt8], input: [UInt8] = Array("input".utf8), fuel: UInt64 = 10_000_000, memory: Int = 1 << 20,
        output: Int = 4_096, wall: Duration = .seconds(10)
    ) async throws -> ExecutionOutcome {
        let engine = try engine()
        let limits = try ExecutionLimits(fuel: fuel, memoryBytes: memory, outputBytes: output, wallTime: wall)
        return await engine.evaluate(try engine.load(module), input: input, limits: limits)
    }

    func reason(_ outcome: ExecutionOutcome) -> Indeterminacy? {
        if case .indeterminate(let reason, _) = outcome { reason } else { nil }
    }

    func output(_ outcome: ExecutionOutcome) -> [UInt8]? {
        if case .output(let bytes, _) = outcome { bytes } else { nil }
    }

    func trap(_ outcome: ExecutionOutcome) -> Trap? {
        if case .trapped(let trap, _) = outcome { trap } else { nil }
    }

    func refusal(_ outcome: ExecutionOutcome) -> Refusal? {
        if case .refused(let refusal, _) = outcome { refusal } else { nil }
    }

    @Test func `a module gives back its input, also an empty one`() async throws {
        #expect(output(try await run(Fixture.echo)) == Array("input".utf8))
        #expect(output(try await run(Fixture.echo, input: [])) == [])
        #expect(output(try await run(Fixture.emptyAtEnd)) == [])
    }

    @Test func `an endless loop runs out of fuel, which is a result`() async throws {
        let outcome = try await run(Fixture.endlessLoop, fuel: 100_000)
        #expect(outcome == .trapped(.outOfFuel, fuelUsed: 100_000))
        #expect(outcome.isResult)
    }

    @Test func `the same execution uses the same fuel, and half of it is too little`() async throws {
        let model = try bytes("Benchmarks/models/trivial.wasm")
        let input = Array(#"{"context":{},"inputs":{"x":"12.5"},"parameters":{}}"#.utf8)
        guard case .output(let bytes, let fuel) = try await run(model, input: input) else {
            Issue.record("no output")
            return
        }
        #expect(bytes == Array(#"{"y":"12.5"}"#.utf8))
        #expect(try await run(model, input: input, fuel: fuel) == .output(bytes, fuelUsed: fuel))
        #expect(trap(try await run(model, input: input, fuel: fuel / 2)) == .outOfFuel)
    }

    @Test func `an endless loop with fuel for hours ends with the wall time, which is no result`() async throws {
        let start = ContinuousClock.now
        let outcome = try await run(Fixture.endlessLoop, fuel: RuntimeLimits.fuelMax, wall: .milliseconds(100))
        let took = ContinuousClock.now - start
        #expect(reason(outcome) == .wallTime)
        #expect(!outcome.isResult)
        #expect(took >= .milliseconds(100))
    }

    @Test func `memory may grow to its limit and not past it`() async throws {
        #expect(output(try await run(Fixture.grows, memory: 1 << 20)) == Array("input".utf8))
        #expect(reason(try await run(Fixture.grows, memory: 1 << 20 - 1)) == .memoryLimit)
        #expect(output(try await run(Fixture.largeMemory, memory: 2 << 20)) == Array("input".utf8))
        #expect(reason(try await run(Fixture.largeMemory, memory: 2 << 20 - 1)) == .memoryLimit)
    }

    @Test func `a memory bomb is indeterminate, whether it traps or goes on`() async throws {
        #expect(reason(try await run(Fixture.memoryBomb)) == .memoryLimit)
        #expect(reason(try await run(Fixture.growsAndGoesOn)) == .memoryLimit)
    }

    @Test func `growing past the module's own maximum fails alike everywhere, which is a result`() async throws {
        #expect(output(try await run(Fixture.growsPastItsOwnMaximum)) == Array("0".utf8))
    }

    @Test func `output at the limit is given and one byte more is refused`() async throws {
        #expect(
            output(try await run(Fixture.outputOf4096, input: [], output: 4_096)) == [UInt8](repeating: 0, count: 4_096)
        )
        #expect(refusal(try await run(Fixture.outputOf4096, output: 4_095)) == .outputTooLarge)
    }

    @Test func `a block outside memory is refused`() async throws {
        #expect(refusal(try await run(Fixture.badResult)) == .badResult)
        #expect(refusal(try await run(Fixture.badResultWraps)) == .badResult)
        #expect(refusal(try await run(Fixture.badAllocation)) == .badAllocation)
    }

    @Test func `input past its limit is refused unread`() async throws {
        let engine = try engine()
        let module = try engine.load(try bytes("Benchmarks/models/trivial.wasm"))
        let input = [UInt8](repeating: 0x20, count: RuntimeLimits.inputBytesMax + 1)
        let outcome = await engine.evaluate(module, input: input, limits: ExecutionLimits())
        #expect(outcome == .refused(.inputTooLarge, fuelUsed: 0))
        let largest = await engine.evaluate(module, input: Array(input.dropLast()), limits: ExecutionLimits())
        #expect(refusal(largest) == nil)
    }

    @Test(arguments: [
        (Fixture.trapUnreachable, Trap.unreachable),
        (Fixture.trapDivisionByZero, .integerDivisionByZero),
        (Fixture.trapOverflow, .integerOverflow),
        (Fixture.trapConversion, .badConversionToInteger),
        (Fixture.trapMemory, .memoryOutOfBounds),
        (Fixture.trapTable, .tableOutOfBounds),
        (Fixture.trapNull, .indirectCallToNull),
        (Fixture.trapSignature, .badSignature),
        (Fixture.trapData, .memoryOutOfBounds),
    ])
    func `a trap that WebAssembly defines is a result and named`(module: [UInt8], expected: Trap) async throws {
        let outcome = try await run(module)
        #expect(trap(outcome) == expected)
        #expect(outcome == (try await run(module)))
    }

    @Test func `deep recursion exhausts the stack, which is no result`() async throws {
        #expect(reason(try await run(Fixture.deepRecursion, fuel: RuntimeLimits.fuelMax)) == .stackExhausted)
        #expect(trap(try await run(Fixture.deepRecursion, fuel: 1_000)) == .outOfFuel)
    }

    @Test func `every NaN that is computed has the canonical bits`() async throws {
        let bytes = try #require(output(try await run(Fixture.nanBits)))
        let words = stride(from: 0, to: 48, by: 8).map { start in
            bytes[start..<(start + 8)].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        }
        #expect(words == [UInt64](repeating: 0x7FF8_0000_0000_0000, count: 6))
    }

    @Test func `limits outside their range are refused`() throws {
        func limits(_ fuel: UInt64, _ memory: Int, _ output: Int, _ wall: Duration) -> String? {
            code { _ = try ExecutionLimits(fuel: fuel, memoryBytes: memory, outputBytes: output, wallTime: wall) }
        }
        let most = (
            RuntimeLimits.fuelMax, RuntimeLimits.memoryBytesMax, RuntimeLimits.outputBytesMax, RuntimeLimits.wallTimeMax
        )
        #expect(limits(most.0, most.1, most.2, most.3) == nil)
        #expect(limits(1, 1, 1, .nanoseconds(1)) == nil)
        #expect(limits(most.0 + 1, 1, 1, .seconds(1)) == "runtime.bad-limit")
        #expect(limits(1, most.1 + 1, 1, .seconds(1)) == "runtime.bad-limit")
        #expect(limits(1, 1, most.2 + 1, .seconds(1)) == "runtime.bad-limit")
        #expect(limits(1, 1, 1, most.3 + .nanoseconds(1)) == "runtime.bad-limit")
        #expect(limits(0, 1, 1, .seconds(1)) == "runtime.bad-limit")
        #expect(limits(1, 0, 1, .seconds(1)) == "runtime.bad-limit")
        #expect(limits(1, 1, 0, .seconds(1)) == "runtime.bad-limit")
        #expect(limits(1, 1, 1, .zero) == "runtime.bad-limit")
    }
}
