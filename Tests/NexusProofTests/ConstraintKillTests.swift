import NexusBase
import Testing

@testable import NexusProof

/// Method: one number of the witness breaks one constraint, everything after it is honest. The verifier refuses;
/// without just that constraint, on both sides, it accepts: so the constraint is what refuses.
@Suite struct ConstraintKillTests {
    private static func affine(
        _ weight: Int8, shift: Int, lower: Int8 = -128, source: Int = 0
    ) -> ProofNetwork.Layer {
        .affine(
            terms: [.init(source: source, map: .product(weights: [weight]), multiplier: 1 << 30)], bias: [],
            shift: shift, lower: lower, size: 1)
    }

    private static func limbs(_ layout: Layout, _ layer: Int = 0) -> (u: Int, v: Int, r: [Layout.Limb]) {
        guard case .affine(let u, let v, let r) = layout.layers[layer] else { preconditionFailure("affine") }
        return (u.first?.row ?? -1, v.first?.row ?? -1, r)
    }

    @Test func `a remainder of 2^s more and a quotient of one less`() throws {
        let forger = try Forger(
            ProofNetwork(inputSize: 1, layers: [Self.affine(3, shift: 31)], output: 1), input: [20])
        let top = Self.limbs(forger.layout).r.last!
        let cheat = { (witness: inout Witness) in
            #expect(witness.output == [30])
            witness.add(1 << Int64(top.width), to: top.row)
            witness.add(-1, to: forger.layout.valueRows[1])
            witness.output = [29]
        }
        #expect(try forger.accepts { _ in })
        #expect(try !forger.accepts(cheat))
        #expect(try forger.acceptsWithoutLookup(of: top.row, cheat))
    }

    @Test func `a negative remainder and a quotient of one more`() throws {
        let forger = try Forger(
            ProofNetwork(inputSize: 1, layers: [Self.affine(3, shift: 31)], output: 1), input: [20])
        let top = Self.limbs(forger.layout).r.last!
        let cheat = { (witness: inout Witness) in
            witness.add(-(1 << Int64(top.width)), to: top.row)
            witness.add(1, to: forger.layout.valueRows[1])
            witness.output = [31]
        }
        #expect(try !forger.accepts(cheat))
        #expect(try forger.acceptsWithoutLookup(of: top.row, cheat))
    }

    @Test(arguments: [1, -1]) func `an excess or a deficit where nothing is clamped`(sign: Int64) throws {
        let forger = try Forger(
            ProofNetwork(inputSize: 1, layers: [Self.affine(30, shift: 31)], output: 1), input: [2])
        let (u, v, _) = Self.limbs(forger.layout)
        let row = sign > 0 ? u : v
        let cheat = { (witness: inout Witness) in
            #expect(witness.output == [30])
            witness.add(5, to: row)
            witness.add(-5 * sign, to: forger.layout.valueRows[1])
            witness.output = [Int8(30 - 5 * sign)]
        }
        #expect(try !forger.accepts(cheat))
        #expect(try forger.acceptsWithoutLocal(row, cheat))
    }

    @Test func `a negative excess`() throws {
        let forger = try Forger(
            ProofNetwork(inputSize: 1, layers: [Self.affine(30, shift: 31, lower: 0)], output: 1), input: [-2])
        let (u, v, _) = Self.limbs(forger.layout)
        // t = −30 is clamped to 0 with a deficit of 30; the cheat says 127 with an excess of −157.
        let cheat = { (witness: inout Witness) in
            #expect(witness.output == [0])
            witness.add(127, to: forger.layout.valueRows[1])
            witness.add(-157, to: u)
            witness.add(-30, to: v)
            witness.output = [127]
        }
        #expect(try !forger.accepts(cheat))
        #expect(try forger.acceptsWithoutLookup(of: u, cheat))
    }

    @Test func `an activation that was not clamped`() throws {
        // 50 · 127 / 32 = 198 is clamped to 127, then divided by four.
        let forger = try Forger(
            ProofNetwork(
                inputSize: 1, layers: [Self.affine(127, shift: 35), Self.affine(1, shift: 32, source: 1)], output: 2),
            input: [50])
        let (u, _, _) = Self.limbs(forger.layout)
        let rest = Self.limbs(forger.layout, 1).r
        let cheat = { (witness: inout Witness) in
            #expect(witness.output == [32])
            let excess = Int64(witness.rows[u][0].raw)
            #expect(excess == 71)
            witness.add(excess, to: forger.layout.valueRows[1])
            witness.add(-excess, to: u)
            let sum = (127 + excess) << 30 + 1 << 31
            witness.rows[forger.layout.valueRows[2]][0] = Goldilocks(sum >> 32)
            for limb in rest {
                let part = sum >> Int64(limb.shift) & (1 << Int64(limb.width) - 1)
                witness.rows[limb.row][0] = Goldilocks(part)
            }
            witness.output = [Int8(sum >> 32)]
            #expect(witness.output == [50])
        }
        #expect(try !forger.accepts(cheat))
        #expect(try forger.acceptsWithoutLookup(of: forger.layout.valueRows[1], cheat))
    }

    @Test(arguments: [300, -129, 128] as [Int64]) func `an input that is no int8`(number: Int64) throws {
        let forger = try Forger(
            ProofNetwork(inputSize: 1, layers: [Self.affine(1, shift: 33)], output: 1), input: [0])
        let (_, _, rest) = Self.limbs(forger.layout)
        let cheat = { (witness: inout Witness) in
            witness.rows[0][0] = Goldilocks(number)
            let sum = number << 30 + 1 << 32
            witness.rows[forger.layout.valueRows[1]][0] = Goldilocks(sum >> 33)
            for limb in rest {
                witness.rows[limb.row][0] = Goldilocks(sum >> Int64(limb.shift) & (1 << Int64(limb.width) - 1))
            }
            let bounded = max(-128, min(127, sum >> 33))
            witness.output = [Int8(bounded)]
            #expect(bounded == sum >> 33 || number == 300)
        }
        #expect(try !forger.accepts(cheat))
        if number != 300 { #expect(try forger.acceptsWithoutLookup(of: 0, cheat)) }
    }

    private static let pool = ImageWindow(
        channels: 1, rows: 2, columns: 2, height: 2, width: 2, strideDown: 1, strideRight: 1, padTop: 0, padLeft: 0,
        outputRows: 1, outputColumns: 1)

    @Test func `a maximum above all values, and one below the largest`() throws {
        let forger = try Forger(
            ProofNetwork(inputSize: 4, layers: [.maxPool(source: 0, Self.pool)], output: 1), input: [1, -5, 9, 3])
        guard case .maxPool(let differences, let products) = forger.layout.layers[0] else { return }
        func cheat(_ maximum: Int64) -> (inout Witness) -> Void {
            { witness in
                let numbers: [Int64] = [1, -5, 9, 3]
                #expect(witness.output == [9])
                witness.rows[forger.layout.valueRows[1]][0] = Goldilocks(maximum)
                let gaps = numbers.map { Goldilocks(maximum - $0) }
                for (row, gap) in zip(differences, gaps) { witness.rows[row][0] = gap }
                witness.rows[products[0]][0] = gaps[0] * gaps[1]
                witness.rows[products[1]][0] = gaps[0] * gaps[1] * gaps[2]
                witness.output = [Int8(maximum)]
            }
        }
        #expect(try forger.accepts { _ in })
        #expect(try !forger.accepts(cheat(10)))
        #expect(try forger.acceptsWithoutLocal(differences[3], cheat(10)))
        #expect(try !forger.accepts(cheat(3)))
        #expect(try forger.acceptsWithoutLookup(of: differences[2], cheat(3)))
        let wrongChain = { (witness: inout Witness) in
            cheat(10)(&witness)
            witness.rows[products[1]][0] = .zero
        }
        #expect(try !forger.accepts(wrongChain))
        #expect(try forger.acceptsWithoutLocal(differences[2], wrongChain))
    }

    @Test func `a ReLU of too much, of a negative value, and of nothing`() throws {
        for (input, output, deficit): (Int8, Int64, Int64) in [(4, 9, 5), (-3, -3, 0), (4, 0, -4)] {
            let forger = try Forger(
                ProofNetwork(inputSize: 1, layers: [.relu(source: 0)], output: 1), input: [input])
            guard case .relu(let row) = forger.layout.layers[0] else { return }
            let value = forger.layout.valueRows[1]
            let cheat = { (witness: inout Witness) in
                witness.rows[value][0] = Goldilocks(output)
                witness.rows[row][0] = Goldilocks(deficit)
                witness.output = [Int8(output)]
            }
            #expect(try forger.accepts { _ in })
            #expect(try !forger.accepts(cheat))
            if deficit > 0 { #expect(try forger.acceptsWithoutLocal(row, cheat)) }
            if deficit == 0 { #expect(try forger.acceptsWithoutLookup(of: value, cheat)) }
            if deficit < 0 { #expect(try forger.acceptsWithoutLookup(of: row, cheat)) }
        }
    }

    @Test func `forged counts do not help a number outside its table`() throws {
        let forger = try Forger(ProofNetwork(inputSize: 1, layers: [.relu(source: 0)], output: 1), input: [-3])
        let value = forger.layout.valueRows[1]
        for entry in [0, 3, 127, 128, 255, 300] where entry < forger.layout.tableSize {
            let session = try forger.session(recount: false) { witness in
                witness.rows[value][0] = Goldilocks(-3)
                guard case .relu(let row) = forger.layout.layers[0] else { return }
                witness.rows[row][0] = .zero
                witness.output = [-3]
                witness.countLookups()
                let width = forger.layout.code.messageLength
                witness.add(1, to: forger.layout.multiplicityRow + entry / width, at: entry % width)
            }
            #expect(!forger.accepts(session))
        }
        // A wrong count alone is refused too.
        let counted = try forger.session(recount: false) { $0.add(1, to: forger.layout.multiplicityRow) }
        #expect(!forger.accepts(counted))
    }

    @Test func `numbers in the padding change nothing`() throws {
        let forger = try Forger(
            ProofNetwork(inputSize: 1, layers: [Self.affine(3, shift: 31)], output: 1), input: [20])
        let padded = { (witness: inout Witness) in
            witness.rows[0][5] = Goldilocks(77)
            witness.rows[forger.layout.valueRows[1]][9] = Goldilocks(-9)
        }
        #expect(try forger.accepts(padded))
        #expect(
            try !forger.accepts {
                padded(&$0)
                $0.output = [31]
            })
    }
}
