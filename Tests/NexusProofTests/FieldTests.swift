import Foundation
import NexusTestInputs
import Testing

@testable import NexusProof

extension SplitMix64 {
    mutating func element() -> Goldilocks { Goldilocks(canonical: next() % Goldilocks.modulus) }
    mutating func pair() -> Extension { Extension(element(), element()) }
    mutating func int8() -> Int8 { Int8(truncatingIfNeeded: next()) }
}

@Suite struct FieldTests {
    static let edges: [UInt64] = [
        0, 1, 2, 7, 0xFFFF_FFFE, 0xFFFF_FFFF, 0x1_0000_0000, 0x1_0000_0001, 0x7FFF_FFFF_8000_0000,
        0xFFFF_FFFE_FFFF_FFFF, 0xFFFF_FFFE_0000_0001, 0xFFFF_FFFF_0000_0000,
    ]

    /// The reference: schoolbook arithmetic in 128 bits.
    private func check(_ left: UInt64, _ right: UInt64) {
        let p = UInt128(Goldilocks.modulus)
        let (a, b) = (Goldilocks(canonical: left), Goldilocks(canonical: right))
        #expect(UInt128((a + b).raw) == (UInt128(left) + UInt128(right)) % p)
        #expect(UInt128((a - b).raw) == (UInt128(left) + p - UInt128(right)) % p)
        #expect(UInt128((a * b).raw) == UInt128(left) * UInt128(right) % p)
    }

    @Test func `arithmetic equals 128-bit arithmetic modulo p at every pair of edges and at random`() {
        for left in Self.edges { for right in Self.edges { check(left, right) } }
        var source = SplitMix64(seed: 1)
        for _ in 0..<20_000 { check(source.element().raw, source.element().raw) }
    }

    @Test func `reduction of any 128-bit number is its remainder`() {
        var source = SplitMix64(seed: 2)
        let words = Self.edges + [UInt64.max, UInt64.max - 1, 1 << 63] + (0..<200).map { _ in source.next() }
        for high in words {
            for low in words {
                let wanted = (UInt128(high) << 64 + UInt128(low)) % UInt128(Goldilocks.modulus)
                #expect(UInt128(Goldilocks.reduce(high: high, low: low)) == wanted)
            }
        }
    }

    @Test func `signed integers and inverses`() {
        #expect(Goldilocks(Int64(-1)).raw == Goldilocks.modulus - 1)
        #expect((Goldilocks(Int64.min) + Goldilocks(Int64.max)).raw == Goldilocks.modulus - 1)
        #expect(Goldilocks(exactly: Goldilocks.modulus) == nil)
        var source = SplitMix64(seed: 3)
        for _ in 0..<100 {
            let (element, pair) = (source.element(), source.pair())
            #expect(element * element.inverse == .one)
            #expect(pair * pair.inverse == .one)
        }
        let list = (0..<50).map { $0 == 7 ? Extension.zero : source.pair() }
        #expect(Extension.inverses(list) == list.map(\.inverse))
    }

    @Test func `the extension is a field: 7 is no square and X squared is 7`() {
        #expect(Goldilocks.generator.power((Goldilocks.modulus - 1) / 2) == Goldilocks(-1))
        #expect(Extension.root * Extension.root == Extension(.generator))
        var source = SplitMix64(seed: 4)
        for _ in 0..<500 {
            let (a, b, c) = (source.pair(), source.pair(), source.pair())
            #expect((a + b) * c == a * c + b * c)
            #expect((a * b) * c == a * (b * c))
            #expect(a * b == b * a)
            #expect(a * b.first == a * Extension(b.first))
        }
        let value = source.pair()
        #expect(Extension.powers(of: value, count: 20)[19] == value.power(20))
    }

    @Test func `roots of unity have exactly their order`() {
        for exponent in 1...32 {
            #expect(Goldilocks.root(ofOrder: exponent).power(1 << UInt64(exponent - 1)) == Goldilocks(-1))
        }
    }

    @Test(arguments: [0, 1, 3, 6]) func `the transform evaluates the polynomial at every root of unity`(logSize: Int) {
        let transform = Transform(logSize: logSize)
        var source = SplitMix64(seed: 5)
        let coefficients = (0..<transform.size).map { _ in source.element() }
        var list = coefficients
        for (index, coefficient) in coefficients.enumerated() { list[transform.reversed(index)] = coefficient }
        list.withUnsafeMutableBufferPointer { transform.evaluate(into: $0.baseAddress!, $0.baseAddress!) }
        for (index, value) in list.enumerated() {
            let point = Goldilocks.root(ofOrder: logSize).power(UInt64(index))
            #expect(value == coefficients.reversed().reduce(.zero) { $0 * point + $1 })
        }
        list.withUnsafeMutableBufferPointer { transform.interpolateUnscaled($0.baseAddress!) }
        let size = Goldilocks(Int64(transform.size))
        for (index, coefficient) in coefficients.enumerated() {
            #expect(list[transform.reversed(index)] == coefficient * size)
        }
    }

    /// Method: log-gamma binomials; the exact figures are in Scripts/proof-parameters.
    @Test(arguments: CodeParameters.dimensions) func `query counts are the least of 100 bits`(dimension: Int) {
        let parameters = CodeParameters(dimension: dimension)
        func bits(_ t: Int) -> Double {
            func ratio(_ top: Int) -> Double {
                (0..<t).reduce(0) { $0 + log2(Double(top - $1)) - log2(Double(parameters.length - $1)) }
            }
            let near = ratio((parameters.length + dimension) / 2)
            return -(near + log2(1 + exp2(ratio(2 * dimension - 1) - near)))
        }
        #expect(bits(parameters.queries) >= 100.01)
        #expect(bits(parameters.queries - 1) < 100)
    }
}
