/// An element of F_p² = F_p[X]/(X² − 7): first + second · X. Every challenge has this type, about 2^128 values.
struct Extension: Hashable, Sendable {
    var first: Goldilocks
    var second: Goldilocks

    static let zero = Extension(.zero)
    static let one = Extension(.one)
    /// X itself.
    static let root = Extension(.zero, .one)

    @inline(__always) init(_ first: Goldilocks, _ second: Goldilocks = .zero) {
        self.first = first
        self.second = second
    }

    @inline(__always) static func + (left: Self, right: Self) -> Self {
        Self(left.first + right.first, left.second + right.second)
    }

    @inline(__always) static func - (left: Self, right: Self) -> Self {
        Self(left.first - right.first, left.second - right.second)
    }

    @inline(__always) static prefix func - (value: Self) -> Self { Self(-value.first, -value.second) }

    @inline(__always) static func * (left: Self, right: Self) -> Self {
        let cross = left.second * right.second
        return Self(
            left.first * right.first + timesSeven(cross), left.first * right.second + left.second * right.first)
    }

    @inline(__always) static func * (left: Self, right: Goldilocks) -> Self {
        Self(left.first * right, left.second * right)
    }

    /// Seven is eight less one: shifts instead of a multiplication.
    @inline(__always) private static func timesSeven(_ value: Goldilocks) -> Goldilocks {
        Goldilocks(canonical: Goldilocks.reduce(high: value.raw >> 61, low: value.raw << 3)) - value
    }

    @inline(__always) static func += (left: inout Self, right: Self) { left = left + right }
    @inline(__always) static func -= (left: inout Self, right: Self) { left = left - right }
    @inline(__always) static func *= (left: inout Self, right: Self) { left = left * right }

    /// The inverse; zero has none and yields zero.
    var inverse: Self {
        let norm = first * first - Self.timesSeven(second * second)
        let scale = norm.inverse
        return Self(first * scale, -(second * scale))
    }

    /// value, value², … value^count.
    static func powers(of value: Self, count: Int) -> [Self] {
        var (list, next) = ([Self](), value)
        list.reserveCapacity(count)
        for _ in 0..<count {
            list.append(next)
            next *= value
        }
        return list
    }

    func power(_ exponent: Int) -> Self {
        var (result, base, rest) = (Self.one, self, exponent)
        while rest > 0 {
            if rest & 1 == 1 { result *= base }
            base *= base
            rest >>= 1
        }
        return result
    }

    /// All inverses with one inversion; zeros yield zero.
    static func inverses(_ values: [Self]) -> [Self] {
        var (products, running) = ([Self](), Self.one)
        products.reserveCapacity(values.count)
        for value in values {
            products.append(running)
            if value != .zero { running *= value }
        }
        var (inverse, result) = (running.inverse, values)
        for index in values.indices.reversed() where values[index] != .zero {
            result[index] = inverse * products[index]
            inverse *= values[index]
        }
        return result
    }
}
