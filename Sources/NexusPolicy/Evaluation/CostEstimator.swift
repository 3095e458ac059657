import NexusBase

/// A static bound on the cost of an evaluation.
public struct PolicyCost: Sendable, Hashable {
    /// Most steps, saturating at `UInt64.max`.
    public let worst: UInt64

    /// Whether every evaluation stays under the limit.
    public func fits(_ limits: PolicyLimits) -> Bool { worst <= limits.costMax }
}

/// Walks the syntax tree with, for each part, the most it can cost and the most elements or bytes it can yield.
struct CostEstimator {
    /// How large a value can be.
    private indirect enum Shape {
        case scalar
        /// A string or byte string of at most so many bytes.
        case text(UInt64)
        /// A list or map of at most so many elements.
        case sized(UInt64, Shape)

        var size: UInt64 {
            switch self {
            case .scalar: 1
            case .text(let size), .sized(let size, _): size
            }
        }

        var element: Shape { if case .sized(_, let element) = self { element } else { .scalar } }

        /// Steps to walk all of it.
        var walk: UInt64 {
            switch self {
            case .scalar: 1
            case .text(let size): size / 10 + 1
            case .sized(let size, let element): size.times(element.walk.plus(1)).plus(1)
            }
        }

        /// Bytes or elements in all.
        var total: UInt64 {
            if case .sized(let size, let element) = self { size.times(max(1, element.total)) } else { size }
        }
    }

    private typealias Part = (cost: UInt64, shape: Shape)

    private let checked: CheckedSyntax
    private let environment: PolicyEnvironment
    private var locals: [Int: (shape: Shape, cost: UInt64)] = [:]

    static func estimate(_ checked: CheckedSyntax, _ environment: PolicyEnvironment) -> PolicyCost {
        var estimator = CostEstimator(checked: checked, environment: environment)
        return PolicyCost(worst: estimator.visit(checked.root).cost)
    }

    private init(checked: CheckedSyntax, environment: PolicyEnvironment) {
        self.checked = checked
        self.environment = environment
    }

    /// The shape of a value of a type whose size is declared or assumed; a `dyn` value has so many elements in all.
    private func shape(_ type: PolicyType, _ size: UInt64) -> Shape {
        switch type {
        case .string, .bytes: .text(size)
        case .list(let element), .map(_, let element): .sized(size, shape(element, size))
        case .dyn, .message: .sized(size, .scalar)
        case .optional(let inner): shape(inner, size)
        default: .scalar
        }
    }

    private mutating func visit(_ node: Syntax) -> Part {
        switch node.kind {
        case .literal(.string(let text)): return (1, .text(UInt64(text.utf8.count)))
        case .literal(.bytes(let bytes)): return (1, .text(UInt64(bytes.count)))
        case .literal: return (1, .scalar)
        case .identifier: return reference(node)
        case .select(let operand, _, _), .has(let operand, _):
            if checked.references[node.id] != nil { return reference(node) }
            let inner = visit(operand)
            return (inner.cost.plus(1), elementShape(node, inner.shape))
        case .index(let operand, let key, _):
            let inner = visit(operand)
            return (inner.cost.plus(visit(key).cost).plus(1), elementShape(node, inner.shape))
        case .conditional(let condition, let yes, let no):
            let (left, right) = (visit(yes), visit(no))
            let shape = left.shape.size > right.shape.size ? left.shape : right.shape
            return (visit(condition).cost.plus(max(left.cost, right.cost)).plus(1), shape)
        case .comprehension(let it): return comprehension(node, it)
        case .bind(_, let value, let body): return scope(node, [value], body)
        case .block(let values, let body): return scope(node, values, body)
        case .optionalMap(let operand, _, let body, _):
            let inner = visit(operand)
            for slot in checked.locals[node.id] ?? [] { locals[slot] = (inner.shape, 1) }
            let result = visit(body)
            return (inner.cost.plus(result.cost).plus(1), result.shape)
        case .list(let elements):
            let parts = elements.map { visit($0.value) }
            let inner = parts.map(\.shape).max { $0.size < $1.size } ?? .scalar
            return (parts.reduce(1) { $0.plus($1.cost) }, .sized(UInt64(parts.count), inner))
        default: return general(node)
        }
    }

    private func elementShape(_ node: Syntax, _ container: Shape) -> Shape {
        if case .scalar = container.element {
            return shape(checked.types[node.id] ?? .dyn, PolicyLimits.assumedSize)
        }
        return container.element
    }

    private func reference(_ node: Syntax) -> Part {
        switch checked.references[node.id] {
        case .variable(let slot):
            let variable = environment.variables[slot]
            return (1, shape(variable.type.normalised, variable.sizeMax ?? PolicyLimits.assumedSize))
        case .local(let slot):
            let local = locals[slot] ?? (.scalar, 1)
            return (local.cost, local.shape)
        default: return (1, .scalar)
        }
    }

    private mutating func scope(_ node: Syntax, _ values: [Syntax], _ body: Syntax) -> Part {
        var total: UInt64 = 1
        for (slot, value) in zip(checked.locals[node.id] ?? [], values) {
            let inner = visit(value)
            // Computed once, read any number of times.
            locals[slot] = (inner.shape, 1)
            total = total.plus(inner.cost)
        }
        let result = visit(body)
        return (total.plus(result.cost), result.shape)
    }

    private mutating func comprehension(
        _ node: Syntax, _ it: Syntax.Comprehension
    ) -> Part {
        let range = visit(it.range)
        for slot in checked.locals[node.id] ?? [] { locals[slot] = (range.shape.element, 1) }
        let filter = it.filter.map { visit($0).cost } ?? 0
        let body = visit(it.body)
        let count = range.shape.size
        var cost = range.cost.plus(count.times(filter.plus(body.cost).plus(2))).plus(1)
        if it.kind == .sortBy { cost = cost.plus(count.times(64).times(body.shape.walk)) }
        let shape: Shape =
            switch it.kind {
            case .all, .exists, .existsOne: .scalar
            case .filter, .sortBy: range.shape
            default: .sized(count, body.shape)
            }
        return (cost, shape)
    }

    /// Operators and functions: they may walk all their operands, and yield all of them together.
    private mutating func general(_ node: Syntax) -> Part {
        let parts = node.children.map { visit($0) }
        // Each operation charges one step at least for every operand it may walk.
        let base = parts.reduce(UInt64(parts.count + 2)) { $0.plus($1.cost) }
        let walk = parts.reduce(0 as UInt64) { $0.plus($1.shape.walk) }
        let total = parts.reduce(0 as UInt64) { $0.plus($1.shape.total) }
        let (first, last) = (parts.first?.shape ?? .scalar, parts.last?.shape ?? .scalar)
        // Numbers become texts, and base64 and quoting make texts longer.
        let shape = resultShape(checked.types[node.id] ?? .dyn, total.times(2).plus(64), first.element)
        switch node.kind {
        case .and, .or: return (base, .scalar)
        case .operation("_==_", _), .operation("_!=_", _): return (base.plus(min(first.walk, last.walk)), .scalar)
        case .operation("@in", _):
            return (base.plus(last.size.times(min(first.walk, last.element.walk).plus(1))), .scalar)
        case .call("format", _, _, _): return (base.plus(total.times(64)).plus(16), .text(total.times(200)))
        case .message: return (base.plus(total.times(2)), shape)
        case .call("sort", _, _, _):
            return (base.plus(first.size.times(64).times(first.element.walk.plus(1))).plus(16), first)
        case .call("range", _, _, let arguments):
            // The one function whose result does not grow with the size of its arguments but with their value.
            var count = UInt64(PolicyLimits.standard.elementsMax)
            if case .literal(.int(let value))? = arguments.first?.kind { count = UInt64(clamping: value) }
            return (base.plus(count).plus(16), .sized(count, .scalar))
        case .call("distinct", _, _, _):
            return (base.plus(first.size.times(first.size).times(first.element.walk.plus(2))), first)
        case .call("replace", _, _, _), .call("join", _, _, _), .call("matches", _, _, _), .call("contains", _, _, _),
            .call("indexOf", _, _, _), .call("lastIndexOf", _, _, _), .call("split", _, _, _),
            .call("equivalent", _, _, _), .call("intersects", _, _, _):
            // Output or work can be the product of the operands.
            let product = parts.reduce(8 as UInt64) { $0.times($1.shape.total.plus(2)) }
            return (base.plus(product), resultShape(checked.types[node.id] ?? .dyn, product, first.element))
        case .call(let name, _, _, _) where Self.looksAtOutsideOnly.contains(name):
            let texts = parts.reduce(4 as UInt64) { sum, part in
                if case .text = part.shape { sum.plus(part.shape.walk) } else { sum.plus(1) }
            }
            return (base.plus(texts), shape)
        case .call: return (base.plus(walk.times(2)).plus(16), shape)
        default: return (base.plus(walk), resultShape(checked.types[node.id] ?? .dyn, total, first.element))
        }
    }

    /// Functions that never walk into a list, map or optional.
    private static let looksAtOutsideOnly: Set<Text> = [
        "size", "type", "dyn", "of", "ofNonZeroValue", "none", "hasValue", "value", "or", "orValue", "first", "last",
    ]

    private func resultShape(_ type: PolicyType, _ size: UInt64, _ element: Shape) -> Shape {
        switch type {
        case .string, .bytes: .text(size)
        case .list(.string): .sized(size, .text(size))
        case .list, .map, .dyn, .optional, .message, .parameter: .sized(size, element)
        default: .scalar
        }
    }
}

extension UInt64 {
    func plus(_ other: UInt64) -> UInt64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }

    func times(_ other: UInt64) -> UInt64 {
        let (product, overflow) = multipliedReportingOverflow(by: other)
        return overflow ? .max : product
    }
}
