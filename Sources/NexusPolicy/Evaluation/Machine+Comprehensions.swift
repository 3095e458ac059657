import NexusBase

extension Machine {
    mutating func iterate(_ it: Program.Comprehension) throws -> PolicyValue {
        let range = try evaluate(it.range)
        switch (range, it.kind) {
        case (.list, _): break
        case (.map, .sortBy): throw noOverload("sortBy", [range])
        case (.map, _): break
        default: throw noOverload(it.kind.rawValue, [range])
        }
        switch it.kind {
        case .all: return .bool(try decide(range, it, stopsAt: false))
        case .exists: return .bool(try decide(range, it, stopsAt: true))
        case .existsOne:
            var count = 0
            try walk(range, it) { machine, _ in
                if try machine.truth(of: it.body) { count += 1 }
                return true
            }
            return .bool(count == 1)
        case .map, .transformList, .filter: return try transform(range, it)
        case .transformMap, .transformMapEntry: return try transformMap(range, it)
        case .sortBy: return try sort(range, it)
        }
    }

    /// Binds the variables to each element in turn, until `body` says stop.
    private mutating func walk(
        _ range: PolicyValue, _ it: Program.Comprehension,
        _ body: (inout Machine, (PolicyValue, PolicyValue)) throws -> Bool
    ) throws {
        let count =
            if case .list(let list) = range { list.count } else if case .map(let map) = range { map.count } else { 0 }
        for position in 0..<count {
            context.iterations += 1
            guard context.iterations <= context.limits.iterationsMax else {
                throw PolicyError(.tooLarge, "more than \(context.limits.iterationsMax) iterations in one evaluation")
            }
            try context.charge(1)
            let pair: (PolicyValue, PolicyValue)
            switch range {
            case .list(let list):
                pair = (.int(Int64(position)), list[position])
                if it.slots.count == 1 { locals[it.slots[0]] = list[position] }
            case .map(let map):
                pair = (map.entries[position].key, map.entries[position].value)
                if it.slots.count == 1 { locals[it.slots[0]] = pair.0 }
            default: return
            }
            if it.slots.count == 2 {
                locals[it.slots[0]] = pair.0
                locals[it.slots[1]] = pair.1
            }
            recorder?.element(it.slots.count == 1 ? locals[it.slots[0]] ?? .null : pair.0)
            guard try body(&self, pair) else { return }
        }
    }

    private mutating func truth(of index: Program.Index) throws -> Bool {
        let value = try evaluate(index)
        guard case .bool(let truth) = value else { throw located(noOverload("a condition", [value]), index) }
        return truth
    }

    private mutating func decide(_ range: PolicyValue, _ it: Program.Comprehension, stopsAt decisive: Bool) throws
        -> Bool
    {
        var failure: PolicyError?
        var result = !decisive
        try walk(range, it) { machine, _ in
            do {
                if try machine.truth(of: it.body) == decisive {
                    result = decisive
                    return false
                }
            } catch let error as PolicyError {
                guard error.isAbsorbable else { throw error }
                if failure == nil { failure = error }
            }
            return true
        }
        if result != decisive, let failure { throw failure }
        return result
    }

    private mutating func transform(_ range: PolicyValue, _ it: Program.Comprehension) throws -> PolicyValue {
        var elements: [PolicyValue] = []
        try walk(range, it) { machine, pair in
            if it.kind == .filter {
                let element = if case .map = range { pair.0 } else { pair.1 }
                if try machine.truth(of: it.body) { elements.append(element) }
                return true
            }
            if let filter = it.filter, try !machine.truth(of: filter) { return true }
            elements.append(try machine.evaluate(it.body))
            return true
        }
        return .list(elements)
    }

    private mutating func transformMap(_ range: PolicyValue, _ it: Program.Comprehension) throws -> PolicyValue {
        var map = PolicyMap()
        try walk(range, it) { machine, pair in
            if let filter = it.filter, try !machine.truth(of: filter) { return true }
            let value = try machine.evaluate(it.body)
            guard it.kind == .transformMapEntry else {
                try machine.context.charge(weightOf: pair.0)
                try map.insert(pair.0, value)
                return true
            }
            guard case .map(let entry) = value else { throw machine.noOverload("transformMapEntry", [value]) }
            for (key, value) in entry.entries {
                try machine.context.charge(weightOf: key)
                try map.insert(key, value)
            }
            return true
        }
        return .map(map)
    }

    private mutating func sort(_ range: PolicyValue, _ it: Program.Comprehension) throws -> PolicyValue {
        var pairs: [(key: PolicyValue, value: PolicyValue)] = []
        try walk(range, it) { machine, pair in
            pairs.append((try machine.evaluate(it.body), pair.1))
            return true
        }
        return .list(try ListLibrary.sorted(pairs, &context))
    }
}
