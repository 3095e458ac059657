import Foundation
import NexusBase
import NexusTestSupport
import Testing

@testable import NexusClause

@Suite struct SchemaTests {
    private var file: URL { VectorFolder.package.appendingPathComponent("Documentation/Formats/clause-v1.schema.json") }

    @Test(.enabled(if: VectorFolder.isWriting)) func `write the schema`() throws {
        try Data(Clause.schema.canonicalBytes + [0x0A]).write(to: file)
    }

    @Test func `the committed schema is the one the reader uses`() throws {
        let committed = try [UInt8](Data(contentsOf: file))
        #expect(committed == Clause.schema.canonicalBytes + [0x0A])
    }

    /// A shape, a value that it refuses, and the words of the refusal.
    @Test(arguments: [
        (Shape.list(.boolean, countMax: 1), "\"x\"", "", "a list is needed"),
        (.list(.boolean, countMax: 1), "[true,true]", "", "at most 1 elements are allowed"),
        (.list(.boolean, countMax: 2), "[true,1]", "[1]", "true or false is needed"),
        (.object([Shape.field("a", .boolean, "yes or no")]), "1", "", "a mapping with the fields a is needed"),
        (
            .object([Shape.field("a", .boolean, "yes or no")]), "{\"a\":true,\"b\":1}", "b",
            "no such field; the fields here are a"
        ),
        (.object([Shape.field("a", .boolean, "yes or no")]), "{}", "", "the field \"a\" is missing: yes or no"),
        (.text(bytesMax: 2), "\"éa\"", "", "at most 2 bytes of text are allowed"),
        (.text(bytesMax: 2), "1", "", "text is needed"),
        (.integer(1...3), "4", "", "an integer from 1 to 3 is needed"),
        (.decimal, "\"1.0\"", "", "write 1, not 1.0"),
        (.decimal, "1", "", "a decimal number, as text is needed"),
        (.choice(["a", "b"]), "\"c\"", "", "\"c\" is none of a, b"),
    ])
    func `a shape says what it refuses and where`(shape: Shape, json: String, place: String, message: String) throws {
        do {
            _ = try shape.conform(JSON(parsing: Array(json.utf8)), textual: false)
            Issue.record("taken")
        } catch let mismatch as Shape.Mismatch {
            #expect(mismatch.place == place)
            #expect(mismatch.message == message)
        }
    }

    @Test func `scalars of YAML become what the shape says, and nothing else`() throws {
        #expect(try Shape.decimal.conform("024.10", textual: true) == "24.1")
        #expect(try Shape.integer(0...99).conform("24", textual: true) == 24)
        #expect(try Shape.boolean.conform("true", textual: true) == true)
        for text: JSON in ["+1", "1.0", "0x1", "01", ""] {
            #expect(throws: Shape.Mismatch.self) { try Shape.integer(0...99).conform(text, textual: true) }
        }
        #expect(throws: Shape.Mismatch.self) { try Shape.boolean.conform("yes", textual: true) }
        #expect(throws: Shape.Mismatch.self) { try Shape.integer(0...99).conform("24", textual: false) }
    }
}
