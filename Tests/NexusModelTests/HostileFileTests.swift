import NexusBase
import Testing

@testable import NexusModel

/// Method: files that are wrong in one way each must fail with the code of that way; mutations of a good file must end
/// in a network or in a coded error.
@Suite struct HostileFileTests {
    private func code(_ file: [UInt8]) -> String {
        do {
            _ = try Int8Network(onnx: file)
            return "accepted"
        } catch let error as ModelError { return error.code.rawValue } catch { return "uncoded" }
    }

    private func relu(_ operation: String = "Relu", input: [Int64] = [1, 3]) -> [UInt8] {
        FileBuilder.quantised(input: input, nodes: [FileBuilder.node(operation, ["q"], "r")])
    }

    @Test func `an unknown operator is refused by its name`() {
        #expect(code(relu()) == "accepted")
        #expect(throws: ModelError(.unsupported, "")) { try Int8Network(onnx: relu("Softmax")) }
        do { _ = try Int8Network(onnx: relu("Softmax")) } catch {
            #expect("\(error)".contains("operator Softmax"))
        }
    }

    @Test func `each bound of the integers is checked`() {
        #expect(code(FileBuilder.product([127], rows: 1, columns: 1, bias: [0], scale: 1)) == "accepted")
        #expect(code(FileBuilder.product([-128], rows: 1, columns: 1, bias: [0], scale: 1)) == "bad-bound")
        #expect(code(FileBuilder.product([1], rows: 1, columns: 1, bias: [.max - 128], scale: 1)) == "accepted")
        #expect(code(FileBuilder.product([1], rows: 1, columns: 1, bias: [.max - 127], scale: 1)) == "bad-bound")
        #expect(code(FileBuilder.product([1], rows: 1, columns: 1, bias: [.min], scale: 1)) == "bad-bound")
        #expect(code(FileBuilder.product([1], rows: 1, columns: 1, bias: [0], scale: 0)) == "bad-quantisation")
        #expect(code(FileBuilder.product([1], rows: 1, columns: 1, bias: [0], scale: .nan)) == "bad-quantisation")
        #expect(code(FileBuilder.product([1], rows: 1, columns: 1, bias: [0], scale: -1)) == "bad-quantisation")
    }

    @Test func `shapes and sizes are refused before memory is taken`() {
        #expect(code(FileBuilder.product([1, 2, 3], rows: 2, columns: 2, bias: [0, 0], scale: 1)) == "bad-shape")
        #expect(code(FileBuilder.product([1, 2], rows: 2, columns: 1, bias: [0], scale: 1)) == "bad-shape")
        #expect(code(relu(input: [1, 1 << 40])) == "too-large")
        #expect(code(relu(input: [1, .max, .max])) == "too-large")
        #expect(code(relu(input: [1, 0])) == "bad-shape")
        #expect(code(relu(input: [1, -5])) == "bad-shape")
        #expect(code(relu(input: [2, 3])) == "bad-shape")
        let pool = FileBuilder.node(
            "MaxPool", ["q"], "r",
            [("kernel_shape", .integers([60_000, 60_000])), ("pads", .integers([59_999, 59_999, 59_999, 59_999]))])
        #expect(code(FileBuilder.quantised(input: [1, 1, 4, 4], nodes: [pool])) == "too-large")
    }

    @Test func `names, protobuf and structure are strict`() {
        #expect(code([]) == "malformed")
        #expect(code([0x0B]) == "malformed")
        #expect(code(Array(relu().dropLast())) == "malformed")
        #expect(code(relu() + relu()) == "malformed")
        #expect(code(Array(repeating: 0xFF, count: 20)) == "malformed")
        let twice = FileBuilder.quantised(
            input: [1, 3], nodes: [FileBuilder.node("Relu", ["q"], "r"), FileBuilder.node("Relu", ["q"], "r")])
        #expect(code(twice) == "bad-name")
        #expect(
            code(FileBuilder.quantised(input: [1, 3], nodes: [FileBuilder.node("Relu", ["p"], "r")])) == "bad-name")
        #expect(
            code(FileBuilder.file(input: [1, 3], nodes: [FileBuilder.node("Relu", ["x"], "y")], constants: []))
                == "not-quantised")
        let other = FileBuilder.node("Relu", ["q"], "r", [("alpha", .integer(1))])
        #expect(code(FileBuilder.quantised(input: [1, 3], nodes: [other])) == "unsupported")
    }

    @Test func `every prefix and every single bit of a file ends in a network or a coded error`() throws {
        let file = FileBuilder.product([1, 2, 3, -4], rows: 2, columns: 2, bias: [1, 0], scale: 2)
        var accepted = 0
        for count in 0..<file.count { #expect(code(Array(file.prefix(count))) != "uncoded") }
        for bit in 0..<file.count * 8 {
            var bytes = file
            bytes[bit / 8] ^= 1 << UInt8(bit % 8)
            let code = code(bytes)
            #expect(code != "uncoded")
            accepted += code == "accepted" ? 1 : 0
        }
        #expect(accepted > 0 && accepted < file.count * 8)
    }
}
