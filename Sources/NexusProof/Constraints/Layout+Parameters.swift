import NexusBase

extension Layout {
    /// The dimension and limb width with the least estimated proof, ties to the smaller dimension, then the smaller
    /// width. Throws `proof.too-large` where none keeps the limits.
    static func chosen(for network: ProofNetwork, weights: WeightLayout? = nil, batch: Int) throws -> Layout {
        guard (1...ProofLimits.batchMax).contains(batch) else {
            throw ProofError(.tooLarge, "a batch of \(batch), at most \(ProofLimits.batchMax)")
        }
        // Before memory for any layout: what does not depend on dimension and width, and at most 13 tables.
        let constraints = constraintCount(of: network, batch: batch)
        guard batch * network.multiplications <= ProofLimits.multiplicationsMax else {
            throw ProofError(.tooLarge, "more than \(ProofLimits.multiplicationsMax) multiplications in the batch")
        }
        guard constraints + 13 <= ProofLimits.linearConstraintsMax, batch * network.inputSize <= ProofLimits.lookupsMax
        else {
            throw ProofError(
                .tooLarge, "\(constraints) linear constraints, at most \(ProofLimits.linearConstraintsMax)")
        }
        var best: Layout?
        for dimension in CodeParameters.dimensions {
            let code = CodeParameters(dimension: dimension)
            guard weights == nil || batch <= code.messageLength else { continue }
            for limbWidth in 8...13 {
                let layout = Layout(
                    network: network, weights: weights, batch: batch, code: code, limbWidth: limbWidth)
                guard layout.isWithinLimits else { continue }
                if best.map({ layout.estimatedBytes < $0.estimatedBytes }) ?? true { best = layout }
            }
        }
        guard let best else {
            throw ProofError(
                .tooLarge, "a network and batch of more rows, lookups or constraints than the limits allow")
        }
        return best
    }

    /// Field elements of the opened columns, 32 bytes for about log n − 7 hashes in each of three trees, and the five k
    /// coefficients of the tests' polynomials.
    var estimatedBytes: Int {
        let depth = code.length.trailingZeroBitCount
        return code.queries * (8 * rowCount + 96 * (depth - 7)) + 80 * code.dimension
    }

    var isWithinLimits: Bool {
        rowCount <= ProofLimits.rowsMax && lookedUpCells + tableSize <= ProofLimits.lookupsMax
    }

    /// One for each affine output, each place of a pool's window, each ReLU and each number of the answer; the tables'
    /// come on top.
    static func constraintCount(of network: ProofNetwork, batch: Int) -> Int {
        var total = batch * network.outputSize
        for (index, layer) in network.layers.enumerated() {
            var each = 1
            if case .maxPool(_, let window) = layer { each = window.places }
            total += each * batch * network.sizes[index + 1]
        }
        return total
    }
}
