import Foundation
import NexusBase
import NexusModel
import NexusProof

/// A network in a file: ONNX (`*.onnx`), or the file of proof-v1 that `nexus model import` writes.
struct NetworkFile {
    let path: String
    let provable: ProofNetwork
    /// Only an ONNX file knows scales: it takes real-valued inputs and gives real-valued answers.
    let network: Int8Network?

    init(_ path: String, calibration: [[Float]] = []) throws {
        self.path = path
        if path.hasSuffix(".onnx") {
            let network = try Files.decode(path, bytesMax: ModelLimits.fileBytesMax) {
                try Int8Network(onnx: $0, calibration: calibration)
            }
            self.network = network
            provable = try network.proofNetwork()
        } else {
            network = nil
            provable = try Files.decode(path, bytesMax: ProofLimits.networkBytesMax) { try ProofNetwork(file: $0) }
        }
    }

    /// An input in the network's integers; `place` is where it came from. Throws `cli.bad-input`, `model.bad-input`.
    func quantised(_ input: [Float], at place: String) throws -> [Int8] {
        if let network { return try network.quantised(input) }
        return try input.map {
            guard let number = Int8(exactly: $0) else {
                throw CommandError(.badInput, "this network takes int8; \($0) is none", at: place)
            }
            return number
        }
    }

    /// From the system's generator; used once.
    static func seed() -> [UInt8] { (0..<ProofLimits.seedSize).map { _ in UInt8.random(in: 0...255) } }
}

/// Inputs, and where known the answers, as JSON: an array of numbers, `{"input": [...]}` or `{"input_data": [[...]]}`;
/// `{"samples": [{"input": [...], "int8_output": [...], "float_output": [...]}]}` for several.
struct SampleFile {
    struct Sample: Decodable {
        let input: [Float]
        let int8Output: [Float]?
        let floatOutput: [Float]?

        enum CodingKeys: String, CodingKey {
            case input
            case int8Output = "int8_output"
            case floatOutput = "float_output"
        }
    }

    private struct Document: Decodable {
        let samples: [Sample]?
        let input: [Float]?
        let inputData: [[Float]]?

        enum CodingKeys: String, CodingKey {
            case samples, input
            case inputData = "input_data"
        }
    }

    let samples: [Sample]
    static let bytesMax = 64 << 20

    init(_ path: String) throws {
        let data = Data(try Files.read(path, bytesMax: Self.bytesMax))
        let decoder = JSONDecoder()
        func lone(_ input: [Float]) -> Sample { Sample(input: input, int8Output: nil, floatOutput: nil) }
        if let numbers = try? decoder.decode([Float].self, from: data) {
            samples = [lone(numbers)]
        } else if let document = try? decoder.decode(Document.self, from: data) {
            samples = document.samples ?? document.inputData?.map(lone) ?? document.input.map { [lone($0)] } ?? []
        } else {
            samples = []
        }
        guard !samples.isEmpty else {
            throw CommandError(.badInput, "no input: an array of numbers, or an object with input or samples", at: path)
        }
    }
}
