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

    var root: Digest { tree.root }

    /// `rows` have k values each: messages and whatever fills the blinding places.
    init(
        _ rows: [[Goldilocks]], encoder: ReedSolomon, code: CodeParameters, masks: inout MaskStream, number: UInt8,
        backend: any ProverBackend = SerialBackend()
    ) {
        let (length, count) = (code.length, rows.count)
        for row in rows { precondition(row.count == code.dimension, "a row has k values") }
        let codewords = [Goldilocks](unsafeUninitializedCapacity: count * length) { target, initialized in
            rows.flatMap { $0 }.withUnsafeBufferPointer { source in
                guard let source = source.baseAddress, let target = target.baseAddress else { return }
                backend.encode(RowEncoding(source, count: count, into: target, encoder: encoder))
            }
            initialized = count * length
        }
        let salts = masks.bytes(length * Self.saltSize)
        let leaves = [Digest](unsafeUninitializedCapacity: length) { leaves, initialized in
            codewords.withUnsafeBufferPointer { words in
                salts.withUnsafeBufferPointer { salts in
                    // SAFETY: there are salts, leaves and, as tableaus have rows, codewords.
                    backend.hash(
                        ColumnHashing(
                            rowCount: count, columnCount: length, number: number,
                            codewords: Words.of(words.baseAddress!), salts: salts.baseAddress!,
                            leaves: leaves.baseAddress!))
                }
            }
            initialized = length
        }
        self.code = code
        rowCount = count
        self.codewords = codewords
        self.salts = salts
        tree = CommitmentTree(leaves: leaves)
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
