import NexusBase
import NexusTestInputs
import Testing

@testable import NexusAPI

@Suite struct MultipartTests {
    private let type = "multipart/form-data; boundary=----x7"

    private func body(_ parts: [(name: String, value: String)]) -> [UInt8] {
        var text = ""
        for part in parts {
            text += "------x7\r\nContent-Disposition: form-data; name=\"\(part.name)\"; filename=\"a.json\"\r\n"
            text += "Content-Type: application/json\r\n\r\n\(part.value)\r\n"
        }
        return Array((text + "------x7--\r\n").utf8)
    }

    @Test func `parts come back as they were, files of one name together`() throws {
        let form = try Multipart(
            body([("form", "k"), ("file", "one\r\n--"), ("file", ""), ("file", "{}")]), contentType: type)
        #expect(try form.text("form") == "k" && form.text("none") == nil)
        #expect(form.files("file").map { String(decoding: $0, as: UTF8.self) } == ["one\r\n--", "", "{}"])
        #expect(throws: APIError(.badRequest, "")) { try form.text("file") }
    }

    @Test(arguments: [
        "", "------x7", "------x7--", "------x7\r\n", "------x7\r\n\r\n\r\n------x7--",
        "------x7\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nno end",
        "------x7\r\nContent-Disposition: form-data; name=\"../a\"\r\n\r\n1\r\n------x7--",
        "preamble\r\n------x7\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n------x7--",
    ])
    func `a form that no browser sends is refused or empty`(text: String) {
        if let form = try? Multipart(Array(text.utf8), contentType: type) { #expect(form.parts.isEmpty) }
    }

    @Test(arguments: [
        "multipart/form-data", "text/plain", "multipart/form-data; boundary=", "multipart/mixed; boundary=x",
    ])
    func `another type is refused`(type: String) {
        #expect(throws: APIError.self) { try Multipart(body([("a", "1")]), contentType: type) }
    }

    @Test func `no change of its bytes is more than refused`() {
        var random = SplitMix64(seed: 7)
        let whole = body([("form", "k"), ("file", "{\"a\":1}")])
        var taken = 0
        for _ in 0..<3_000 {
            let bytes = random.mutated(
                whole, with: [Array("\r\n------x7".utf8), Array("\r\n\r\n".utf8)], bytesBelow: 256)
            guard let form = try? Multipart(bytes, contentType: type) else { continue }
            taken += 1
            #expect(form.parts.reduce(0) { $0 + $1.bytes.count } < bytes.count)
        }
        #expect(taken > 0)
    }

    @Test func `many parts are refused`() {
        let parts = (0...APILimits.formPartsMax).map { _ in ("a", "1") }
        #expect(throws: APIError(.tooLarge, "")) { try Multipart(body(parts), contentType: type) }
        #expect(
            (try? Multipart(body(Array(parts.dropLast())), contentType: type))?.parts.count == APILimits.formPartsMax)
    }

    @Test func `signed files about one proposal are one decision, and about two none`() throws {
        func file(_ proposal: String, _ ballots: [JSON]) -> String {
            (["ballots": .array(ballots), "proposal": .text(proposal)] as JSON).canonicalString
        }
        let form = try Multipart(
            body([("file", file("cHJv", ["a"])), ("file", file("cHJv", ["b", "a"]))]), contentType: type)
        #expect(try JSON(parsing: HandIn(.decision, form).body) == ["ballots": ["a", "b"], "proposal": "cHJv"])
        let mixed = try Multipart(body([("file", file("cHJv", [])), ("file", file("b3Ro", []))]), contentType: type)
        #expect(throws: APIError(.badRequest, "")) { try HandIn(.decision, mixed) }
        let array = try HandIn(.events, Multipart(body([("text", " [1]")]), contentType: type))
        #expect(array.contentType == "application/cloudevents-batch+json")
    }
}
