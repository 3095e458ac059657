import Foundation
import NexusTestInputs

/// The classifiers beside the vectors (`models/` next to `NEXUS_VECTORS`), with onnxruntime's answers.
enum SharedModels {
    static let names = ["mlp_small", "mlp_large", "cnn"]

    static let folder: URL? = {
        let folder = Vectors.root.deletingLastPathComponent().appendingPathComponent("models")
        guard FileManager.default.fileExists(atPath: folder.path) else {
            print("skipped: no models at \(folder.path)")
            return nil
        }
        return folder
    }()

    struct Samples: Decodable {
        struct Sample: Decodable {
            var input: [Float]
            var label: Int
            var int8: [Float]
            var float: [Float]
            enum CodingKeys: String, CodingKey {
                case input, label
                case int8 = "int8_output"
                case float = "float_output"
            }
        }
        var samples: [Sample]
    }

    static func bytes(_ name: String, _ file: String) throws -> [UInt8] {
        guard let folder else { throw CocoaError(.fileNoSuchFile) }
        return try [UInt8](Data(contentsOf: folder.appendingPathComponent("\(name)/\(file)")))
    }

    static func samples(_ name: String) throws -> [Samples.Sample] {
        try JSONDecoder().decode(Samples.self, from: Data(bytes(name, "samples.json"))).samples
    }
}
