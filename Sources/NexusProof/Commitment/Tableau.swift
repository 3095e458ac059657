import NexusBase

/// Rows of one commitment: encoded, hashed column by column under a salt each, and opened at few columns.
struct Tableau: Sendable {
    let code: CodeParameters
    let rowCount: Int
    /// Row-major, n values a row.
    let codewords: [Goldilocks]
    private let salts: [UInt8]
    private let tree: CommitmentTree
    static let saltSize = 32
    /// Columns hashed at a time.
    private static let leafBlock = 16

    var root: Digest { tree.root }

    /// `rows` have k values each: messages and whatever fills the blinding places.
    init(
        _ rows: [[Goldilocks]], encoder: ReedSolomon, code: CodeParameters, masks: inout MaskStream, number: UInt8,
        backend: any ProverBackend = SerialBackend()
    ) {
        let length = code.length
        var codewords = [Goldilocks](repeating: .zero, count: rows.count * length)
        codewords.withUnsafeMutableBufferPointer { target in
            guard !rows.isEmpty else { return }
            let places = SharedPlaces(target)
            backend.perform(rows.count) { index in
                precondition(rows[index].count == code.dimension, "a row has k values")
                // SAFETY: the target has n places for each row, a row k values.
                rows[index].withUnsafeBufferPointer {
                    encoder.encode($0.baseAddress!, into: places.base + index * length)
                }
            }
        }
        let salts = masks.bytes(length * Self.saltSize)
        self.code = code
        rowCount = rows.count
        self.codewords = codewords
        self.salts = salts
        let (words, count) = (codewords, rows.count)
        let leaves = backend.flatMap(ranges: length / Self.leafBlock) {
            Self.leaves(words, count, length, salts, number, blocks: $0)
        }
        tree = CommitmentTree(leaves: leaves)
    }

    /// Sixteen columns at a time, so that each cache line of a row is read once.
    private static func leaves(
        _ codewords: [Goldilocks], _ rowCount: Int, _ length: Int, _ salts: [UInt8], _ number: UInt8,
        blocks: Range<Int>
    ) -> [Digest] {
        let width = leafBlock
        let stride = 2 + saltSize + 8 * rowCount
        var (leaves, block) = ([Digest](), [UInt8](repeating: 0, count: width * stride))
        leaves.reserveCapacity(blocks.count * width)
        for start in blocks.map({ $0 * width }) {
            block.withUnsafeMutableBytes { block in
                for column in 0..<width {
                    let base = column * stride
                    (block[base], block[base + 1]) = (0, number)
                    for index in 0..<saltSize {
                        block[base + 2 + index] = salts[(start + column) * saltSize + index]
                    }
                }
                codewords.withUnsafeBufferPointer { codewords in
                    for row in 0..<rowCount {
                        for column in 0..<width {
                            block.storeBytes(
                                of: codewords[row * length + start + column].raw.littleEndian,
                                toByteOffset: column * stride + 2 + saltSize + 8 * row, as: UInt64.self)
                        }
                    }
                }
                for column in 0..<width {
                    leaves.append(
                        Digest(of: UnsafeRawBufferPointer(rebasing: block[column * stride..<(column + 1) * stride])))
                }
            }
        }
        return leaves
    }

    /// SHA-256(0 ‖ tableau's number ‖ salt ‖ column).
    static func leaf(_ number: UInt8, salt: [UInt8], column: [Goldilocks]) -> Digest {
        var bytes = [0, number] + salt
        for element in column { withUnsafeBytes(of: element.raw.littleEndian) { bytes.append(contentsOf: $0) } }
        return Digest(of: bytes)
    }

    func codeword(_ row: Int) -> ArraySlice<Goldilocks> { codewords[row * code.length..<(row + 1) * code.length] }
    func column(_ index: Int) -> [Goldilocks] { (0..<rowCount).map { codewords[$0 * code.length + index] } }
    func salt(_ index: Int) -> [UInt8] { Array(salts[index * Self.saltSize..<(index + 1) * Self.saltSize]) }
    func opening(_ indices: [Int]) -> [Digest] { tree.opening(indices) }
}
