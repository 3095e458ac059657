import NexusBase
import NexusClause
import NexusTestSupport
import Testing

@Suite struct YAMLTests {
    @Test(arguments: [
        ("title: Extreme El Niño cover", "&a title: Extreme El Niño cover"),
        ("title: Extreme El Niño cover", "? [title]\n: Extreme El Niño cover"),
        ("domain: insurance.parametric", "<<: { domain: insurance.parametric }"),
    ])
    func `keys are plain text: no anchors, lists or merges`(old: String, new: String) {
        #expect(throws: ClauseError.self) { try TestClause.make { $0.with(old, new) } }
    }

    @Test func `aliases do not multiply a document`() {
        // Each line repeats the one before ten times: read as copies it would have 10^9 elements.
        let lines = (1...9).map { level in
            "l\(level): &l\(level) [\((0..<10).map { _ in level == 1 ? "x" : "*l\(level - 1)" }.joined(separator: ", "))]\n"
        }.joined()
        #expect(throws: ClauseError(.malformedYAML, "")) { try TestClause.make { lines + $0 } }
    }

    @Test func `a document past its limit is refused before it is parsed`() {
        let comment = "#" + String(repeating: "x", count: ClauseLimits.yamlBytesMax) + "\n"
        #expect(throws: ClauseError(.tooLarge, "")) { try TestClause.make { comment + $0 } }
        let rest = ClauseLimits.yamlBytesMax - TestClause.yaml.utf8.count - 2
        #expect(throws: Never.self) { try TestClause.make { "#" + String(repeating: "x", count: rest) + "\n" + $0 } }
    }
}
