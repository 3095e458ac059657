import NexusBase

/// Shapes are lists of sizes, all at least 1; a scalar's is empty.
enum Shape {
    /// Elements of a checked shape.
    static func count(_ shape: [Int]) -> Int { shape.reduce(1, *) }

    /// Sizes from a file: each at least 1, their product within `elementsMax`.
    static func checked(_ sizes: [Int64], elementsMax: Int, at place: String) throws -> [Int] {
        var product: Int64 = 1
        for size in sizes {
            guard size >= 1 else { throw ModelError(.badShape, "a dimension of size \(size)", at: place) }
            let (next, overflow) = product.multipliedReportingOverflow(by: size)
            guard !overflow, next <= Int64(elementsMax) else {
                throw ModelError(.tooLarge, "more than \(elementsMax) elements", at: place)
            }
            product = next
        }
        guard sizes.count <= ModelLimits.rankMax else {
            throw ModelError(.tooLarge, "more than \(ModelLimits.rankMax) dimensions", at: place)
        }
        return sizes.map(Int.init)
    }
}

/// A window that slides over the two last dimensions. Padding: top, left, bottom, right.
public struct Window: Sendable, Hashable {
    public let height: Int
    public let width: Int
    public let strideDown: Int
    public let strideRight: Int
    public let padding: [Int]

    /// Output size over an input of `height` by `width`, or nothing where the window does not fit.
    func output(height inputHeight: Int, width inputWidth: Int) -> (height: Int, width: Int)? {
        let down = inputHeight + padding[0] + padding[2] - height
        let right = inputWidth + padding[1] + padding[3] - width
        guard down >= 0, right >= 0 else { return nil }
        return (down / strideDown + 1, right / strideRight + 1)
    }
}
