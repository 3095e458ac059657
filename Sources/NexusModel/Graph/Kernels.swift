/// The arithmetic of the layers, over floats for calibration and over Int32 for the int8 network, where the bounds of
/// lowering keep every sum below 2^31.
enum Kernels {
    static func product<Element: Numeric>(_ input: [Element], _ weights: [Element], bias: [Element], rows: Int)
        -> [Element]
    {
        let columns = input.count
        return (0..<rows).map { row in
            var sum = bias.isEmpty ? Element.zero : bias[row]
            let start = row * columns
            for column in 0..<columns { sum += weights[start + column] * input[column] }
            return sum
        }
    }

    static func convolution<Element: Numeric>(
        _ input: [Element], _ image: [Int], _ weights: [Element], bias: [Element], _ window: Window, _ output: [Int]
    ) -> [Element] {
        var result: [Element] = []
        result.reserveCapacity(Shape.count(output))
        for channel in 0..<output[0] {
            let kernel = channel * image[0] * window.height * window.width
            for row in 0..<output[1] {
                for column in 0..<output[2] {
                    var sum = bias.isEmpty ? Element.zero : bias[channel]
                    visit(window, row, column, image) { place, index in
                        for depth in 0..<image[0] {
                            let weight = weights[kernel + depth * window.height * window.width + place]
                            sum += weight * input[depth * image[1] * image[2] + index]
                        }
                    }
                    result.append(sum)
                }
            }
        }
        return result
    }

    /// Folds the window's values of each channel, from its first value in the image.
    static func pool<Element>(
        _ input: [Element], _ image: [Int], _ window: Window, _ output: [Int],
        _ fold: (Element, Element) -> Element
    ) -> [Element] {
        var result: [Element] = []
        result.reserveCapacity(Shape.count(output))
        for channel in 0..<output[0] {
            for row in 0..<output[1] {
                for column in 0..<output[2] {
                    var value: Element?
                    visit(window, row, column, image) { _, index in
                        let next = input[channel * image[1] * image[2] + index]
                        value = value.map { fold($0, next) } ?? next
                    }
                    guard let value else { preconditionFailure("a padding is smaller than its window") }
                    result.append(value)
                }
            }
        }
        return result
    }

    /// Calls `body` with the window's place and the image's index of every place that lies in the image.
    private static func visit(
        _ window: Window, _ row: Int, _ column: Int, _ image: [Int], _ body: (Int, Int) -> Void
    ) {
        let top = row * window.strideDown - window.padding[0]
        let left = column * window.strideRight - window.padding[1]
        for down in max(0, -top)..<max(max(0, -top), min(window.height, image[1] - top)) {
            for right in max(0, -left)..<max(max(0, -left), min(window.width, image[2] - left)) {
                body(down * window.width + right, (top + down) * image[2] + left + right)
            }
        }
    }
}
