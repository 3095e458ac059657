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
    /// Cost and size of a part, and, for a list or map, the size of what is inside.
    private indirect enum Shape {
        case scalar
        case sized(UInt64, Shape)

        var size: UInt64 { if case .sized(let size, _) = self { size } else { 1 } }
        var element: Shape { if case .sized(_, let element) = self { element } else { .scalar } }
    }

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

    /// The shape of a value of a type whose size is declared or assumed.
    private func shape(_ type: PolicyType, _ size: UInt64, depth: Int = 0) -> Shape {
        switch type {
        case .string, .bytes: .sized(size, .scalar)
        case .list(let element), .map(_, let element):
            .sized(size, depth < 8 ? shape(element, size, depth: depth + 1) : .scalar)
        case .dyn, .message: .sized(size, depth < 8 ? shape(.dyn, size, depth: depth + 1) : .scalar)
        case .optional(let inner): shape(inner, size, depth: depth)
        default: .scalar
        }
    }

    private mutating func visit(_ node: Syntax) -> (cost: UInt64, shape: Shape) {
        switch node.kind {
        case .literal(.string(let text)): return (1, .sized(UInt64(text.utf8.count), .scalar))
        case .literal(.bytes(let bytes)): return (1, .sized(UInt64(bytes.count), .scalar))
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

    private func reference(_ node: Syntax) -> (cost: UInt64, shape: Shape) {
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

    private mutating func scope(_ node: Syntax, _ values: [Syntax], _ body: Syntax) -> (cost: UInt64, shape: Shape) {
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
    ) -> (cost: UInt64, shape: Shape) {
        let range = visit(it.range)
        for slot in checked.locals[node.id] ?? [] { locals[slot] = (range.shape.element, 1) }
        let filter = it.filter.map { visit($0).cost } ?? 0
        let body = visit(it.body)
        let count = range.shape.size
        var cost = range.cost.plus(count.times(filter.plus(body.cost).plus(2))).plus(1)
        if it.kind == .sortBy { cost = cost.plus(count.times(64)) }
        let shape: Shape = switch it.kind {
        case .all, .exists, .existsOne: .scalar
        case .filter, .sortBy: range.shape
        default: .sized(count, body.shape)
        }
        return (cost, shape)
    }

    /// Operators and functions: they may walk all their operands, and yield all of them together.
    private mutating func general(_ node: Syntax) -> (cost: UInt64, shape: Shape) {
        let parts = node.children.map { visit($0) }
        let operands = parts.reduce(1 as UInt64) { $0.plus($1.cost) }
        let size = parts.reduce(0 as UInt64) { $0.plus($1.shape.size) }
        let type = checked.types[node.id] ?? .dyn
        var shape: Shape = .scalar
        switch type {
        case .bool, .int, .uint, .double, .timestamp, .duration, .decimal, .quantity, .null, .type: break
        default: shape = .sized(size, parts.first?.shape.element ?? .scalar)
        }
        // Each operation charges one step at least for every operand it may walk, and a call a few more.
        let base = operands.plus(UInt64(parts.count + 1))
        switch node.kind {
        case .and, .or: return (operands, .scalar)
        case .operation("_==_", _), .operation("_!=_", _), .operation("@in", _):
            return (base.plus(size.times(depthFactor(parts))), shape)
        case .call("format", _, _, _):
            let work = size.plus(deepSize(parts)).times(8)
            return (base.plus(work), .sized(work, .scalar))
        case .call("replace", _, _, _), .call("join", _, _, _), .call("matches", _, _, _), .call("contains", _, _, _),
            .call("indexOf", _, _, _), .call("lastIndexOf", _, _, _), .call("split", _, _, _),
            .call("distinct", _, _, _), .call("equivalent", _, _, _), .call("intersects", _, _, _):
            // Output or work can be the product of the operands.
            let product = parts.reduce(8 as UInt64) { $0.times(max(1, $1.shape.size).times(depthFactor([$1]))) }
            let isSelfProduct = if case .call("distinct", _, _, _) = node.kind { true } else { false }
            let work = isSelfProduct ? product.times(size) : product
            if case .scalar = shape {} else { shape = .sized(work, parts.first?.shape.element ?? .scalar) }
            return (base.plus(work), shape)
        case .call: return (base.plus(size.times(2)).plus(16), shape)
        default: return (base.plus(size), shape)
        }
    }

    private func deepSize(_ parts: [(cost: UInt64, shape: Shape)]) -> UInt64 {
        parts.reduce(0) { $0.plus($1.shape.size.times(depthFactor([$1]))) }
    }

    /// Comparing nested values walks what is inside them.
    private func depthFactor(_ parts: [(cost: UInt64, shape: Shape)]) -> UInt64 {
        parts.map { part in
            var factor: UInt64 = 1
            var shape = part.shape.element
            while case .sized(let size, let next) = shape {
                factor = factor.times(max(1, size))
                shape = next
            }
            return factor
        }.max() ?? 1
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
