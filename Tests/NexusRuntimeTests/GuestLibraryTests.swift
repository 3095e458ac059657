import Foundation
import NexusBase
import Testing

@testable import NexusRuntime

/// Method: the probe model (Guests/Fixtures/probe.swift) is built, and what the guest library makes of decimals and
/// documents inside WebAssembly is compared with what NexusBase makes of them here.
@Suite(.needsEngine) struct GuestLibraryTests {
    struct Operation {
        var name: String
        var left: String
        var right: String
        var places: Int

        var json: JSON { [.text(name), .text(left), .text(right), .int(places)] }

        var expected: String {
            do {
                let a = try ExactDecimal(parsing: Text(left))
                let b = try ExactDecimal(parsing: Text(right))
                switch name {
                case "+": return try a.adding(b).description
                case "-": return try a.subtracting(b).description
                case "*": return try a.multiplied(by: b).description
                case "/": return try a.divided(by: b, scale: places).description
                case "round": return try a.rounded(to: places).description
                case "<": return a < b ? "true" : "false"
                default: return a == b ? "true" : "false"
                }
            } catch { return "refused" }
        }
    }

    static let edges = [
        "0", "1", "-1", "2", "3", "0.5", "-0.5", "2.5", "3.5", "-2.5", "0.000000000000000001", "1.000000000000000001",
        "9999999999999999999999999999999999", "-9999999999999999999999999999999999",
        "1000000000000000000000000000000000",
        "9999999999999999.999999999999999999", "0.999999999999999999", "24.105", "26.465",
        "5000000000000000000000000000000000",
        // Not in their one form, or no decimals.
        "", "-", "-0", "0.0", "01", "1.", ".5", "1.50", "+1", "1e3", "1.0000000000000000001", "x", "--1", "1.2.3",
        "0-1",
        "10000000000000000000000000000000000", "00", "-0.0", " 1",
    ]

    /// A fixed sequence: the same cases in each run.
    struct Sequence {
        var state: UInt64 = 0x9E37_79B9_7F4A_7C15

        mutating func next(_ bound: UInt64) -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (state >> 33) % bound
        }

        mutating func decimal() -> String {
            let digits = 1 + next(34)
            var coefficient: Int128 = 0
            for _ in 0..<digits { coefficient = coefficient * 10 + Int128(next(10)) }
            let value = try? ExactDecimal(coefficient: next(2) == 0 ? coefficient : -coefficient, scale: Int(next(19)))
            return (value ?? .zero).description
        }
    }

    func answer(_ module: ModelModule, _ inputs: JSONObject) async throws -> ModelAnswer {
        let input = ModelInput(context: JSONObject(), inputs: inputs, parameters: JSONObject())
        let limits = try ExecutionLimits(
            fuel: 20_000_000_000, memoryBytes: 512 << 20, outputBytes: 1 << 20, wallTime: .seconds(60))
        let outcome = await (try engine()).evaluate(module, input: input.canonicalBytes, limits: limits)
        guard case .output(let bytes, _) = outcome else { throw RuntimeError(.badAnswer, "\(outcome)") }
        return try ModelAnswer(reading: bytes)
    }

    func probe() async throws -> ModelModule {
        let output = FileManager.default.temporaryDirectory.appending(path: "probe-\(UUID().uuidString).wasm")
        defer { try? FileManager.default.removeItem(at: output) }
        try await ModelBuilder.build(
            sources: [path("Guests/Fixtures/probe.swift")], guest: path("Guests/NexusGuest"), to: output.path)
        return try engine().load(Array(try Data(contentsOf: output)))
    }

    @Test func `decimals in a model are those of NexusBase`() async throws {
        let names = ["+", "-", "*", "/", "round", "<", "="]
        var operations: [Operation] = []
        for left in Self.edges {
            for right in Self.edges {
                for name in names { operations.append(Operation(name: name, left: left, right: right, places: 0)) }
            }
        }
        var sequence = Sequence()
        for _ in 0..<5_000 {
            operations.append(
                Operation(
                    name: names[Int(sequence.next(7))], left: sequence.decimal(), right: sequence.decimal(),
                    places: Int(sequence.next(20))))
        }
        let module = try await probe()
        for start in stride(from: 0, to: operations.count, by: 1_000) {
            let batch = operations[start..<min(start + 1_000, operations.count)]
            let answer = try await answer(module, JSONObject([("cases", .array(batch.map(\.json)))]))
            guard case .outputs(let outputs) = answer, case .array(let results)? = outputs["results"] else {
                Issue.record("the probe answers \(answer)")
                return
            }
            #expect(results.count == batch.count)
            for (operation, result) in zip(batch, results) {
                #expect(result == .text(operation.expected), "\(operation)")
            }
        }
    }

    @Test func `documents pass through a model unchanged`() async throws {
        let module = try await probe()
        let texts = [
            "null", "true", "false", "0", "-1", "9007199254740991", "-9007199254740991", "[]", "{}", #""""#,
            #"["\u0000\u001f\b\t\n\f\r\"\\/","é","e\#u{301}","\#u{10FFFF}","\#u{E000}"]"#,
            // By UTF-16 code units U+1F600 stands before U+FB01.
            "{\"\":1,\"a\":{\"b\":[1,[2,[3,{}]]]},\"b\":null,\"\u{1F600}\":2,\"\u{FB01}\":3}",
            String(repeating: "[", count: 60) + String(repeating: "]", count: 60),
        ]
        for text in texts {
            let document = try JSON(parsing: Array(text.utf8))
            let answer = try await answer(module, JSONObject([("document", document)]))
            #expect(answer == .outputs(JSONObject([("document", document)])), "\(text)")
        }
    }

    @Test func `input that is no canonical document gets an orderly answer`() async throws {
        let engine = try engine()
        let module = try await probe()
        let texts = [
            "", "{", "{}x", "{\"inputs\":{\"document\":1.5}}", "{\"inputs\": {}}", "{\"a\":1,\"a\":2}",
            "{\"b\":1,\"a\":2}",
            "[01]", "[-0]", "[9007199254740992]", "[\"\\u0041\"]", "[\"\\ud800\"]", "[\"\u{1}\"]", "nul", "[1,]", "\"",
            String(repeating: "[", count: 100_000),
        ]
        for bytes in texts.map({ Array($0.utf8) }) {
            let outcome = await engine.evaluate(module, input: bytes, limits: ExecutionLimits())
            guard case .output(let output, _) = outcome,
                case .failed(let code, _, _) = try ModelAnswer(reading: output)
            else {
                Issue.record("\(String(decoding: bytes.prefix(50), as: UTF8.self)): \(outcome)")
                continue
            }
            #expect(code == "malformed-input")
        }
    }
}

@Suite struct ModelAnswerTests {
    @Test func `outputs and orderly errors are told apart`() throws {
        #expect(try ModelAnswer(reading: Array(#"{"y":"1"}"#.utf8)) == .outputs(JSONObject([("y", "1")])))
        #expect(
            try ModelAnswer(reading: Array(#"{"error":{"code":"c","message":"m"}}"#.utf8))
                == .failed(code: "c", message: "m", place: nil))
    }

    @Test(arguments: [
        "", "[]", "{ }", #"{"b":1,"a":2}"#, #"{"a":1.5}"#, #"{"error":"text"}"#, #"{"error":{"code":"c"}}"#,
        #"{"error":{"code":"c","message":"m"},"y":"1"}"#, #"{"error":{"code":"c","message":"m","other":1}}"#,
    ])
    func `bytes that are no output document are refused`(text: String) {
        #expect(code { _ = try ModelAnswer(reading: Array(text.utf8)) } == "runtime.bad-answer")
    }

    @Test func `a model's message has its limit`() {
        func document(_ count: Int) -> [UInt8] {
            Array("{\"error\":{\"code\":\"c\",\"message\":\"\(String(repeating: "m", count: count))\"}}".utf8)
        }
        #expect(code { _ = try ModelAnswer(reading: document(RuntimeLimits.modelMessageBytesMax)) } == nil)
        #expect(
            code { _ = try ModelAnswer(reading: document(RuntimeLimits.modelMessageBytesMax + 1)) }
                == "runtime.bad-answer")
    }
}
