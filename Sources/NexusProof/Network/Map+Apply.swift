extension ProofNetwork.Map {
    /// The map's outputs for one inference. Bounds are checked by `AffineBounds`: nothing leaves 32 bits.
    func apply(_ input: [Int8], size: Int) -> [Int32] {
        switch self {
        case .identity: return input.map(Int32.init)
        case .product(let weights): return Self.product(weights, input, rows: size)
        case .convolution(let window, let weights):
            return Self.convolution(weights, input, window, channelsOut: size / window.outputArea)
        case .windowSum(let window):
            var result: [Int32] = []
            result.reserveCapacity(size)
            for channel in 0..<window.channels {
                window.visitOutputs { rows, columns in
                    var sum: Int32 = 0
                    for row in rows {
                        let start = channel * window.area + row.index * window.columns
                        for column in columns { sum += Int32(input[start + column.index]) }
                    }
                    result.append(sum)
                }
            }
            return result
        }
    }

    private static func product(_ weights: [Int8], _ input: [Int8], rows: Int) -> [Int32] {
        let columns = input.count
        return weights.withUnsafeBufferPointer { weights in
            input.withUnsafeBufferPointer { input in
                (0..<rows).map { row in
                    var sum: Int32 = 0
                    let start = row * columns
                    for column in 0..<columns {
                        sum &+= Int32(Int16(weights[start + column]) &* Int16(input[column]))
                    }
                    return sum
                }
            }
        }
    }

    private static func convolution(
        _ weights: [Int8], _ input: [Int8], _ window: ImageWindow, channelsOut: Int
    ) -> [Int32] {
        let (area, outputArea) = (window.area, window.outputArea)
        var sums = [Int32](repeating: 0, count: channelsOut * outputArea)
        let rowPlaces = (0..<window.outputRows).map(window.rowPlaces)
        let columnPlaces = (0..<window.outputColumns).map(window.columnPlaces)
        sums.withUnsafeMutableBufferPointer { sums in
            for channelOut in 0..<channelsOut {
                for channel in 0..<window.channels {
                    let kernel = (channelOut * window.channels + channel) * window.places
                    for (outputRow, rows) in rowPlaces.enumerated() {
                        let target = channelOut * outputArea + outputRow * window.outputColumns
                        for row in rows {
                            let source = channel * area + row.index * window.columns
                            for (outputColumn, columns) in columnPlaces.enumerated() {
                                var sum: Int32 = 0
                                for column in columns {
                                    sum &+=
                                        Int32(weights[kernel + row.place * window.width + column.place])
                                        &* Int32(input[source + column.index])
                                }
                                sums[target + outputColumn] &+= sum
                            }
                        }
                    }
                }
            }
        }
        return sums
    }
}

extension ImageWindow {
    /// Calls `body` for every output position of one channel, in order.
    func visitOutputs(_ body: ([(place: Int, index: Int)], [(place: Int, index: Int)]) -> Void) {
        let columns = (0..<outputColumns).map(columnPlaces)
        for row in 0..<outputRows {
            let rows = rowPlaces(row)
            for column in columns { body(rows, column) }
        }
    }

    /// For each output of one channel, the image's indices under its window. Places outside repeat the first inside.
    var outputWindows: [[Int]] {
        var windows: [[Int]] = []
        visitOutputs { rows, columns in
            let first = rows[0].index * self.columns + columns[0].index
            var indices = [Int](repeating: first, count: places)
            for row in rows {
                for column in columns {
                    indices[row.place * width + column.place] = row.index * self.columns + column.index
                }
            }
            windows.append(indices)
        }
        return windows
    }
}
