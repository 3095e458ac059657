import NexusBase
import Testing

@Suite struct JSONTests {
    @Test func `keys sort by UTF-16 code units and print without spaces`() throws {
        let json = try JSON(
            parsing: Array(#"{ "b": [1, true, null], "a": "\u00e9\n", "€": 2, "\ufb33": 4, "😀": 3 }"#.utf8))
        #expect(json.canonicalString == "{\"a\":\"é\\n\",\"b\":[1,true,null],\"€\":2,\"😀\":3,\"\u{FB33}\":4}")
    }

    @Test(arguments: [
        ("{\"a\":1,\"a\":2}", BaseError.Code.duplicateKey), ("{\"b\":1,\"a\":0,\"b\":2}", .duplicateKey),
        ("1.5", .malformedJSON), ("1e3", .malformedJSON), ("-0", .malformedJSON), ("01", .malformedJSON),
        ("9007199254740992", .malformedJSON), ("\"\\ud800\"", .malformedJSON), ("[1,]", .malformedJSON),
        ("", .malformedJSON), ("nul", .malformedJSON), ("\"a", .malformedJSON), ("{} {}", .malformedJSON),
        ("\"\u{01}\"", .malformedJSON), (String(repeating: "[", count: 65), .tooLarge),
        ("99999999999999999999", .malformedJSON),
    ])
    func `a document outside the rules is refused with a code and a place`(text: String, code: BaseError.Code) {
        let error = #expect(throws: BaseError.self) { try JSON(parsing: Array(text.utf8)) }
        #expect(error?.code == code)
        #expect(error?.place?.hasPrefix("byte ") == true)
    }

    @Test func `bytes that are not UTF-8 are refused`() {
        #expect(throws: BaseError(.notUTF8, "")) { try JSON(parsing: [0x22, 0xFF, 0x22]) }
        #expect(throws: BaseError(.notUTF8, "")) { try JSON(parsing: [0x22, 0xC0, 0x80, 0x22]) }
    }

    @Test func `nesting is read up to the limit and refused one past it`() throws {
        func nest(_ depth: Int) -> [UInt8] {
            Array((String(repeating: "[", count: depth) + String(repeating: "]", count: depth)).utf8)
        }
        _ = try JSON(parsing: nest(Limits.jsonDepthMax))
        #expect(throws: BaseError(.tooLarge, "")) { try JSON(parsing: nest(Limits.jsonDepthMax + 1)) }
        #expect(throws: BaseError(.tooLarge, "")) { try JSON(parsing: Array("123".utf8), bytesMax: 2) }
    }

    @Test func `canonical reading refuses the same value in other bytes`() throws {
        _ = try JSON(parsingCanonical: Array("{\"a\":1}".utf8))
        #expect(throws: BaseError(.notCanonical, "")) { try JSON(parsingCanonical: Array("{\"a\": 1}".utf8)) }
        #expect(throws: BaseError(.notCanonical, "")) { try JSON(parsingCanonical: Array("{\"b\":1,\"a\":1}".utf8)) }
        #expect(throws: BaseError(.notCanonical, "")) { try JSON(parsingCanonical: Array("\"\\u0061\"".utf8)) }
    }

    @Test func `text is compared by code units, not by canonical equivalence`() {
        #expect("é" == "e\u{301}")
        #expect(Text("é") != Text("e\u{301}"))
        #expect(Text("\u{FFFF}") > Text("\u{10000}"))
    }

    @Test func `a decoder names the path of what is missing, wrong or unknown`() throws {
        let json = try JSON(parsing: Array(#"{"a":{"n":5},"z":1}"#.utf8))
        var fields = try Fields(json, at: "doc")
        #expect(throws: BaseError(.missingField, "")) { try fields.text("b") }
        let inner = #expect(throws: BaseError.self) { try fields.object("a") { _ in } }
        #expect(inner?.place == "doc.a.n")
        let error = #expect(throws: BaseError.self) { try fields.finish() }
        #expect(error?.code == .unknownField && error?.place == "doc.z")
    }
}
