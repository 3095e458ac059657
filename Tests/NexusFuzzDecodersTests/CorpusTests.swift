import Foundation
import NexusBase
import NexusFuzzDecoders
import NexusTestInputs
import Testing

/// The kept corpus of `make fuzz`, and mutations of it: each decoder takes an input or refuses it with a code.
@Suite struct CorpusTests {
    static let corpus = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Fuzz/Corpus")

    static func inputs(of decoder: Decoder) throws -> [[UInt8]] {
        let folder = corpus.appending(path: decoder.name)
        return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().map {
            Array(try Data(contentsOf: folder.appending(path: $0)))
        }
    }

    @Test(arguments: Decoder.all.map(\.name))
    func `a decoder takes each input of its corpus or refuses it with a code`(name: String) throws {
        let decoder = try #require(Decoder.all.first { $0.name == name })
        let inputs = try Self.inputs(of: decoder)
        #expect(!inputs.isEmpty)
        var random = SplitMix64(seed: UInt64(name.utf8.reduce(7) { $0 &* 31 &+ Int($1) } & 0xFFFF))
        try expectCoded(decoder, [])
        for input in inputs {
            try expectCoded(decoder, input)
            for _ in 0..<200 {
                try expectCoded(decoder, random.mutated(input, with: inputs, bytesBelow: 256))
            }
        }
    }

    private func expectCoded(_ decoder: Decoder, _ bytes: [UInt8]) throws {
        let outcome = decoder.run(bytes)
        #expect(outcome == .taken || outcome == .refused, "\(decoder.name): \(Hex.encode(bytes))")
    }
}
