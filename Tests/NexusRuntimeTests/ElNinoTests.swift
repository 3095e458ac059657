import Foundation
import NexusBase
import NexusRuntime
import Testing

@Suite(.needsEngine) struct ElNinoTests {
    static func input(november: String, december: String, occurrence: String = "1972") -> ModelInput {
        ModelInput(
            context: JSONObject([("occurrence", .text(occurrence))]),
            inputs: JSONObject([("november", .text(november)), ("december", .text(december))]),
            parameters: JSONObject([("attach", "24"), ("exhaust", "27")]))
    }

    /// Year, November and December as the data file has them.
    static func rows() throws -> [(year: String, november: String, december: String)] {
        let text = String(decoding: try bytes("Examples/el-nino/nino12-ersst-v3b.csv"), as: UTF8.self)
        return text.split(whereSeparator: \.isNewline).dropFirst().map { line in
            let fields = line.split(separator: ",").map(String.init)
            return (fields[0], fields[11], fields[12])
        }
    }

    static func decimal(_ text: String) throws -> ExactDecimal { try ExactDecimal(parsing: Text(text), lenient: true) }

    func answer(_ input: ModelInput) async throws -> ModelAnswer {
        let engine = try engine()
        let module = try engine.load(try bytes("Examples/el-nino/model.wasm"))
        let outcome = await engine.evaluate(module, input: input.canonicalBytes, limits: ExecutionLimits())
        guard case .output(let output, _) = outcome else { throw RuntimeError(.badAnswer, "\(outcome)") }
        return try ModelAnswer(reading: output)
    }

    @Test func `only 1972, 1982 and 1997 pay between 1950 and 2010`() async throws {
        let rows = try Self.rows()
        #expect(rows.count == 61)
        var paid: [String: JSONObject] = [:]
        for row in rows {
            let november = try Self.decimal(row.november)
            let december = try Self.decimal(row.december)
            let input = Self.input(november: november.description, december: december.description, occurrence: row.year)
            guard case .outputs(let outputs) = try await answer(input) else {
                Issue.record("no outputs in \(row.year)")
                continue
            }
            let mean = try november.adding(december).divided(by: ExactDecimal(2), scale: 3)
            #expect(outputs["index"] == mean.json)
            if outputs["payoutRate"] != "0" { paid[row.year] = outputs }
        }
        #expect(paid.keys.sorted() == ["1972", "1982", "1997"])
        #expect(paid["1972"] == JSONObject([("index", "24.105"), ("payoutRate", "0.035")]))
        #expect(paid["1982"] == JSONObject([("index", "25.23"), ("payoutRate", "0.41")]))
        #expect(paid["1997"] == JSONObject([("index", "26.465"), ("payoutRate", "0.821667")]))
    }

    @Test func `the payout rate stays between nothing and all`() async throws {
        #expect(
            try await answer(Self.input(november: "24", december: "24"))
                == .outputs(JSONObject([("index", "24"), ("payoutRate", "0")])))
        #expect(
            try await answer(Self.input(november: "27", december: "27"))
                == .outputs(JSONObject([("index", "27"), ("payoutRate", "1")])))
        #expect(
            try await answer(Self.input(november: "40", december: "-1.5"))
                == .outputs(JSONObject([("index", "19.25"), ("payoutRate", "0")])))
        #expect(
            try await answer(Self.input(november: "31", december: "31"))
                == .outputs(JSONObject([("index", "31"), ("payoutRate", "1")])))
    }

    @Test func `a missing input is an orderly answer that names it`() async throws {
        var input = Self.input(november: "24", december: "24")
        input.inputs["december"] = nil
        #expect(
            try await answer(input)
                == .failed(code: "missing", message: "the value is missing", place: "inputs.december"))
    }

    @Test func `a decimal that is not in its one form is an orderly answer that names it`() async throws {
        guard case .failed(let code, _, let place) = try await answer(Self.input(november: "24.10", december: "24"))
        else {
            Issue.record("24.10 was taken")
            return
        }
        #expect(code == "bad-decimal")
        #expect(place == "inputs.november")
    }
}
