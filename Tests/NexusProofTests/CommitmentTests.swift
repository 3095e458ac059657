import NexusBase
import NexusTestInputs
import Testing

@testable import NexusProof

@Suite struct CommitmentTests {
    private let encoder = ReedSolomon(dimension: 512)

    private func evaluate(_ coefficients: [Extension], at point: Goldilocks) -> Extension {
        coefficients.reversed().reduce(.zero) { $0 * point + $1 }
    }

    @Test func `a codeword is the row's polynomial at the columns' points, which are no message points`() {
        var source = SplitMix64(seed: 40)
        let values = (0..<512).map { _ in source.pair() }
        let codeword = encoder.encode(values)
        let coefficients = encoder.interpolateMessage(values)
        for column in [0, 1, 511, 512, 1_000, 1_024, 2_047] {
            #expect(codeword[column] == evaluate(coefficients, at: encoder.point(of: column)))
            #expect(encoder.point(of: column).power(512) != .one)
        }
        #expect(evaluate(coefficients, at: Goldilocks.root(ofOrder: 9).power(5)) == values[5])
        #expect(encoder.interpolate(Array(codeword[..<512])) == coefficients)
        #expect(encoder.evaluate(coefficients) == codeword)
        #expect(encoder.messageValues(coefficients) == values)
        #expect(Set((0..<2_048).map(encoder.point)).count == 2_048)
    }

    @Test func `polynomials of twice the degree`() {
        var source = SplitMix64(seed: 41)
        let coefficients = (0..<1_024).map { _ in source.pair() }
        let codeword = encoder.evaluate(coefficients)
        for column in [0, 3, 700, 1_500, 2_047] {
            #expect(codeword[column] == evaluate(coefficients, at: encoder.point(of: column)))
        }
        #expect(encoder.interpolateTwice(Array(codeword[..<512] + codeword[1_024..<1_536])) == coefficients)
        let values = encoder.messageValues(coefficients)
        #expect(values[9] == evaluate(coefficients, at: Goldilocks.root(ofOrder: 9).power(9)))
        let sum = values.reduce(Extension.zero, +)
        #expect(sum == (coefficients[0] + coefficients[512]) * Goldilocks(512))
    }

    @Test func `multi-openings lead to the root for every set of leaves, and to no other`() {
        let leaves = (0..<16).map { Digest(of: [UInt8($0)]) }
        let tree = CommitmentTree(leaves: leaves)
        #expect(tree.root == Merkle.root(leaves))
        for mask in 1..<1 << 16 where mask % 7 == 1 || mask < 300 {
            let indices = (0..<16).filter { mask >> $0 & 1 == 1 }
            let opening = tree.opening(indices)
            #expect(opening.count == CommitmentTree.openingCount(indices, of: 16))
            let chosen = indices.map { leaves[$0] }
            #expect(CommitmentTree.root(leaves: chosen, at: indices, of: 16, opening: opening) == tree.root)
            guard indices.count < 16 else { continue }
            let moved = indices.map { ($0 + 1) % 16 }.sorted()
            if CommitmentTree.openingCount(moved, of: 16) == opening.count {
                #expect(CommitmentTree.root(leaves: chosen, at: moved, of: 16, opening: opening) != tree.root)
            }
        }
    }

    @Test func `queries are distinct, ascending and of the length asked for`() {
        var transcript = Transcript()
        let queries = transcript.queries(141, of: 2_048)
        #expect(queries.count == 141)
        #expect(queries == Set(queries).sorted())
        #expect(queries.allSatisfy { $0 < 2_048 })
    }

    @Test func `every message changes the next challenge, and so do its kind and its length`() {
        func next(_ body: (inout Transcript) -> Void) -> Extension {
            var transcript = Transcript()
            body(&transcript)
            return transcript.challenge(.linearChallenge)
        }
        var all = [next { _ in }]
        for kind in Transcript.Kind.allCases {
            for bytes in [[], [0], [1], [0, 0]] as [[UInt8]] { all.append(next { $0.absorb(kind, bytes) }) }
        }
        all.append(
            next {
                $0.absorb(.statement, [0])
                $0.absorb(.statement, [0])
            })
        #expect(Set(all).count == all.count)
    }

    @Test func `zeros are absorbed as the message of so many zero bytes`() {
        for count in [0, 1, 65_535, 65_536, 65_537, 200_000] {
            var (short, long) = (Transcript(), Transcript())
            short.absorbZeros(count)
            long.absorb(.zeros, [UInt8](repeating: 0, count: count))
            #expect(short.state == long.state)
        }
    }

    @Test func `masks depend on label, seed and context`() {
        func first(_ label: StaticString, _ seed: UInt8, _ context: [UInt8]) -> [UInt8] {
            var stream = MaskStream(label: label, seed: Array(repeating: seed, count: 32), context: context)
            return stream.bytes(40)
        }
        let all = [first("a", 0, []), first("b", 0, []), first("a", 1, []), first("a", 0, [0])]
        #expect(Set(all).count == 4)
        var long = MaskStream(label: "a", seed: Array(repeating: 0, count: 32), context: [])
        let bytes = long.bytes(200_000)
        #expect(Array(bytes[..<40]) == all[0])
        #expect(bytes[..<65_536] != bytes[65_536..<131_072])
    }
}
