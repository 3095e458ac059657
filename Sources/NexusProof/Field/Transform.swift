/// The number-theoretic transform of one power-of-two size. Coefficients are kept in bit-reversed order between the two
/// directions, so nothing is permuted.
struct Transform: Sendable {
    let size: Int
    let logSize: Int
    /// Entry length + j is the root of order 2 · length to the power j.
    private let roots: [Goldilocks]
    private let inverseRoots: [Goldilocks]
    private let kernel: FieldKernel
    /// Elements that a kernel takes at once.
    private static let kernelSizeMin = 64

    init(logSize: Int, kernel: FieldKernel = .best) {
        self.logSize = logSize
        self.kernel = kernel
        size = 1 << logSize
        roots = Self.table(logSize) { $0 }
        inverseRoots = Self.table(logSize) { $0.inverse }
    }

    private static func table(_ logSize: Int, _ choose: (Goldilocks) -> Goldilocks) -> [Goldilocks] {
        var table = [Goldilocks](repeating: .one, count: max(2, 1 << logSize))
        for level in 0..<logSize {
            let root = choose(Goldilocks.root(ofOrder: level + 1))
            var power = Goldilocks.one
            for index in 0..<1 << level {
                table[1 << level + index] = power
                power *= root
            }
        }
        return table
    }

    /// From bit-reversed coefficients, each times its `shift`, to values at ω^0, ω^1, … Source and target may be the
    /// same place.
    func evaluate(
        into target: UnsafeMutablePointer<Goldilocks>, _ source: UnsafePointer<Goldilocks>,
        shift: UnsafePointer<Goldilocks>? = nil
    ) {
        roots.withUnsafeBufferPointer { roots in
            // SAFETY: the table has at least two entries.
            guard let roots = roots.baseAddress else { return }
            if kernel != .scalar, size >= Self.kernelSizeMin {
                return kernel.evaluate(into: target, source, shift: shift, roots: roots, size: size)
            }
            for index in 0..<size { target[index] = shift.map { source[index] * $0[index] } ?? source[index] }
            var length = 1
            while length < size {
                for start in stride(from: 0, to: size, by: 2 * length) {
                    for index in start..<start + length {
                        let upper = target[index]
                        let lower = target[index + length] * roots[length + index - start]
                        target[index] = upper + lower
                        target[index + length] = upper - lower
                    }
                }
                length *= 2
            }
        }
    }

    /// From values at ω^0, ω^1, … to bit-reversed coefficients, each `size` times too large.
    func interpolateUnscaled(_ list: UnsafeMutablePointer<Goldilocks>) {
        inverseRoots.withUnsafeBufferPointer { roots in
            guard let roots = roots.baseAddress else { return }
            if kernel != .scalar, size >= Self.kernelSizeMin {
                return kernel.interpolate(list, inverseRoots: roots, size: size)
            }
            var length = size / 2
            while length > 0 {
                for start in stride(from: 0, to: size, by: 2 * length) {
                    for index in start..<start + length {
                        let upper = list[index]
                        let lower = list[index + length]
                        list[index] = upper + lower
                        list[index + length] = (upper - lower) * roots[length + index - start]
                    }
                }
                length /= 2
            }
        }
    }

    /// The place of coefficient `index`.
    func reversed(_ index: Int) -> Int {
        logSize == 0 ? 0 : Int(UInt64(index).bitReversed >> UInt64(64 - logSize))
    }
}

extension UInt64 {
    var bitReversed: UInt64 {
        var value = byteSwapped
        value = (value >> 4) & 0x0F0F_0F0F_0F0F_0F0F | (value & 0x0F0F_0F0F_0F0F_0F0F) << 4
        value = (value >> 2) & 0x3333_3333_3333_3333 | (value & 0x3333_3333_3333_3333) << 2
        return (value >> 1) & 0x5555_5555_5555_5555 | (value & 0x5555_5555_5555_5555) << 1
    }
}
