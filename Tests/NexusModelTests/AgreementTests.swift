import NexusBase
import Testing

@testable import NexusModel

/// Method: each network of the shared models runs on its 50 samples; answers are compared with what onnxruntime gave.
@Suite(.enabled(if: SharedModels.folder != nil)) struct AgreementTests {
    private func argmax<Element: Comparable>(_ list: [Element]) -> Int {
        list.indices.max { list[$0] < list[$1] } ?? -1
    }

    @Test(arguments: SharedModels.names)
    func `a QDQ network answers as onnxruntime does, within one step`(name: String) throws {
        let network = try Int8Network(onnx: SharedModels.bytes(name, "network.int8-qdq.onnx"))
        let samples = try SharedModels.samples(name)
        #expect(samples.count == 50)
        var (agreeing, correct, equal, total, largest) = (0, 0, 0, 0, 0)
        for sample in samples {
            let output = try network.output(for: network.quantised(sample.input))
            let wanted = sample.int8.map { Int(($0 / network.outputScale).rounded()) }
            #expect(output.count == wanted.count)
            for (own, theirs) in zip(output, wanted) {
                largest = max(largest, abs(Int(own) - theirs))
                equal += Int(own) == theirs ? 1 : 0
                total += 1
            }
            agreeing += argmax(output) == argmax(wanted) ? 1 : 0
            correct += argmax(output) == sample.label ? 1 : 0
        }
        print(
            "\(name): \(network.multiplications) MACs, \(network.parameters) parameters; argmax agrees on \(agreeing)/50,",
            "labels on \(correct)/50; \(equal)/\(total) outputs equal, largest difference \(largest) step")
        #expect(agreeing == 50)
        #expect(largest <= 1)
    }

    @Test(arguments: zip(SharedModels.names, [17_024, 535_040, 281_640]))
    func `multiplications are counted as the models' page says`(name: String, macs: Int) throws {
        #expect(try Int8Network(onnx: SharedModels.bytes(name, "network.int8-qdq.onnx")).multiplications == macs)
    }

    @Test(arguments: SharedModels.names)
    func `a float network calibrated on half of the samples keeps the answers of the other half`(name: String) throws {
        let samples = try SharedModels.samples(name)
        let network = try Int8Network(
            onnx: SharedModels.bytes(name, "network.onnx"), calibration: samples.prefix(25).map(\.input))
        let agreeing = try samples.suffix(25).filter {
            try argmax(network.output(for: network.quantised($0.input))) == argmax($0.float)
        }.count
        print("\(name): own quantiser agrees with the float network on \(agreeing)/25")
        #expect(agreeing >= 24)
    }

    @Test func `the float evaluation that calibrates equals onnxruntime's`() throws {
        for name in SharedModels.names {
            let graph = try GraphBuilder.graph(of: ONNXFile(parsing: SharedModels.bytes(name, "network.onnx")))
            for sample in try SharedModels.samples(name).prefix(5) {
                let output = try graph.values(for: sample.input)[graph.output]
                #expect(zip(output, sample.float).allSatisfy { abs($0 - $1) <= 1e-3 * max(1, abs($1)) }, "\(name)")
            }
        }
    }
}
