import Foundation
import NexusProof

/// Where is verifying cheaper than running the inference again? Matrix products and a network of VGG-16's size, random
/// weights, in proof-v2 and with `v1` in proof-v1; "again" is a plain int8 loop of this file, vectorised by the compiler,
/// on one core. peer.py times onnxruntime on the same shapes.
enum Scale {
    static func run(_ format: ProofFormat, only: String?) throws {
        print("\(format.rawValue), median of 3, ms: processor (wall). network, batch, MACs, prove, verify, again,")
        print("again / verify in processor time, proof bytes, peak MiB so far; before it, in proof-v2: set-up, header")
        for side in [512, 1_024, 2_048, 4_096] where only == nil || only == "\(side)" {
            try measure("product \(side)", product(side), batches: [1, 16, 64, nil], format)
        }
        if only == nil || only == "vgg" { try measure("vgg16 32x32", vgg(), batches: [1, 2], format) }
    }

    /// No batch: the largest that the limits allow.
    private static func measure(
        _ name: String, _ network: ProofNetwork, batches: [Int?], _ format: ProofFormat
    ) throws {
        var model: RegisteredModel?
        if format == .v2 {
            var setUp = Times()
            for _ in 0..<3 { try setUp.measure { model = try RegisteredModel(network, backend: backend) } }
            let size = model?.header.file.count ?? 0
            print(
                name.padding(toLength: 13, withPad: " ", startingAt: 0),
                "set-up", setUp.text, String(format: "header %d bytes, peak %d MiB", size, peakMebibytes()))
        }
        for batch in batches {
            do {
                try measure(name, network, model, batch: batch ?? largest(network, model))
            } catch let error as ProofError { print(name, batch ?? 0, error) }
        }
    }

    private static func largest(_ network: ProofNetwork, _ model: RegisteredModel?) -> Int {
        var (fits, fails) = (1, ProofLimits.batchMax + 1)
        while fails - fits > 1 {
            let middle = (fits + fails) / 2
            if (try? verifier(network, model, batch: middle)) != nil { fits = middle } else { fails = middle }
        }
        return fits
    }

    private static func verifier(
        _ network: ProofNetwork, _ model: RegisteredModel?, batch: Int
    ) throws -> InferenceVerifier {
        guard let model else { return try InferenceVerifier(network: network, batch: batch, backend: backend) }
        return try InferenceVerifier(header: model.header, batch: batch, backend: backend)
    }

    private static func weights(_ count: Int) -> [Int8] { (0..<count).map { _ in Int8.random(in: -127...127) } }

    /// The shift that keeps sums of `terms` products in the range of int8.
    private static func shift(_ terms: Int) -> Int { 30 + Int(log2(Double(terms).squareRoot() * 73).rounded()) }

    private static func affine(_ source: Int, _ map: ProofNetwork.Map, _ terms: Int, _ size: Int) -> ProofNetwork.Layer
    {
        .affine(
            terms: [.init(source: source, map: map, multiplier: 1 << 30)], bias: [], shift: shift(terms), lower: 0,
            size: size)
    }

    private static func product(_ side: Int) throws -> ProofNetwork {
        try ProofNetwork(
            inputSize: side, layers: [affine(0, .product(weights: weights(side * side)), side, side)], output: 1)
    }

    /// VGG-16 with its three dense layers, on pictures of 32 × 32.
    private static func vgg() throws -> ProofNetwork {
        var (layers, channels, side) = ([ProofNetwork.Layer](), 3, 32)
        for stage in [[64, 64], [128, 128], [256, 256, 256], [512, 512, 512], [512, 512, 512]] {
            for wide in stage {
                let window = ImageWindow(
                    channels: channels, rows: side, columns: side, height: 3, width: 3, strideDown: 1, strideRight: 1,
                    padTop: 1, padLeft: 1, outputRows: side, outputColumns: side)
                let terms = channels * 9
                layers.append(
                    affine(
                        layers.count, .convolution(window, weights: weights(wide * terms)), terms, wide * side * side))
                channels = wide
            }
            let pool = ImageWindow(
                channels: channels, rows: side, columns: side, height: 2, width: 2, strideDown: 2, strideRight: 2,
                padTop: 0, padLeft: 0, outputRows: side / 2, outputColumns: side / 2)
            layers.append(.maxPool(source: layers.count, pool))
            side /= 2
        }
        for (inner, outer) in [(512, 4_096), (4_096, 4_096), (4_096, 1_000)] {
            layers.append(affine(layers.count, .product(weights: weights(inner * outer)), inner, outer))
        }
        return try ProofNetwork(inputSize: 3 * 32 * 32, layers: layers, output: layers.count)
    }

    private static func measure(
        _ name: String, _ network: ProofNetwork, _ model: RegisteredModel?, batch: Int
    ) throws {
        let verifier = try verifier(network, model, batch: batch)
        let prover =
            try model.map { try InferenceProver(model: $0, batch: batch, backend: backend) }
            ?? InferenceProver(network: network, batch: batch, backend: backend)
        var (prove, verify, again) = (Times(), Times(), Times())
        var (size, sink) = (0, Int32(0))
        for repetition in 0..<3 {
            let committed = try prover.commit(
                to: Model(name: name, network: network).input(batch), seed: seed(repetition))
            var result: (statement: ProofStatement, proof: [UInt8])?
            try prove.measure { result = try prover.prove(committed, context: [1], seed: seed(repetition)) }
            guard let result else { return }
            try verify.measure { try verifier.verify(result.proof, of: result.statement) }
            again.measure { for _ in 0..<batch { sink &+= inference(network) } }
            size = result.proof.count
        }
        print(
            name.padding(toLength: 13, withPad: " ", startingAt: 0),
            String(format: "%3d %11d", batch, batch * network.multiplications),
            prove.text, verify.text, again.text,
            String(format: "%6.2f", again.processorMedian / verify.processorMedian),
            String(format: "%8d %5d", size, peakMebibytes()), sink == 1 ? " " : "")
    }

    /// The multiplications of one inference over numbers that are there anyway: a floor for running it again.
    private static func inference(_ network: ProofNetwork) -> Int32 {
        var total: Int32 = 0
        for layer in network.layers {
            guard case .affine(let terms, _, _, _, let size) = layer else { continue }
            switch terms[0].map {
            case .product(let weights): total &+= rows(weights, count: size)
            case .convolution(let window, let weights): total &+= convolution(window, weights)
            default: continue
            }
        }
        return total
    }

    private static func rows(_ weights: [Int8], count: Int) -> Int32 {
        let columns = weights.count / count
        let input = [Int8](repeating: 3, count: columns)
        return weights.withUnsafeBufferPointer { weights in
            input.withUnsafeBufferPointer { input in
                var total: Int32 = 0
                for row in 0..<count {
                    var sum: Int32 = 0
                    for column in 0..<columns {
                        sum &+= Int32(weights[row * columns + column]) &* Int32(input[column])
                    }
                    total ^= sum
                }
                return total
            }
        }
    }

    private static func convolution(_ window: ImageWindow, _ weights: [Int8]) -> Int32 {
        let area = window.outputRows * window.outputColumns
        let image = [Int8](repeating: 3, count: area)
        var sums = [Int32](repeating: 0, count: area)
        var total: Int32 = 0
        weights.withUnsafeBufferPointer { weights in
            image.withUnsafeBufferPointer { image in
                sums.withUnsafeMutableBufferPointer { sums in
                    for weight in weights {
                        for index in 0..<area { sums[index] &+= Int32(weight) &* Int32(image[index]) }
                    }
                    total ^= sums[0]
                }
            }
        }
        return total
    }
}
