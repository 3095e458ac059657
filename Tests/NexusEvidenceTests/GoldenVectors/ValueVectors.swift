import NexusBase
import NexusTestSupport
import Testing

extension GoldenVectors {
    /// Canonical JSON, decimals, times and Merkle paths.
    @Suite struct Values {
        /// The code of what `body` throws, or what it returns.
        static func outcome(_ body: () throws -> JSON) -> JSON {
            do { return try body() } catch let error as any CodedFailure {
                return ["code": .text(error.qualifiedCode)]
            } catch {
                return ["code": "unknown"]
            }
        }

        /// What the code makes of a vector's input, in the form of its `expect`.
        static func found(_ format: String, _ json: JSON) throws -> JSON {
            switch format {
            case "canonical-json":
                let input = try #require(json.bytes("input"))
                return outcome {
                    let strict = json["strict"] == true
                    let value = try strict ? JSON(parsingCanonical: input) : JSON(parsing: input)
                    return ["canonical": .base64(value.canonicalBytes)]
                }
            case "decimal":
                return outcome {
                    let value = try ExactDecimal(parsing: json.text("text"))
                    return ["coefficient": .text(String(value.coefficient)), "scale": .int(value.scale)]
                }
            case "instant":
                return outcome { ["milliseconds": .integer(try Instant(parsing: json.text("text")).milliseconds)] }
            case "merkle":
                return outcome {
                    let path = try json.list("path").map { json in
                        guard case .string(let text) = json else { throw BaseError(.wrongType, "base64") }
                        return try Digest(bytes: Base64.decode(text.string))
                    }
                    guard case .integer(let index)? = json["index"], case .integer(let size)? = json["size"] else {
                        throw BaseError(.wrongType, "integers")
                    }
                    let leaf = Merkle.leaf(json.bytes("entry") ?? [])
                    return ["root": .text(try Merkle.root(from: leaf, at: Int(index), of: Int(size), path: path).hex)]
                }
            default: preconditionFailure("no such format")
            }
        }

        @Test(arguments: ["canonical-json", "decimal", "instant", "merkle"])
        func `every value vector comes to what it expects`(format: String) throws {
            let cases = try VectorFolder.cases(format)
            try #require(cases.contains(where: \.isAccept) && cases.contains { !$0.isAccept })
            for one in cases {
                let expected = try #require(one.json["expect"])
                // A refusal's expectation is a code; a Merkle path to another root is one that does not match.
                let found = try Self.found(format, one.json)
                if expected["rootIsNot"] != nil {
                    #expect(found["root"] != expected["rootIsNot"] && found["root"] != nil, "\(one)")
                } else {
                    #expect(found == expected, "\(one)")
                }
                #expect(found != ["code": "other"])
            }
        }

        @Test(.enabled(if: VectorFolder.isWriting)) func `write the value vectors that are missing`() throws {
            try ValueCases.write()
        }
    }
}

/// What the value vectors say, written down by hand from the format pages.
enum ValueCases {
    static func write() throws {
        for (index, one) in canonicalAccepted.enumerated() {
            let json: JSON = [
                "description": .text(one.0), "expect": ["canonical": .base64(Array(one.3.utf8))],
                "input": .base64(Array(one.2.utf8)), "strict": false,
            ]
            try VectorFolder.write("canonical-json", "accept", index + 1, one.1, json)
        }
        for (index, one) in canonicalRejected.enumerated() {
            let json: JSON = [
                "description": .text(one.0), "expect": ["code": .text(one.3)], "input": .base64(one.2), "strict": true,
            ]
            try VectorFolder.write("canonical-json", "reject", index + 1, one.1, json)
        }
        for (index, one) in decimals.enumerated() {
            let json: JSON = [
                "expect": ["coefficient": .text(one.1), "scale": .int(one.2)], "text": .text(one.0),
            ]
            try VectorFolder.write("decimal", "accept", index + 1, "decimal", json)
        }
        for (index, text) in notDecimals.enumerated() {
            try VectorFolder.write(
                "decimal", "reject", index + 1, "not-decimal",
                ["expect": ["code": "base.bad-decimal"], "text": .text(text)])
        }
        for (index, one) in instants.enumerated() {
            try VectorFolder.write(
                "instant", "accept", index + 1, "instant",
                ["expect": ["milliseconds": .integer(one.1)], "text": .text(one.0)])
        }
        for (index, text) in notInstants.enumerated() {
            try VectorFolder.write(
                "instant", "reject", index + 1, "not-instant",
                ["expect": ["code": "base.bad-time"], "text": .text(text)])
        }
        try writeMerkle()
    }

    static let canonicalAccepted = [
        (
            "The worked example of the page.", "worked-example", "{\"b\":\"é\\n\",\"a\":[1,-2],\"c\":\"0.5\"}",
            "{\"a\":[1,-2],\"b\":\"é\\n\",\"c\":\"0.5\"}"
        ),
        ("White space goes.", "white-space", " { \"a\" : [ 1 , 2 ] }\n", "{\"a\":[1,2]}"),
        (
            "Keys sort by UTF-16: U+1F600 before U+FB33.", "utf16-order", "{\"\u{FB33}\":1,\"\u{1F600}\":2}",
            "{\"\u{1F600}\":2,\"\u{FB33}\":1}"
        ),
        (
            "Escapes become the shortest form.", "escapes", "\"\\u0041\\u000a\\/\\u001F\\u00e9\\ud83d\\ude00\"",
            "\"A\\n/\\u001fé\u{1F600}\""
        ),
        ("U+007F and U+2028 are written as they are.", "no-escape", "\"\\u007f\\u2028\"", "\"\u{7F}\u{2028}\""),
        (
            "The largest integers.", "largest-integers", "[9007199254740991,-9007199254740991,0]",
            "[9007199254740991,-9007199254740991,0]"
        ),
        (
            "Texts that look equal and are not: both keys stay.", "no-normalisation", "{\"é\":1,\"e\u{301}\":2}",
            "{\"e\u{301}\":2,\"é\":1}"
        ),
        (
            "Nested to the limit.", "deepest", String(repeating: "[", count: 64) + String(repeating: "]", count: 64),
            String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
        ),
    ]

    static let canonicalRejected: [(String, String, [UInt8], String)] = [
        (
            "Nested past the limit.", "too-deep",
            Array((String(repeating: "[", count: 65) + String(repeating: "]", count: 65)).utf8), "base.too-large"
        ),
        ("A number with a point.", "point", Array("1.0".utf8), "base.malformed-json"),
        ("A number with an exponent.", "exponent", Array("1e3".utf8), "base.malformed-json"),
        ("An integer past 2^53 - 1.", "too-large-integer", Array("9007199254740992".utf8), "base.malformed-json"),
        ("Minus zero.", "minus-zero", Array("-0".utf8), "base.malformed-json"),
        ("A leading zero.", "leading-zero", Array("01".utf8), "base.malformed-json"),
        ("A lone surrogate.", "lone-surrogate", Array("\"\\ud800\"".utf8), "base.malformed-json"),
        ("A raw control character.", "raw-control", [0x22, 0x0A, 0x22], "base.malformed-json"),
        ("An escape that JSON lacks.", "bad-escape", Array("\"\\x41\"".utf8), "base.malformed-json"),
        ("A comma too many.", "trailing-comma", Array("[1,]".utf8), "base.malformed-json"),
        ("Nothing.", "empty", [], "base.malformed-json"),
        ("A byte order mark.", "byte-order-mark", [0xEF, 0xBB, 0xBF, 0x31], "base.malformed-json"),
        ("NaN.", "nan", Array("NaN".utf8), "base.malformed-json"),
        ("A key twice.", "duplicate-key", Array("{\"a\":1,\"a\":1}".utf8), "base.duplicate-key"),
        (
            "A key twice, once escaped.", "duplicate-escaped", Array("{\"a\":1,\"\\u0061\":1}".utf8),
            "base.duplicate-key"
        ),
        ("An overlong UTF-8 form.", "overlong", [0x22, 0xC0, 0xAF, 0x22], "base.not-utf8"),
        ("A surrogate in UTF-8.", "utf8-surrogate", [0x22, 0xED, 0xA0, 0x80, 0x22], "base.not-utf8"),
        ("White space.", "space", Array("[1, 2]".utf8), "base.not-canonical"),
        ("Keys out of order.", "order", Array("{\"b\":1,\"a\":1}".utf8), "base.not-canonical"),
        ("An escape that is not needed.", "escaped-slash", Array("\"\\/\"".utf8), "base.not-canonical"),
        ("Upper-case digits in an escape.", "upper-case-escape", Array("\"\\u001F\"".utf8), "base.not-canonical"),
        ("A newline at the end.", "newline", Array("{}\n".utf8), "base.not-canonical"),
    ]

    static let decimals = [
        ("0", "0", 0), ("-1", "-1", 0), ("0.1", "1", 1), ("-0.000000000000000001", "-1", 18), ("100", "100", 0),
        ("24.57", "2457", 2), ("9999999999999999999999999999999999", "9999999999999999999999999999999999", 0),
        ("-9999999999999999.999999999999999999", "-9999999999999999999999999999999999", 18),
    ]

    static let notDecimals = [
        "", "-", "-0", "+1", "1.", ".5", "00", "01", "1.0", "0.10", "1e3", "1,5", " 1", "1 ", "0x10", "NaN", "١",
        "0.0000000000000000001", "10000000000000000000000000000000000", "99999999999999999.999999999999999999",
    ]

    static let instants: [(String, Int64)] = [
        ("1970-01-01T00:00:00.000Z", 0), ("2026-11-21T09:30:00.000Z", 1_795_253_400_000),
        ("2000-02-29T23:59:59.999Z", 951_868_799_999), ("1969-12-31T23:59:59.999Z", -1),
        ("0000-01-01T00:00:00.000Z", -62_167_219_200_000), ("9999-12-31T23:59:59.999Z", 253_402_300_799_999),
    ]

    static let notInstants = [
        "", "2026-11-21", "2026-11-21T09:30:00Z", "2026-11-21T09:30:00.0Z", "2026-11-21T09:30:00.000+00:00",
        "2026-11-21t09:30:00.000z", "2026-11-21 09:30:00.000Z", "2026-02-29T00:00:00.000Z", "2100-02-29T00:00:00.000Z",
        "2026-13-01T00:00:00.000Z", "2026-00-01T00:00:00.000Z", "2026-01-32T00:00:00.000Z", "2026-01-01T24:00:00.000Z",
        "2026-01-01T00:60:00.000Z", "2016-12-31T23:59:60.000Z", "10000-01-01T00:00:00.000Z", "-001-01-01T00:00:00.000Z",
    ]

    private static func writeMerkle() throws {
        var number = 0
        for (size, index) in [(1, 0), (2, 0), (2, 1), (3, 2), (5, 4), (7, 3), (8, 7), (13, 11)] {
            number += 1
            try VectorFolder.write("merkle", "accept", number, "leaf-\(index)-of-\(size)", inclusion(index, size))
        }
        let short = inclusion(3, 7)
        let last = inclusion(4, 5)
        let rejected: [(String, JSON, (inout JSON) -> Void)] = [
            ("path-too-short", short, { $0["path.2"] = nil }),
            ("path-too-long", short, { $0.edit("path") { $0.append($0[0]) } }),
            ("index-at-size", short, { $0["index"] = 7 }),
            ("negative-index", short, { $0["index"] = -1 }),
            ("size-zero", short, { $0["size"] = 0 }),
            ("lone-leaf-with-path", inclusion(0, 1), { $0["path"] = [.base64(Digest(of: []).bytes)] }),
        ]
        for (index, one) in rejected.enumerated() {
            var json = one.1
            one.2(&json)
            json["expect"] = ["code": "base.bad-inclusion"]
            try VectorFolder.write("merkle", "reject", index + 1, one.0, json)
        }
        let elsewhere: [(String, JSON, (inout JSON) -> Void)] = [
            ("other-index", short, { $0["index"] = 2 }),
            ("other-entry", short, { $0["entry"] = .base64([9]) }),
            ("other-sibling", last, { $0["path.0"] = .base64(Digest(of: []).bytes) }),
        ]
        for (index, one) in elsewhere.enumerated() {
            var json = one.1
            let root = json["expect.root"]
            one.2(&json)
            json["expect"] = ["rootIsNot": root]
            try VectorFolder.write("merkle", "reject", rejected.count + index + 1, one.0, json)
        }
    }

    /// Entries of one byte each: 0, 1, 2, …
    private static func inclusion(_ index: Int, _ size: Int) -> JSON {
        let tree = MerkleTree((0..<size).map { Merkle.leaf([UInt8($0)]) })
        return [
            "entry": .base64([UInt8(index)]), "expect": ["root": .text(tree.root.hex)], "index": .int(index),
            "path": .array(tree.path(at: index).map { .base64($0.bytes) }), "size": .int(size),
        ]
    }
}
