import NexusTestInputs
import Testing

@testable import NexusProof

/// Every copy of the loops that this processor has gives the words of Swift's own.
@Suite struct KernelTests {
    private static let edges = FieldTests.edges.map { Goldilocks(canonical: $0) }

    /// Every pair of edges somewhere, then random elements: eight at a time, and five left over.
    private static func vectors(_ source: inout SplitMix64) -> (left: [Goldilocks], right: [Goldilocks]) {
        let pairs = edges.flatMap { left in edges.map { (left, $0) } }
        let count = (pairs.count + 64) / 8 * 8 + 5
        let rest = (pairs.count..<count).map { _ in (source.element(), source.element()) }
        return ((pairs + rest).map(\.0), (pairs + rest).map(\.1))
    }

    private static func pairs(_ first: [Goldilocks], _ second: [Goldilocks]) -> [Extension] {
        zip(first, second).map { Extension($0, $1) }
    }

    private static func sums(
        _ start: [Extension], _ body: (UnsafeMutablePointer<Extension>) -> Void
    ) -> [Extension] {
        var sums = start
        sums.withUnsafeMutableBufferPointer { body($0.baseAddress!) }
        return sums
    }

    @Test func `a processor's own loops are chosen where there are any`() {
        #expect(FieldKernel.available.contains(.scalar) && FieldKernel.available.contains(.best))
        #expect((FieldKernel.best == .scalar) == (FieldKernel.available.count == 1))
    }

    @Test(arguments: FieldKernel.available) func `sums of products`(kernel: FieldKernel) {
        var source = SplitMix64(seed: 61)
        let (left, right) = Self.vectors(&source)
        let (count, start) = (left.count, Self.pairs(right, left.reversed()))
        let factors = Self.pairs(left, right.reversed())
        for scale in Self.edges.map({ Extension($0, source.element()) }) + [source.pair(), .root, .zero] {
            #expect(
                Self.sums(start) { kernel.accumulate($0, scale, left, count: count) }
                    == zip(start, left).map { $0 + scale * $1 })
            let plain = Self.sums(start) { sums in
                kernel.addProduct(
                    sums, left, right, offset: scale.first, result: nil, weight: scale, count: count)
            }
            #expect(plain == (0..<count).map { start[$0] + scale * (left[$0] * (right[$0] + scale.first)) })
            let less = Self.sums(start) { sums in
                right.withUnsafeBufferPointer { result in
                    kernel.addProduct(
                        sums, left, right, offset: scale.first, result: result.baseAddress, weight: scale,
                        count: count)
                }
            }
            #expect(
                less
                    == (0..<count).map {
                        start[$0] + scale * (left[$0] * (right[$0] + scale.first) - right[$0])
                    })
            let (shifted, weight) = (scale, source.pair())
            let found = Self.sums(start) { sums in
                left.withUnsafeBufferPointer { first in
                    right.withUnsafeBufferPointer { second in
                        kernel.addLookup(
                            sums, helper: (first.baseAddress!, second.baseAddress!), cells: Array(right.reversed()),
                            shifted: shifted, weight: weight, count: count)
                    }
                }
            }
            let wanted = (0..<count).map { index in
                let product = Extension(left[index], right[index]) * (shifted - Extension(right[count - 1 - index]))
                return start[index] + weight * (product - .one)
            }
            #expect(found == wanted)
        }
        #expect(
            Self.sums(start) { kernel.multiplyAdd($0, factors, start, count: count) }
                == zip(start, factors).map { $0 + $1 * $0 })
    }

    @Test(arguments: 6...12) func `transforms of every size`(logSize: Int) {
        var source = SplitMix64(seed: 62)
        let size = 1 << logSize
        let scalar = Transform(logSize: logSize, kernel: .scalar)
        for round in 0..<3 {
            let list = (0..<size).map { _ in round == 0 ? Self.edges[Int(source.next() % 12)] : source.element() }
            let shift = (0..<size).map { _ in round == 0 ? Self.edges[Int(source.next() % 12)] : source.element() }
            func evaluated(_ transform: Transform, shift: [Goldilocks]?) -> [Goldilocks] {
                var target = [Goldilocks](repeating: .zero, count: size)
                target.withUnsafeMutableBufferPointer { target in
                    guard let shift else { return transform.evaluate(into: target.baseAddress!, list) }
                    shift.withUnsafeBufferPointer {
                        transform.evaluate(into: target.baseAddress!, list, shift: $0.baseAddress)
                    }
                }
                return target
            }
            func interpolated(_ transform: Transform) -> [Goldilocks] {
                var target = list
                target.withUnsafeMutableBufferPointer { transform.interpolateUnscaled($0.baseAddress!) }
                return target
            }
            for kernel in FieldKernel.available {
                let transform = Transform(logSize: logSize, kernel: kernel)
                #expect(evaluated(transform, shift: nil) == evaluated(scalar, shift: nil), "\(kernel)")
                #expect(evaluated(transform, shift: shift) == evaluated(scalar, shift: shift), "\(kernel)")
                #expect(interpolated(transform) == interpolated(scalar), "\(kernel)")
            }
        }
    }

    @Test(arguments: [1, 7, 8, 25, 31, 32, 40, 75, 150]) func `weights combined`(columns: Int) {
        var source = SplitMix64(seed: 63)
        let factors = Self.edges.map { Extension($0, Self.edges[Int(source.next() % 12)]) } + [source.pair()]
        let weights = (0..<factors.count * columns).map { $0 % 5 == 0 ? Int8(127) : max(-127, source.int8()) }
        let wanted = (0..<columns).map { column in
            factors.indices.reduce(Extension.zero) {
                $0 + factors[$1] * Goldilocks(Int64(weights[$1 * columns + column]))
            }
        }
        for kernel in FieldKernel.available {
            let found = ProofNetwork.Map.combineRows(weights[...], of: columns, by: factors, kernel: kernel)
            #expect(found == wanted, "\(kernel)")
        }
    }

    @Test func `every kernel makes the same proof`() throws {
        for network in [try Networks.perceptron(), try Networks.image()] {
            let layout = try Layout.chosen(for: network, batch: 1)
            let proofs = try FieldKernel.available.map { kernel in
                let prover = InferenceProver(layout: layout, kernel: kernel)
                let input = try prover.commit(to: Networks.input(network.inputSize), seed: Networks.seed)
                return try prover.prove(input, context: [1], seed: Networks.otherSeed).proof
            }
            #expect(Set(proofs).count == 1)
        }
    }
}
