import NexusBase
import NexusTestInputs
import Testing

@testable import nexus

@Suite struct CSVTableTests {
    private func parse(_ text: String) throws -> CSVTable { try CSVTable(parsing: Array(text.utf8)) }

    @Test func `quotes, doubled quotes, commas and CRLF are read`() throws {
        let table = try parse("\"A\",B\r\n\"x, \"\"y\"\"\",2\r\n,\n")
        #expect(table.heading == ["A", "B"])
        #expect(table.rows.map(\.fields) == [["x, \"y\"", "2"], ["", ""]])
        #expect(table.rows.map(\.line) == [2, 3])
    }

    @Test func `a byte order mark is passed over`() throws {
        #expect(try parse("\u{FEFF}A\n1").heading == ["A"])
    }

    @Test(
        arguments: [
            ("", nil), ("A,A\n1,2\n", "line 1, column 1"), ("A,\n1,2\n", "line 1, column 1"),
            ("A,B\n1\n", "line 2, column 1"), ("A,B\n1,2,3\n", "line 2, column 1"),
            ("A,B\n1,x\"y\n", "line 2, column 4"),
            ("A,B\n1,\"x\n", "line 2, column 3"), ("A,B\n\"x\"y,2\n", "line 2, column 4"),
            ("A,B\n1,\u{0}\n", "line 2, column 3"),
            ("A,B\n\n1,2\n", "line 2, column 1"),
        ] as [(String, String?)])
    func `what is no strict table is refused with its place`(_ text: String, _ place: String?) {
        let error = #expect(throws: CommandError.self) { try parse(text) }
        #expect(error?.code == .badInput)
        #expect(error?.place == place)
    }

    @Test func `mutated tables are tables or refused with a code`() {
        let seeds = ["\"A\",B\r\n\"x, \"\"y\"\"\",2\r\n,\n", "A\n1\n2\n", "year,a,b\n1997,1.5,\"2\"\n"]
        let found = Mutations(
            of: seeds.map { Array($0.utf8) }, seed: 51, isCoded: { $0 is any CodedFailure }
        ) { bytes in
            let table = try CSVTable(parsing: bytes)
            #expect(table.rows.allSatisfy { $0.fields.count == table.heading.count })
        }
        #expect(found.uncoded.isEmpty, "\(found.uncoded.first ?? "")")
        #expect(found.taken > 10 && found.refused > 1000)
    }

    @Test func `bytes that are no UTF-8 are refused`() {
        #expect(throws: CommandError.self) { try CSVTable(parsing: [0x41, 0x0A, 0xFF]) }
    }

    @Test func `columns are taken up to their limit and refused past it`() throws {
        let limit = CSVTable.Limits.columnsMax
        let heading = (0..<limit).map { "c\($0)" }.joined(separator: ",")
        #expect(try parse(heading + "\n").heading.count == limit)
        let error = #expect(throws: CommandError.self) { try parse(heading + ",more\n") }
        #expect(error?.code == .tooLarge)
    }

    @Test func `a field is taken up to its limit and refused past it`() throws {
        let field = String(repeating: "x", count: CSVTable.Limits.fieldBytesMax)
        #expect(try parse("A\n\(field)\n").rows[0].fields[0].utf8.count == CSVTable.Limits.fieldBytesMax)
        let error = #expect(throws: CommandError.self) { try parse("A\n\(field)x\n") }
        #expect(error?.code == .tooLarge)
    }

    @Test func `rows are taken up to their limit and refused past it`() throws {
        let limit = CSVTable.Limits.rowsMax
        let body = String(repeating: "1\n", count: limit)
        #expect(try parse("A\n" + body).rows.count == limit)
        let error = #expect(throws: CommandError.self) { try parse("A\n1\n" + body) }
        #expect(error?.code == .tooLarge)
    }
}
