public import NexusBase

/// Rows to encode (proof-v1, section 5), all in one vector: a row's k values, then the next row's.
///
/// SAFETY: of all three tasks, the vectors outlive the backend's call, and parts write to places of their own.
public struct RowEncoding: @unchecked Sendable {
    /// k: values of a row. Its codeword has 4k.
    public let dimension: Int
    public let rowCount: Int
    public let rows: UnsafePointer<UInt64>
    public let codewords: UnsafeMutablePointer<UInt64>
    let encoder: ReedSolomon

    init(
        _ rows: UnsafePointer<Goldilocks>, count: Int, into codewords: UnsafeMutablePointer<Goldilocks>,
        encoder: ReedSolomon
    ) {
        dimension = encoder.dimension
        rowCount = count
        self.rows = Words.of(rows)
        self.codewords = Words.of(codewords)
        self.encoder = encoder
    }

    public func encode(row: Int) {
        encoder.encode(
            Words.elements(rows) + row * dimension, into: Words.elements(codewords) + row * encoder.length)
    }
}

/// Columns to hash (section 6): the leaf of a column is SHA-256(0 ‖ number ‖ its salt, if any ‖ its elements).
///
/// SAFETY: as of `RowEncoding`.
public struct ColumnHashing: @unchecked Sendable {
    public let rowCount: Int
    /// n: a multiple of 16.
    public let columnCount: Int
    public let number: UInt8
    public let codewords: UnsafePointer<UInt64>
    /// 32 bytes a column; none for weights, whose columns have no salt.
    public let salts: UnsafePointer<UInt8>?
    /// Not initialized before.
    public let leaves: UnsafeMutablePointer<Digest>
    public var partCount: Int { min(16, blockCount) }
    private var blockCount: Int { columnCount / Self.width }
    /// Columns gathered at a time, so that each cache line of a row is read once.
    private static let width = 16

    public func hash(part: Int) {
        let saltSize = salts == nil ? 0 : Tableau.saltSize
        let stride = 2 + saltSize + 8 * rowCount
        let blocks = blockCount * part / partCount..<blockCount * (part + 1) / partCount
        withUnsafeTemporaryAllocation(byteCount: Self.width * stride, alignment: 8) { block in
            for start in blocks.map({ $0 * Self.width }) {
                for column in 0..<Self.width {
                    let base = column * stride
                    (block[base], block[base + 1]) = (0, number)
                    guard let salts else { continue }
                    UnsafeMutableRawBufferPointer(rebasing: block[(base + 2)..<(base + 2 + saltSize)])
                        .copyMemory(
                            from: UnsafeRawBufferPointer(
                                start: salts + (start + column) * saltSize, count: saltSize))
                }
                for row in 0..<rowCount {
                    let words = codewords + row * columnCount + start
                    let place = 2 + saltSize + 8 * row
                    for column in 0..<Self.width {
                        block.storeBytes(
                            of: words[column].littleEndian, toByteOffset: column * stride + place, as: UInt64.self)
                    }
                }
                for column in 0..<Self.width {
                    let bytes = UnsafeRawBufferPointer(rebasing: block[column * stride..<(column + 1) * stride])
                    (leaves + start + column).initialize(to: Digest(of: bytes))
                }
            }
        }
    }
}

/// Rows to fold into one (section 8): sums[i] = Σ scales[r] · rows[r][i] at the first `count` places of each row.
///
/// SAFETY: as of `RowEncoding`.
public struct RowFolding: @unchecked Sendable {
    public let count: Int
    public let rows: [UnsafePointer<UInt64>]
    let scales: [Extension]
    /// Two words a place, zero before.
    public let sums: UnsafeMutablePointer<UInt64>
    let kernel: FieldKernel
    public var partCount: Int { 16 }

    /// The two words of a row's scale.
    public func scale(_ row: Int) -> (UInt64, UInt64) { (scales[row].first.raw, scales[row].second.raw) }

    public func fold(part: Int) {
        let places = count * part / partCount..<count * (part + 1) / partCount
        for (row, scale) in zip(rows, scales) {
            kernel.accumulate(
                Words.pairs(sums) + places.lowerBound, scale, Words.elements(row) + places.lowerBound,
                count: places.count)
        }
    }
}
