/// Encodes rows. Message values lie at the powers of ω_k; the codeword is the values on the coset 7 · ⟨ω_n⟩, which the
/// message points do not meet. Column j · k + i belongs to the point 7 · ω_n^j · ω_k^i. proof-v1, section 5: n = 4k;
/// proof-v2 has n = 8k for weights.
struct ReedSolomon: Sendable {
    let dimension: Int
    /// n / k.
    let cosets: Int
    let kernel: FieldKernel
    private let transform: Transform
    /// For each of the cosets: shift^index at the place of coefficient `index`.
    private let shifts: [[Goldilocks]]
    /// The same divided by k, for coefficients that are k times too large.
    private let scaledShifts: [[Goldilocks]]
    private let inverseSize: Goldilocks

    var length: Int { cosets * dimension }

    init(dimension: Int, cosets: Int = 4, kernel: FieldKernel = .best) {
        let logSize = dimension.trailingZeroBitCount
        let transform = Transform(logSize: logSize, kernel: kernel)
        self.dimension = dimension
        self.cosets = cosets
        self.kernel = kernel
        self.transform = transform
        let inverseSize = Goldilocks(Int64(dimension)).inverse
        self.inverseSize = inverseSize
        let step = Goldilocks.root(ofOrder: logSize + cosets.trailingZeroBitCount)
        shifts = (0..<cosets).map { coset in
            let shift = Goldilocks.generator * step.power(UInt64(coset))
            var (list, power) = ([Goldilocks](repeating: .one, count: dimension), Goldilocks.one)
            for index in 0..<dimension {
                list[transform.reversed(index)] = power
                power *= shift
            }
            return list
        }
        scaledShifts = shifts.map { $0.map { $0 * inverseSize } }
    }

    /// The point of a column.
    func point(of column: Int) -> Goldilocks {
        Goldilocks.generator * Goldilocks.root(ofOrder: length.trailingZeroBitCount).power(UInt64(column / dimension))
            * Goldilocks.root(ofOrder: transform.logSize).power(UInt64(column % dimension))
    }

    /// From k values at the powers of ω_k to `cosets` of the codeword, each k values.
    func encode(
        _ values: UnsafePointer<Goldilocks>, into codeword: UnsafeMutablePointer<Goldilocks>,
        cosets: [Int] = [0, 1, 2, 3]
    ) {
        withUnsafeTemporaryAllocation(of: Goldilocks.self, capacity: dimension) { scratch in
            // SAFETY: the capacity is at least 512, so there is a base address.
            let coefficients = scratch.baseAddress!
            coefficients.update(from: values, count: dimension)
            transform.interpolateUnscaled(coefficients)
            for (slot, coset) in cosets.enumerated() {
                scaledShifts[coset].withUnsafeBufferPointer {
                    transform.evaluate(into: codeword + slot * dimension, coefficients, shift: $0.baseAddress)
                }
            }
        }
    }

    /// The same for values in the extension, on all cosets or some.
    func encode(_ values: [Extension], cosets: [Int]? = nil) -> [Extension] {
        let cosets = cosets ?? Array(0..<self.cosets)
        return Self.join(
            encoded(values.map(\.first), cosets: cosets), encoded(values.map(\.second), cosets: cosets))
    }

    func encoded(_ values: [Goldilocks], cosets: [Int]) -> [Goldilocks] {
        precondition(values.count == dimension, "a row has k values")
        return [Goldilocks](unsafeUninitializedCapacity: cosets.count * dimension) { buffer, count in
            // SAFETY: both buffers have at least k elements.
            values.withUnsafeBufferPointer { encode($0.baseAddress!, into: buffer.baseAddress!, cosets: cosets) }
            count = cosets.count * dimension
        }
    }

    /// From k values to coefficients for `evaluateUnscaled`, in place.
    func interpolateUnscaled(_ list: UnsafeMutablePointer<Goldilocks>) { transform.interpolateUnscaled(list) }

    func evaluateUnscaled(
        _ coefficients: UnsafePointer<Goldilocks>, coset: Int, into target: UnsafeMutablePointer<Goldilocks>
    ) {
        scaledShifts[coset].withUnsafeBufferPointer {
            transform.evaluate(into: target, coefficients, shift: $0.baseAddress)
        }
    }

    /// The codeword of a polynomial with k or 2k coefficients.
    func evaluate(_ coefficients: [Extension]) -> [Extension] {
        precondition(coefficients.count == dimension || coefficients.count == 2 * dimension, "k or 2k coefficients")
        var result: [Extension] = []
        result.reserveCapacity(length)
        for coset in 0..<cosets {
            // X^k is the constant shift^k on a coset.
            let high = point(of: coset * dimension).power(UInt64(dimension))
            var folded = Array(coefficients[..<dimension])
            if coefficients.count > dimension {
                for index in 0..<dimension { folded[index] += coefficients[dimension + index] * high }
            }
            result += onCoset(folded, shifts[coset])
        }
        return result
    }

    /// Values at the powers of ω_k of a polynomial with k or 2k coefficients.
    func messageValues(_ coefficients: [Extension]) -> [Extension] {
        guard coefficients.count > dimension else { return onCoset(coefficients, nil) }
        return onCoset((0..<dimension).map { coefficients[$0] + coefficients[dimension + $0] }, nil)
    }

    private func onCoset(_ folded: [Extension], _ shift: [Goldilocks]?) -> [Extension] {
        func component(_ choose: (Extension) -> Goldilocks) -> [Goldilocks] {
            var list = [Goldilocks](repeating: .zero, count: dimension)
            for index in 0..<dimension { list[transform.reversed(index)] = choose(folded[index]) }
            list.withUnsafeMutableBufferPointer { list in
                // SAFETY: k is at least 512, so there is a base address.
                let place = list.baseAddress!
                guard let shift else { return transform.evaluate(into: place, place) }
                shift.withUnsafeBufferPointer { transform.evaluate(into: place, place, shift: $0.baseAddress) }
            }
            return list
        }
        return Self.join(component(\.first), component(\.second))
    }

    /// Coefficients in their order of the polynomial of degree below k with these values on shift · ⟨ω_k⟩.
    private func coefficients(_ values: ArraySlice<Extension>, shift: Goldilocks) -> [Extension] {
        func component(_ choose: (Extension) -> Goldilocks) -> [Goldilocks] {
            var list = values.map(choose)
            // SAFETY: k is at least 512, so there is a base address.
            list.withUnsafeMutableBufferPointer { transform.interpolateUnscaled($0.baseAddress!) }
            return list
        }
        let (first, second) = (component(\.first), component(\.second))
        let step = shift.inverse
        var (power, result) = (inverseSize, [Extension]())
        result.reserveCapacity(dimension)
        for index in 0..<dimension {
            let place = transform.reversed(index)
            result.append(Extension(first[place], second[place]) * power)
            power *= step
        }
        return result
    }

    /// k coefficients from the values on coset 0.
    func interpolate(_ values: [Extension]) -> [Extension] { coefficients(values[...], shift: .generator) }

    /// k coefficients from the values at the powers of ω_k.
    func interpolateMessage(_ values: [Extension]) -> [Extension] { coefficients(values[...], shift: .one) }

    /// 2k coefficients from the values on cosets 0 and 2, which together are a coset of ⟨ω_2k⟩.
    func interpolateTwice(_ values: [Extension]) -> [Extension] {
        let even = coefficients(values[..<dimension], shift: .generator)
        let odd = coefficients(values[dimension...], shift: point(of: 2 * dimension))
        // On coset 0 the folded coefficient is low + high · 7^k, on coset 2 it is low − high · 7^k.
        let half = Goldilocks(2).inverse
        let high = half * Goldilocks.generator.power(UInt64(dimension)).inverse
        return (0..<dimension).map { (even[$0] + odd[$0]) * half } + (0..<dimension).map { (even[$0] - odd[$0]) * high }
    }

    private static func join(_ first: [Goldilocks], _ second: [Goldilocks]) -> [Extension] {
        (0..<first.count).map { Extension(first[$0], second[$0]) }
    }
}
