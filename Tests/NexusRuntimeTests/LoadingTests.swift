import NexusBase
import Testing

@testable import NexusRuntime

/// Which modules fit model-abi-v1, and with which code the others are refused.
@Suite(.needsEngine) struct LoadingTests {
    func refusal(_ module: [UInt8]) -> String? { code { _ = try engine().load(module) } }

    @Test(arguments: [
        (Fixture.imports, "imports-present"),
        (Fixture.importsMemory, "imports-present"),
        (Fixture.start, "start-function"),
        (Fixture.noMemory, "missing-export"),
        (Fixture.noAllocate, "missing-export"),
        (Fixture.noEvaluate, "missing-export"),
        (Fixture.memoryIsFunction, "wrong-export-type"),
        (Fixture.allocateTakesI64, "wrong-export-type"),
        (Fixture.evaluateGivesI32, "wrong-export-type"),
        (Fixture.evaluateIsGlobal, "wrong-export-type"),
        (Fixture.growableTable, "growable-table"),
        (Fixture.largeTable, "too-large"),
        (Fixture.fiveTables, "too-large"),
        (Fixture.tooMuchMemory, "too-large"),
        (Fixture.sharedMemory, "invalid-module"),
        (Fixture.memory64, "invalid-module"),
        (Fixture.tailCall, "invalid-module"),
        (Fixture.twoMemories, "invalid-module"),
        (Fixture.component, "not-a-module"),
        ([], "not-a-module"),
        (Array("#!/bin/sh\n".utf8), "not-a-module"),
        (Array("(module)".utf8), "not-a-module"),
    ])
    func `a module that breaks a rule is refused with the rule's code`(module: [UInt8], expected: String) {
        #expect(refusal(module) == "runtime." + expected)
    }

    @Test func `a module cut short anywhere is refused`() throws {
        let whole = Fixture.echo
        var codes: Set<String> = []
        for length in whole.indices {
            let code = try #require(refusal(Array(whole[..<length])), "\(length) bytes were loaded")
            codes.insert(code)
        }
        #expect(codes.isSubset(of: ["runtime.not-a-module", "runtime.invalid-module", "runtime.missing-export"]))
    }

    @Test func `a module with any one byte changed loads or is refused, and the engine goes on`() async throws {
        let engine = try engine()
        for index in Fixture.trapSignature.indices {
            var module = Fixture.trapSignature
            module[index] ^= 0xFF
            if let loaded = try? engine.load(module) {
                _ = await engine.evaluate(loaded, input: [], limits: ExecutionLimits())
            }
        }
        let echo = await engine.evaluate(try engine.load(Fixture.echo), input: [1], limits: ExecutionLimits())
        #expect(echo.isResult)
    }

    @Test(arguments: [Fixture.fullTable, Fixture.fourTables, Fixture.mostMemory])
    func `a module at a limit loads`(module: [UInt8]) {
        #expect(refusal(module) == nil)
    }

    @Test func `a module at the size limit loads and one byte more is refused`() throws {
        // A custom section fills the module up: id 0, its size in four bytes of LEB128, a name of no bytes.
        func padded(to count: Int) -> [UInt8] {
            let size = count - Fixture.echo.count - 5
            let leb = (0..<4).map { UInt8(size >> ($0 * 7) & 0x7F) | ($0 < 3 ? 0x80 : 0) }
            return Fixture.echo + [0] + leb + [UInt8](repeating: 0, count: size)
        }
        #expect(padded(to: RuntimeLimits.moduleBytesMax).count == RuntimeLimits.moduleBytesMax)
        #expect(refusal(padded(to: RuntimeLimits.moduleBytesMax)) == nil)
        #expect(refusal(padded(to: RuntimeLimits.moduleBytesMax + 1)) == "runtime.too-large")
    }

    @Test func `the same bytes are compiled once and are named by their digest`() throws {
        let first = try engine().load(Fixture.echo)
        let second = try engine().load(Fixture.echo)
        #expect(first === second)
        #expect(first.digest == Digest(of: Fixture.echo))
        #expect(first.byteCount == Fixture.echo.count)
    }

    @Test func `the cache drops the module that was not used for longest`() throws {
        let engine = try EngineHandle(libraryPath: try library.get(), majorVersion: "50")
        func compile(_ bytes: [UInt8]) throws -> ModelModule {
            try ModelModule(bytes, digest: Digest(of: bytes), engine: engine)
        }
        let (a, b, c) = (try compile(Fixture.echo), try compile(Fixture.trapNull), try compile(Fixture.grows))
        let cache = ModuleCache(countMax: 2, bytesMax: 1 << 20)
        _ = cache.insert(a)
        _ = cache.insert(b)
        #expect(cache[a.digest] === a)
        _ = cache.insert(c)
        #expect(cache.count == 2)
        #expect(cache[a.digest] === a)
        #expect(cache[b.digest] == nil)
        #expect(cache[c.digest] === c)

        let small = ModuleCache(countMax: 8, bytesMax: a.byteCount)
        _ = small.insert(a)
        _ = small.insert(b)
        #expect(small.count == 1)
    }
}
