import NexusBase
import NexusClause
import NexusTestSupport
import Testing

@Suite struct ClauseRuleTests {
    @Test func `YAML and canonical JSON of a clause are the same clause`() throws {
        let clause = try TestClause.make()
        #expect(try Clause(canonical: clause.json.canonicalBytes) == clause)
        #expect(clause.digest == Digest(of: clause.json.canonicalBytes))
    }

    @Test func `the text has its limit in bytes, and one more is refused`() throws {
        func clause(_ count: Int) throws -> Clause {
            try TestClause.make {
                $0.with(
                    "Pays a share of the limit when the sea is warm.",
                    String(repeating: "é", count: count / 2) + String(repeating: "x", count: count % 2))
            }
        }
        #expect(try clause(ClauseLimits.textBytesMax).text.utf8.count == ClauseLimits.textBytesMax)
        #expect(throws: ClauseError(.schema, "")) { try clause(ClauseLimits.textBytesMax + 1) }
    }

    @Test func `a clause whose canonical form is too long for the log is refused`() throws {
        let notes = (0..<150).map { "  - { name: p\($0), value: 1, unit: \(String(repeating: "u", count: 200)) }\n" }
            .joined()
        #expect(throws: ClauseError(.tooLarge, "")) {
            try TestClause.make { $0.with("parameters:\n", "parameters:\n" + notes) }
        }
    }

    /// Role, verdict, margin and band of each term, and the signal.
    private func signal(_ terms: [(role: String, verdict: String, margin: String?, band: String?)]) throws -> Signal {
        let rules = terms.enumerated().map { index, term in
            "  - { name: t\(index), expression: index > attach, role: \(term.role)"
                + (term.band.map { ", reviewBand: \($0)" } ?? "") + " }\n"
        }.joined()
        let clause = try TestClause.make { yaml in
            let start = yaml.firstRange(of: "terms:\n")!.upperBound  // SAFETY: the test's own text has it.
            let end = yaml.firstRange(of: "execution:\n")!.lowerBound  // SAFETY: as above.
            return yaml[..<start] + rules + yaml[end...]
        }
        let results = try terms.enumerated().map { index, term in
            let json: JSON = [
                "expression": "index > attach", "margin": term.margin.map { .text($0) }, "name": .text("t\(index)"),
                "verdict": .text(term.verdict),
            ]
            return try Term(json: json, at: "term")
        }
        return clause.signal(of: results)
    }

    @Test func `the signal follows from roles, verdicts and margins, doubt first`() throws {
        #expect(try signal([("trigger", "PASS", "1", nil)]) == .trigger)
        #expect(try signal([("trigger", "FAIL", "-1", nil)]) == .pass)
        #expect(try signal([("trigger", "PASS", "1", nil), ("trigger", "FAIL", "-1", nil)]) == .pass)
        #expect(try signal([("information", "PASS", "1", nil)]) == .pass)
        #expect(try signal([("obligation", "FAIL", "-1", nil), ("trigger", "PASS", "1", nil)]) == .fail)
        #expect(try signal([("trigger", "UNDECIDED", nil, nil), ("obligation", "FAIL", "-1", nil)]) == .escalate)
        #expect(try signal([("information", "UNDECIDED", nil, nil), ("trigger", "PASS", "1", nil)]) == .trigger)
        #expect(try signal([("trigger", "PASS", "0.049", "0.05")]) == .escalate)
        #expect(try signal([("trigger", "FAIL", "-0.049", "0.05")]) == .escalate)
        #expect(try signal([("trigger", "PASS", "0.05", "0.05")]) == .trigger)
        #expect(try signal([("information", "PASS", "0.01", "0.05")]) == .escalate)
    }

    @Test func `an evaluated clause tells each side, the margin and the unit`() throws {
        let evaluator = try ClauseEvaluator(TestClause.make())
        let inputs: [(Text, Text)] = [("november", "24.57"), ("december", "25.89"), ("station", "x")]
        let index = try ExactDecimal(parsing: "25.23")
        let verdict = try evaluator.verdict(
            inputs: inputs, outputs: [("index", index), ("payoutRate", ExactDecimal(0))])
        #expect(verdict.signal == .trigger)
        #expect(verdict.terms[0].margin == (try ExactDecimal(parsing: "1.23")))
        #expect(
            verdict.terms[0].observed == "25.23" && verdict.terms[0].threshold == "24"
                && verdict.terms[0].unit == "°C")
        #expect(verdict.terms[1].verdict == .fail)
        #expect(verdict.terms[1].margin == (try ExactDecimal(parsing: "-1.77")))
        #expect(throws: ClauseError(.badBinding, "")) { try evaluator.verdict(inputs: [], outputs: []) }
    }

    @Test func `occurrences and inputs are held to their rules`() throws {
        let clause = try TestClause.make()
        for good: Text in ["1950", "2100"] { try clause.checkOccurrence(good) }
        for bad: Text in ["1949", "2101", "02000", "", "two", "2000 "] {
            #expect(throws: ClauseError(.outOfRange, "")) { try clause.checkOccurrence(bad) }
        }
        #expect(try clause.checkInput("november", Array("10".utf8), edition: "final") == "10")
        #expect(throws: ClauseError(.outOfRange, "")) {
            try clause.checkInput("november", Array("9.9".utf8), edition: "final")
        }
        #expect(throws: ClauseError(.badBinding, "")) {
            try clause.checkInput("november", Array("1e1".utf8), edition: "final")
        }
        #expect(throws: ClauseError(.badBinding, "")) {
            try clause.checkInput("november", Array("10".utf8), edition: "draft")
        }
        #expect(throws: ClauseError(.badBinding, "")) {
            try clause.checkInput("january", Array("10".utf8), edition: "final")
        }
        #expect(throws: ClauseError(.badBinding, "")) { try clause.checkInput("station", [0xFF], edition: "any") }
        let longest = [UInt8](repeating: 0x61, count: ClauseLimits.inputBytesMax)
        _ = try clause.checkInput("station", longest, edition: "any")
        #expect(throws: ClauseError(.badBinding, "")) {
            try clause.checkInput("station", longest + [0x61], edition: "any")
        }
    }

    @Test func `nothing becomes active that was not simulated and reviewed`() {
        for stage in LifecycleStage.allCases where stage.next.contains(.active) { #expect(stage == .reviewed) }
        for stage in LifecycleStage.allCases where stage.next.contains(.reviewed) { #expect(stage == .simulated) }
        #expect(LifecycleStage.deprecated.next.isEmpty)
    }

    @Test func `a clause id has one text`() throws {
        let id = try ClauseID(parsing: "GRA::ExtremeElNino@1.0.0")
        #expect(id.text == "GRA::ExtremeElNino@1.0.0")
        for bad: Text in [
            "GRA:ExtremeElNino@1.0.0", "GRA::X@1.0", "GRA::X@1.0.0.0", "GRA::X@01.0.0", "::X@1.0.0", "9A::X@1.0.0",
            "GRA::X@1.0.0@2", "GRA::É@1.0.0",
        ] {
            #expect(throws: ClauseError(.badIdentifier, "")) { try ClauseID(parsing: bad) }
        }
    }
}
