import Foundation
import NexusBase
import Synchronization
import Testing

@testable import NexusRuntime

@Suite struct WasmtimeLibraryTests {
    @Test func `a missing library is named with the way to get it`() {
        let path = "/nowhere/_libwasmtime.so"
        do {
            _ = try WasmEngine(libraryPath: path)
            Issue.record("an engine without a library")
        } catch let error as RuntimeError {
            #expect(error.code == .libraryMissing)
            #expect(error.place == path)
            #expect(error.message.contains("Scripts/fetch-wasmtime"))
        } catch { Issue.record(error) }
    }

    @Test func `the places are searched in order`() throws {
        let root = FileManager.default.temporaryDirectory.appending(path: "nexus-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: root) }
        func place(_ folder: String) throws -> String {
            let directory = root.appending(path: folder)
            try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
            let file = directory.appending(path: WasmtimeLibrary.fileName)
            try Data().write(to: file)
            return file.resolvingSymlinksInPath().path
        }
        func locate(_ environment: [String: String]) -> String? {
            let found = try? WasmtimeLibrary.locate(
                environment: environment, executable: root.path + "/bin/nexus",
                workingDirectory: root.path + "/work/deep")
            return found.map { URL(filePath: $0).resolvingSymlinksInPath().path }
        }
        let home = ["NEXUS_HOME": root.path + "/home"]
        #expect(locate(home) == nil)
        let above = try place("work/.nexus/lib")
        #expect(locate(home) == above)
        let inHome = try place("home/lib")
        #expect(locate(home) == inHome)
        let beside = try place("lib")
        #expect(locate(home) == beside)
        let named = try place("named")
        #expect(locate(["NEXUS_WASMTIME": named]) == named)
        #expect(locate(["NEXUS_WASMTIME": root.path + "/nothing"]) == nil)
    }
}

@Suite(.needsEngine) struct WasmEngineTests {
    @Test func `a library of another release is refused`() throws {
        let path = try library.get()
        #expect(code { _ = try EngineHandle(libraryPath: path, majorVersion: "49") } == "runtime.library-version")
    }

    @Test func `a library that is not Wasmtime is refused`() throws {
        #expect(code { _ = try WasmEngine(libraryPath: "libm.so.6") } == "runtime.library-version")
        #expect(code { _ = try WasmEngine(libraryPath: #filePath) } == "runtime.library-missing")
    }

    @Test func `threads outside their range are refused`() throws {
        let path = try library.get()
        #expect(code { _ = try WasmEngine(libraryPath: path, threads: 0) } == "runtime.bad-limit")
        let tooMany = RuntimeLimits.executionThreadsMax + 1
        #expect(code { _ = try WasmEngine(libraryPath: path, threads: tooMany) } == "runtime.bad-limit")
    }

    @Test func `the description names the engine in canonical JSON`() throws {
        let json = try engine().description.json
        #expect(json.canonicalString.hasSuffix(#""name":"wasmtime","version":"50.0.1"}"#))
        #expect(EngineDescription.wasmtime.features == EngineDescription.wasmtime.features.sorted())
    }

    @Test func `many executions at once, good and bad, do not disturb each other`() async throws {
        let engine = try engine()
        let modules = try [Fixture.echo, Fixture.trapUnreachable, Fixture.memoryBomb, Fixture.deepRecursion]
            .map(engine.load)
        let limits = try ExecutionLimits(
            fuel: 10_000_000, memoryBytes: 1 << 20, outputBytes: 4_096, wallTime: .seconds(60))
        let wrong = await withTaskGroup(of: Int.self) { group in
            for number in 0..<400 {
                group.addTask {
                    let input = Array("\(number)".utf8)
                    let outcome = await engine.evaluate(modules[number % 4], input: input, limits: limits)
                    switch (number % 4, outcome) {
                    case (0, .output(input, _)), (1, .trapped(.unreachable, _)): return 0
                    case (2, .indeterminate(.memoryLimit, _)), (3, .indeterminate(.stackExhausted, _)): return 0
                    default: return 1
                    }
                }
            }
            return await group.reduce(0, +)
        }
        #expect(wrong == 0)
    }

    @Test func `the blocking form runs on a thread of the caller until too little of its stack is left`() async throws {
        let engine = try engine()
        let module = try engine.load(Fixture.echo)
        /// Runs deeper and deeper in the stack; how many executions had room.
        @Sendable func descend(_ count: Int) -> Int? {
            switch engine.evaluate(module, input: [7], limits: ExecutionLimits()) {
            case .indeterminate(.threadStack, _): return count
            case .output([7], _) where count < 100_000:
                return withUnsafeTemporaryAllocation(byteCount: 1_024, alignment: 16) { _ in descend(count + 1) }
            default: return nil
            }
        }
        let count = await withCheckedContinuation { continuation in
            let thread = Thread { continuation.resume(returning: descend(0)) }
            thread.stackSize = 1 << 20
            thread.start()
        }
        #expect(try #require(count) > 10)
    }

    @Test func `an execution whose task is cancelled before its turn does not run`() async throws {
        let pool = ExecutionPool(threads: 1)
        let gate = DispatchSemaphore(value: 0)
        let (begun, beginning) = AsyncStream.makeStream(of: Void.self)
        let first = Task {
            await pool.run {
                beginning.finish()
                gate.wait()
                return .output([], fuelUsed: 0)
            }
        }
        // The one thread is taken once the stream ends.
        for await _ in begun {}
        let ran = Atomic(false)
        let second = Task {
            await pool.run {
                ran.store(true, ordering: .relaxed)
                return .output([], fuelUsed: 0)
            }
        }
        second.cancel()
        let outcome = await second.value
        gate.signal()
        #expect(await first.value == .output([], fuelUsed: 0))
        guard case .indeterminate(.cancelled, _) = outcome else {
            Issue.record("a cancelled execution had the outcome \(outcome)")
            return
        }
        let didRun = ran.load(ordering: .relaxed)
        #expect(!didRun)
    }

    @Test func `a full queue refuses the next execution`() async throws {
        let pool = ExecutionPool(threads: 1, waitingMax: 2)
        let gate = DispatchSemaphore(value: 0)
        let outcomes = await withTaskGroup(of: ExecutionOutcome.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    await pool.run {
                        gate.wait()
                        return .output([], fuelUsed: 0)
                    }
                }
            }
            var outcomes: [ExecutionOutcome] = []
            for await outcome in group {
                outcomes.append(outcome)
                // All five that found no room have answered: now let the others end.
                if outcomes.count >= 5 { gate.signal() }
            }
            return outcomes
        }
        let overloaded = outcomes.filter { if case .indeterminate(.overloaded, _) = $0 { true } else { false } }
        #expect((5...6).contains(overloaded.count))
        #expect(outcomes.count == 8)
    }

    @Test func `an engine that is dropped frees its threads and can be made again`() async throws {
        for _ in 0..<5 {
            let engine = try WasmEngine(libraryPath: try library.get(), threads: 1)
            let module = try engine.load(Fixture.echo)
            #expect(await engine.evaluate(module, input: [1], limits: ExecutionLimits()).isResult)
        }
    }
}
