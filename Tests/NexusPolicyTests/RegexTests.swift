import NexusBase
import NexusPolicy
import Testing

@Suite struct RegexTests {
    func matches(_ text: Text, _ pattern: Text, limits: PolicyLimits = .standard) throws -> Bool {
        let environment = PolicyEnvironment(variables: [("text", .string), ("pattern", .string)])
        let expression = try PolicyExpression("text.matches(pattern)", in: environment)
        let value = try expression.value(
            expression.bindings([("text", .string(text)), ("pattern", .string(pattern))]), limits: limits)
        return value == true
    }

    @Test(arguments: [
        ("abc", "b"), ("abc", "^abc$"), ("", "^$"), ("aaa", "^a{3}$"), ("aaaa", "^a{2,}$"), ("ab", "(?i)AB"),
        ("a\nb", "(?s)a.b"), ("a\nb", "(?m)^b$"), ("foo bar", "\\bbar\\b"), ("x-1", "[[:alpha:]]-[[:digit:]]"),
        ("é", "^\\pL$"), ("α", "^\\p{Greek}$"), ("a", "^\\P{Greek}$"), ("5", "^\\d$"), ("_", "^\\w$"),
        ("漢", "\\p{Han}"),
        ("a.b", "\\Qa.b\\E"), ("]", "[]]"), ("-", "[a-]"), ("a|b", "a\\|b"), ("{", "{"), ("a{,2}", "a{,2}"),
        ("\u{7F}", "\\x7F"),
        ("😀", "^.$"), ("😀", "\\x{1F600}"), ("K", "(?i)\\x{212A}"), ("\u{212A}", "(?i)k"), ("ab", "(?P<name>a)(?:b)"),
        ("ab", "(?<name>a)b"), ("aB", "a(?i:b)"), ("zzz", "^(z*)*$"), ("b", "a||b"), ("", "(|a)+"), ("Σ", "(?i)[α-ω]"),
    ])
    func `a text that RE2 matches is matched`(text: String, pattern: String) throws {
        #expect(try matches(Text(text), Text(pattern)))
    }

    @Test(arguments: [
        ("abc", "^b"), ("a\nb", "a.b"), ("a\nb", "^b$"), ("foobar", "\\bbar"), ("e\u{301}", "^.$"), ("a", "[^a]"),
        ("A", "(?i)[^a]"), ("ab", "^a$"), ("α", "^\\w$"), ("٣", "\\d"), ("a\n", "a$"), ("aB", "a(?-i)b"),
        ("a", "\\p{Lu}"),
    ])
    func `a text that RE2 does not match is not`(text: String, pattern: String) throws {
        #expect(try !matches(Text(text), Text(pattern)))
    }

    @Test(arguments: [
        "(", ")", "a**", "*", "(?=a)", "(?!a)", "(?<=a)", "\\1", "[", "[b-a]", "a{1001}", "a{2,1}", "\\p{Nope}", "\\",
        "(?P<>a)",
        "[[:nope:]]", "\\x{110000}", "\\8", "(?z)", "a++", "\\y",
    ])
    func `what RE2 refuses is refused`(pattern: String) {
        #expect(throws: PolicyError(.badRegex, "")) { try matches("a", Text(pattern)) }
    }

    @Test func `a constant pattern that is wrong is refused when the expression is made`() {
        #expect(throws: PolicyError(.badRegex, "")) {
            try PolicyExpression("'a'.matches('(')", in: PolicyEnvironment())
        }
    }

    @Test func `a pattern past the size limit is refused before it is built`() throws {
        #expect(throws: PolicyError(.tooLarge, "")) { try matches("a", "((a{1000}){1000}){1000}") }
        #expect(try matches("aaa", "^a{3}$", limits: PolicyLimits(regexInstructionsMax: 16)))
        #expect(throws: PolicyError(.tooLarge, "")) {
            try matches("aaa", "^a{3}$", limits: PolicyLimits(regexInstructionsMax: 11))
        }
    }

    @Test func `a pattern that takes others exponential time costs in proportion to the text`() throws {
        let environment = PolicyEnvironment(variables: [("text", .string)])
        let expression = try PolicyExpression("text.matches('^(a*)*(a|aa)*$')", in: environment)
        func cost(_ count: Int) throws -> UInt64 {
            let text = Text(String(repeating: "a", count: count) + "b")
            return try expression.evaluate([("text", .string(text))]).cost
        }
        let (small, large) = (try cost(1_000), try cost(10_000))
        #expect(large < small * 12)
    }

    @Test func `nested groups hold up to the limit`() throws {
        let depth = PolicyLimits.regexNestingMax - 1
        func pattern(_ depth: Int) -> Text {
            Text(String(repeating: "(", count: depth) + "a" + String(repeating: ")", count: depth))
        }
        #expect(try matches("a", pattern(depth)))
        #expect(throws: PolicyError(.badRegex, "")) { try matches("a", pattern(depth + 1)) }
    }
}
