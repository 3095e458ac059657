import NexusBase

/// Extension library "lists".
enum ListLibrary {
    static let functions: [PolicyFunction] = [
        .contextual("slice", ["list(A).(int, int) list(A)"]) { arguments, context in
            guard case .list(let list) = arguments[0], case .int(let start) = arguments[1],
                case .int(let end) = arguments[2]
            else { return nil }
            guard start >= 0, end >= 0 else {
                throw PolicyError(.indexOutOfRange, "cannot slice(\(start), \(end)), negative indexes not supported")
            }
            guard start <= end else {
                throw PolicyError(
                    .indexOutOfRange,
                    "cannot slice(\(start), \(end)), start index must be less than or equal to end index")
            }
            guard end <= list.count else {
                throw PolicyError(.indexOutOfRange, "cannot slice(\(start), \(end)), list is length \(list.count)")
            }
            try context.charge(size: Int(end - start))
            return .list(Array(list[Int(start)..<Int(end)]))
        },
        .contextual("flatten", ["list(list(A)).() list(A)", "list(dyn).(int) list(dyn)"]) { arguments, context in
            guard case .list(let list) = arguments[0] else { return nil }
            var depth: Int64 = 1
            if arguments.count == 2 {
                guard case .int(let given) = arguments[1] else { return nil }
                guard given >= 0 else { throw PolicyError(.badArgument, "flatten: level must be non-negative") }
                depth = given
            }
            var out: [PolicyValue] = []
            try flatten(list, depth, &out, &context)
            return .list(out)
        },
        .contextual("sort", ["list(A).() list(A)"]) { arguments, context in
            guard case .list(let list) = arguments[0] else { return nil }
            return .list(try sorted(list.map { ($0, $0) }, &context))
        },
        .contextual("distinct", ["list(A).() list(A)"]) { arguments, context in
            guard case .list(let list) = arguments[0] else { return nil }
            var out: [PolicyValue] = []
            for value in list {
                var isKnown = false
                for known in out where try context.equal(known, value) {
                    isKnown = true
                    break
                }
                try context.charge(UInt64(out.count + 1))
                if !isKnown { out.append(value) }
            }
            return .list(out)
        },
        .contextual("reverse", ["list(A).() list(A)"]) { arguments, context in
            guard case .list(let list) = arguments[0] else { return nil }
            try context.charge(size: list.count)
            return .list(list.reversed())
        },
        .unary("first", ["list(A).() optional(A)"]) { value in
            guard case .list(let list) = value else { return nil }
            return .optional(list.first)
        },
        .unary("last", ["list(A).() optional(A)"]) { value in
            guard case .list(let list) = value else { return nil }
            return .optional(list.last)
        },
        .contextual("lists.range", ["(int) list(int)"]) { arguments, context in
            guard case .int(let count) = arguments[0] else { return nil }
            let bounded = Int(clamping: count)
            try context.requireElements(bounded)
            try context.charge(size: max(0, bounded))
            return .list((0..<Int64(max(0, bounded))).map { .int($0) })
        },
    ]

    private static func flatten(
        _ list: [PolicyValue], _ depth: Int64, _ out: inout [PolicyValue], _ context: inout EvaluationContext
    ) throws {
        for element in list {
            try context.charge(1)
            if depth > 0, case .list(let inner) = element {
                try flatten(inner, depth - 1, &out, &context)
            } else {
                out.append(element)
                try context.requireElements(out.count)
            }
        }
    }

    /// Stable, by keys of one ordered type. Throws `policy.no-overload` otherwise.
    static func sorted(
        _ pairs: [(key: PolicyValue, value: PolicyValue)], _ context: inout EvaluationContext
    ) throws -> [PolicyValue] {
        guard let first = pairs.first?.key else { return [] }
        for pair in pairs where pair.key.typeName != first.typeName {
            throw PolicyError(.noOverload, "list elements must have the same type")
        }
        if try first.order(first) == nil {
            throw PolicyError(.noOverload, "list elements must be comparable, not \(first.typeName)")
        }
        let levels = UInt64(pairs.count.bitWidth - pairs.count.leadingZeroBitCount)
        try context.charge(UInt64(pairs.count) * levels)
        return try mergeSorted(pairs[...], &context).map(\.value)
    }

    // Own merge sort: a comparison can throw, and the order of equals must not depend on the standard library.
    private static func mergeSorted(
        _ pairs: ArraySlice<(key: PolicyValue, value: PolicyValue)>, _ context: inout EvaluationContext
    ) throws -> [(key: PolicyValue, value: PolicyValue)] {
        guard pairs.count > 1 else { return Array(pairs) }
        let middle = pairs.startIndex + pairs.count / 2
        let (left, right) = (try mergeSorted(pairs[..<middle], &context), try mergeSorted(pairs[middle...], &context))
        var out: [(key: PolicyValue, value: PolicyValue)] = []
        out.reserveCapacity(pairs.count)
        var (i, j) = (0, 0)
        while i < left.count, j < right.count {
            if try context.order(right[j].key, left[i].key) == .less {
                out.append(right[j])
                j += 1
            } else {
                out.append(left[i])
                i += 1
            }
        }
        return out + left[i...] + right[j...]
    }
}

/// Extension library "sets": lists taken as sets.
enum SetLibrary {
    static let functions: [PolicyFunction] = [
        .contextual("sets.contains", ["(list(A), list(A)) bool"]) { arguments, context in
            guard case .list(let all) = arguments[0], case .list(let some) = arguments[1] else { return nil }
            return .bool(try contains(all, some, &context))
        },
        .contextual("sets.equivalent", ["(list(A), list(A)) bool"]) { arguments, context in
            guard case .list(let left) = arguments[0], case .list(let right) = arguments[1] else { return nil }
            return .bool(try contains(left, right, &context) && contains(right, left, &context))
        },
        .contextual("sets.intersects", ["(list(A), list(A)) bool"]) { arguments, context in
            guard case .list(let left) = arguments[0], case .list(let right) = arguments[1] else { return nil }
            for element in left where try has(right, element, &context) { return .bool(true) }
            return .bool(false)
        },
    ]

    private static func contains(
        _ all: [PolicyValue], _ some: [PolicyValue], _ context: inout EvaluationContext
    ) throws -> Bool {
        for element in some where try !has(all, element, &context) { return false }
        return true
    }

    private static func has(
        _ list: [PolicyValue], _ element: PolicyValue, _ context: inout EvaluationContext
    ) throws -> Bool {
        for candidate in list {
            try context.charge(1)
            if try context.equal(candidate, element) { return true }
        }
        return false
    }
}
