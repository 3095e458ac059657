import NexusBase

/// The weights' part of a proof of proof-v2 as its verifier reads it: the message, and the opened columns.
struct WeightCheck: Sendable {
    let layout: WeightLayout
    let encoder: ReedSolomon
    let backend: any ProverBackend
    /// The combinations of the matrix by powers of η, chunk after chunk, then that of all rows.
    let message: [Extension]
    let columns: [Int]
    let opened: [[Goldilocks]]

    /// The matrix's rows by powers of η: what the linear test needs of the weights.
    var combination: [Extension] { Array(message[..<(layout.chunks * layout.dimension)]) }

    /// What the message's polynomials are at the opened columns, one after the other.
    private func announced() -> [[Extension]] {
        backend.map(layout.chunks + 1) { number in
            let values = message[number * layout.dimension..<(number + 1) * layout.dimension]
            let word = encoder.encode(Array(values))
            return columns.map { word[$0] }
        }
    }

    /// Whether the announced combinations by η, and that by σ, are those of the opened columns.
    func holds(row: Extension, proximity: [Extension]) -> (combination: Bool, proximity: Bool) {
        let announced = announced()
        let powers = [.one] + Extension.powers(of: row, count: layout.rows - 1)
        let found = backend.flatMap(ranges: columns.count) { range in
            range.map { index -> (combination: Bool, proximity: Bool) in
                let column = opened[index]
                var (combination, random) = (true, Extension.zero)
                for chunk in 0..<layout.chunks {
                    var sum = Extension.zero
                    for number in 0..<layout.rows {
                        let element = column[chunk * layout.rows + number]
                        sum += powers[number] * element
                        random += proximity[chunk * layout.rows + number] * element
                    }
                    if sum != announced[chunk][index] { combination = false }
                }
                return (combination, random == announced[layout.chunks][index])
            }
        }
        return (found.allSatisfy(\.combination), found.allSatisfy(\.proximity))
    }
}
