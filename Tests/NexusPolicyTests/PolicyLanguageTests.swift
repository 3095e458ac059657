import NexusBase
import NexusPolicy
import Testing

/// What the conformance suite does not hold: our own extensions, and corners of the libraries.
@Suite struct PolicyLanguageTests {
    static let values: [(String, String)] = [
        ("'%.3f'.format([1.2345])", "\"1.234\""), ("'%.0f'.format([2.5])", "\"2\""),
        ("'%e'.format([1052.03])", "\"1.052030e+03\""),
        ("'%.2e'.format([0.000999999])", "\"1.00e-03\""), ("'%f'.format([9.9999999])", "\"10.000000\""),
        ("'%s'.format([[double('NaN'), double('-Infinity')]])", "\"[NaN, -Infinity]\""),
        ("'%s %s'.format([decimal('1.50'), quantity('3', 'm')])", "\"1.5 3 m\""),
        ("'%.2f'.format([decimal('1.5')])", "\"1.50\""),
        ("'hello world events!'.split(' ', 2)", "[\"hello\", \"world events!\"]"),
        ("'abc'.split('')", "[\"a\", \"b\", \"c\"]"),
        ("'hello hello'.replace('he', 'we', -1)", "\"wello wello\""), ("'ab'.replace('', '-')", "\"-a-b-\""),
        ("'ab'.replace('', '-', 2)", "\"-a-b\""), ("'aaaa'.replace('aa', 'b', 1)", "\"baa\""),
        ("'gums'.reverse()", "\"smug\""),
        ("strings.quote('a\\n\"')", #""\"a\\n\\\"\"""#),
        ("'\\x1b[0m'", #""\x1b[0m""#),
        ("string(1e21)", "\"1e+21\""), ("string(1e20)", "\"100000000000000000000\""), ("string(0.0001)", "\"0.0001\""),
        ("string(1e-5)", "\"1e-05\""), ("string(-0.0)", "\"-0\""), ("string(duration('1.5s'))", "\"1.5s\""),
        ("string(duration('-1h2m3.004s'))", "\"-3723.004s\""),
        ("string(timestamp('2026-01-02T03:04:05.120+02:00'))", "\"2026-01-02T01:04:05.12Z\""),
        ("[3, 1, 2].sort()", "[1, 2, 3]"), ("['b', 'a'].sortBy(x, x)", "[\"a\", \"b\"]"),
        ("[1, 2.0, 2, 1u].distinct()", "[1, 2]"),
        ("[1, [2, [3]]].flatten(1)", "[1, 2, [3]]"), ("[[1], [2]].flatten()", "[1, 2]"),
        ("lists.range(3)", "[0, 1, 2]"),
        ("[1, 2, 3, 4].slice(1, 3)", "[2, 3]"), ("[1, 2].first()", "optional.of(1)"), ("[].last()", "optional.none()"),
        ("[optional.of(1), optional.none()].unwrapOpt()", "[1]"),
        ("{'a': 1, 'b': 2}.transformMapEntry(k, v, {v: k})", "{1: \"a\", 2: \"b\"}"),
        ("{'a': 1}.transformList(k, v, k)", "[\"a\"]"),
        ("[1, 2, 3].map(x, x > 1, x * 10)", "[20, 30]"), ("cel.bind(x, 1 / 0, true)", "true"),
        ("decimal('0.035') * 2", "decimal(\"0.07\")"), ("-decimal('1.5')", "decimal(\"-1.5\")"),
        ("1 - decimal('0.5')", "decimal(\"0.5\")"),
        ("decimal('2.345').round(2)", "decimal(\"2.34\")"), ("decimal('2.345').round(2, 'up')", "decimal(\"2.35\")"),
        ("decimal('1') == 1 && 1u == dyn(decimal('1'))", "true"), ("decimal('0.5') == dyn(0.5)", "true"),
        ("decimal('0.1') == dyn(0.1)", "false"),
        ("math.greatest(decimal('1.5'), decimal('2'))", "decimal(\"2\")"), ("int(decimal('-1.9'))", "-1"),
        ("string(decimal('1.50'))", "\"1.5\""),
        ("quantity('3', 'm') + quantity(2, 'm') == quantity('5', 'm')", "true"),
        ("quantity(3, 'm') * decimal('1.5')", "quantity(\"4.5\", \"m\")"),
        ("quantity(3, 'm').convert('cm', 100)", "quantity(\"300\", \"cm\")"),
        ("quantity(3, 'm') == quantity(3, 'degC')", "false"),
        ("sets.equivalent([1, 2], [2, 1, 1])", "true"), ("sets.intersects([1], [2])", "false"),
        ("math.sqrt(16.0)", "4"),
        ("ip('2001:db8:0:0:1:0:0:1')", "ip(\"2001:db8::1:0:0:1\")"),
        ("cidr('192.168.1.7/24').masked()", "cidr(\"192.168.1.0/24\")"),
        ("ip('::ffff:1.2.3.4')", "ip(\"1.2.3.4\")"), ("{1u: 'a'}[dyn(1)]", "\"a\""),
        ("{'b': 1, 'a': 2}", "{\"b\": 1, \"a\": 2}"),
        ("type(decimal('1')) == decimal", "true"), ("([].map(x, x)).size()", "0"), ("'\\U0001F600'.size()", "1"),
        ("-  5", "-5"),
        ("[1,\n 2, // two\n]", "[1, 2]"), ("{'a': {'b': 1}}.a.b", "1"), ("'a' in {'a': 1} ? 1 : 2", "1"),
        ("!(1 in [2])", "true"),
    ]

    @Test(arguments: values) func `an expression comes to its value`(source: String, literal: String) throws {
        let evaluation = try PolicyExpression(Text(source), in: PolicyEnvironment()).evaluate()
        #expect(evaluation.value.literal == Text(literal))
    }

    static let failures: [(String, PolicyError.Code)] = [
        ("quantity('1', 'm') + quantity('1', 'degC')", .unitMismatch),
        ("quantity('1', 'm') < quantity('1', 'degC')", .unitMismatch),
        ("decimal('1.5') / decimal('2')", .noOverload), ("decimal('x')", .conversion),
        ("decimal('1').div(3, 19)", .badArgument),
        ("decimal('9999999999999999999999999999999999') + 1", .overflow), ("dyn(decimal('1')) < dyn(1.5)", .noOverload),
        ("decimal('1') + double('1.5')", .noOverload), ("quantity('1', '')", .badArgument),
        ("{'a': 1, 'a': 2}", .duplicateKey),
        ("['a', 'b'].transformMapEntry(i, v, {'k': v})", .duplicateKey), ("[1, 'a'].sort()", .noOverload),
        ("[1][1]", .indexOutOfRange),
        ("{'a': 1}.b", .noSuchKey), ("optional.none().value()", .noValue),
        ("timestamp(0).getHours('Europe/Paris')", .noTimeZone),
        ("timestamp('2026-02-30T00:00:00Z')", .conversion), ("duration('1')", .conversion),
        ("base64.decode('=')", .conversion),
        ("'abc'.substring(4)", .indexOutOfRange), ("'%d'.format([])", .indexOutOfRange),
        ("ip('1.2.3.256')", .conversion), ("lists.range(2)[5]", .indexOutOfRange),
        ("1 +", .syntax), ("'abc", .syntax), ("a.b(", .syntax), ("1 = 1", .syntax), ("x", .undeclared),
        ("foo(1)", .undeclared),
        ("1 + 'a'", .noOverload), ("1 ? 2 : 3", .wrongType), ("[1].all(x, x)", .wrongType), ("has(1)", .syntax),
        ("[1].map(1, x)", .syntax),
        ("if", .syntax), ("99999999999999999999", .syntax), ("'\\q'", .syntax), ("1.5 % 2.0", .noOverload),
        ("Unknown{a: 1}", .undeclared),
        ("google.protobuf.Int32Value{value: 3000000000}", .overflow),
        ("google.protobuf.BoolValue{x: true}", .noSuchKey), ("1x", .syntax),
    ]

    @Test(arguments: failures)
    func `what cannot be evaluated is refused with its code and place`(source: String, code: PolicyError.Code) throws {
        do {
            let value = try PolicyExpression(Text(source), in: PolicyEnvironment()).evaluate().value
            Issue.record("came to \(value.literal)")
        } catch let error as PolicyError {
            #expect(error.code == code)
            #expect(error.position != nil)
        }
    }

    @Test func `a function of the host is checked and called by its types`() throws {
        let double = PolicyFunction(
            "twice",
            [
                .init([.int], .int) { arguments in
                    guard case .int(let value) = arguments[0] else { return .null }
                    return .int(value * 2)
                }
            ])
        let environment = PolicyEnvironment(functions: [double])
        #expect(try PolicyExpression("twice(21)", in: environment).evaluate().value == 42)
        #expect(throws: PolicyError(.noOverload, "")) { try PolicyExpression("twice('a')", in: environment) }
        #expect(throws: PolicyError(.noOverload, "")) {
            try PolicyExpression("twice(dyn('a'))", in: environment).evaluate()
        }
    }

    @Test func `the version of the time zone data is part of the result`() throws {
        // Version 1 of TZif with no transitions and one type: five hours and a half east.
        var file = Array("TZif".utf8) + Array(repeating: 0, count: 16)
        for count: UInt8 in [0, 0, 0, 0, 1, 4] { file += [0, 0, 0, count] }
        file += [0, 0, 0x4D, 0x58, 0, 0] + Array("IST\0".utf8)
        let zones = try PolicyTimeZones(version: "2026a", files: [("Asia/Kolkata", file)])
        let environment = PolicyEnvironment(timeZones: zones)
        let evaluation = try PolicyExpression("timestamp(0).getMinutes('Asia/Kolkata')", in: environment).evaluate()
        #expect(evaluation.value == 30)
        #expect(evaluation.timeZoneVersion == "2026a")
        #expect(throws: PolicyError(.badTimeZoneData, "")) {
            try PolicyTimeZones(version: "x", files: [("Bad", Array(file.dropLast(8)))])
        }
    }

    @Test(arguments: [
        ("Europe/Berlin", "2050-07-01T12:00:00Z", 14), ("Europe/Berlin", "2050-01-01T12:00:00Z", 13),
        ("America/New_York", "2050-11-06T05:59:59Z", 1), ("Australia/Sydney", "2050-01-01T00:00:00Z", 11),
        ("Europe/Dublin", "2050-01-01T00:00:00Z", 0), ("Europe/Dublin", "2050-07-01T00:00:00Z", 1),
        ("Asia/Tokyo", "2100-01-01T00:00:00Z", 9),
    ])
    func `a time after the last transition follows the zone's rule`(zone: String, time: String, hour: Int) throws {
        guard let zones = try SystemTimeZones.load([zone]) else { return print("skipped: no tzdata on this machine") }
        let expression = try PolicyExpression(
            Text("timestamp('\(time)').getHours('\(zone)')"), in: PolicyEnvironment(timeZones: zones))
        #expect(try expression.evaluate().value == .int(Int64(hour)))
    }
}
