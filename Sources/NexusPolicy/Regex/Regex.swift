import NexusBase

/// A regular expression of RE2's syntax that answers whether a text contains a match, in time linear in the text: all
/// states advance together, one scalar at a time (Thompson; Pike).
struct Regex: Sendable {
    enum Instruction: Sendable {
        case set(CharacterSet)
        case assertion(RegexSyntax.Assertion)
        case split(Int, Int)
        case jump(Int)
        case match
    }

    private var instructions: [Instruction] = []

    /// Throws `policy.bad-regex`, or `policy.too-large` past `PolicyLimits.regexInstructionsMax`.
    init(_ pattern: Text, limits: PolicyLimits) throws {
        var parser = RegexParser(pattern)
        let syntax = try parser.parse()
        guard syntax.size < limits.regexInstructionsMax else {
            throw PolicyError(
                .tooLarge,
                "the regular expression compiles to more than \(limits.regexInstructionsMax) instructions")
        }
        compile(syntax)
        instructions.append(.match)
    }

    private mutating func compile(_ syntax: RegexSyntax) {
        switch syntax {
        case .empty: break
        case .set(let set): instructions.append(.set(set))
        case .assertion(let assertion): instructions.append(.assertion(assertion))
        case .sequence(let parts): for part in parts { compile(part) }
        case .alternatives(let parts):
            var jumps: [Int] = []
            for (index, part) in parts.enumerated() {
                guard index < parts.count - 1 else {
                    compile(part)
                    break
                }
                let split = reserve()
                compile(part)
                jumps.append(reserve())
                instructions[split] = .split(split + 1, instructions.count)
            }
            for jump in jumps { instructions[jump] = .jump(instructions.count) }
        case .repeated(let part, let min, let max):
            for _ in 0..<min { compile(part) }
            guard let max else {
                let split = reserve()
                compile(part)
                instructions.append(.jump(split))
                instructions[split] = .split(split + 1, instructions.count)
                return
            }
            var splits: [Int] = []
            for _ in min..<Swift.max(min, max) {
                splits.append(reserve())
                compile(part)
            }
            for split in splits { instructions[split] = .split(split + 1, instructions.count) }
        }
    }

    private mutating func reserve() -> Int {
        instructions.append(.match)
        return instructions.count - 1
    }

    /// Whether some part of the text matches. Charges for every state visited.
    func matches(_ text: Text, _ context: inout EvaluationContext) throws -> Bool {
        var current = States(count: instructions.count)
        var next = States(count: instructions.count)
        var previous: Unicode.Scalar?
        var iterator = text.string.unicodeScalars.makeIterator()
        var scalar = iterator.next()
        while true {
            // Unanchored: a match may start anywhere.
            if follow(0, &current, previous, scalar) { return true }
            guard let here = scalar else { return false }
            try context.charge(UInt64(current.order.count) / 4 + 1)
            let after = iterator.next()
            next.clear()
            for state in current.order {
                guard case .set(let set) = instructions[state], set.contains(here) else { continue }
                if follow(state + 1, &next, here, after) { return true }
            }
            swap(&current, &next)
            previous = here
            scalar = after
        }
    }

    /// Adds the state and all it reaches without reading; true when that includes the match.
    private func follow(
        _ start: Int, _ states: inout States, _ previous: Unicode.Scalar?, _ scalar: Unicode.Scalar?
    ) -> Bool {
        var pending = [start]
        while let state = pending.popLast() {
            guard states.insert(state) else { continue }
            switch instructions[state] {
            case .set: break
            case .match: return true
            case .jump(let target): pending.append(target)
            case .split(let first, let second):
                pending.append(second)
                pending.append(first)
            case .assertion(let assertion):
                if Self.holds(assertion, previous, scalar) { pending.append(state + 1) }
            }
        }
        return false
    }

    private static func holds(
        _ assertion: RegexSyntax.Assertion, _ previous: Unicode.Scalar?, _ next: Unicode.Scalar?
    ) -> Bool {
        switch assertion {
        case .textStart: previous == nil
        case .textEnd: next == nil
        case .lineStart: previous == nil || previous == "\n"
        case .lineEnd: next == nil || next == "\n"
        case .wordBoundary: CharacterSet.isWord(previous) != CharacterSet.isWord(next)
        case .notWordBoundary: CharacterSet.isWord(previous) == CharacterSet.isWord(next)
        }
    }

    /// States in the order they were reached, each once.
    private struct States {
        private(set) var order: [Int] = []
        private var marks: [UInt32]
        private var generation: UInt32 = 1

        init(count: Int) { marks = Array(repeating: 0, count: count) }

        mutating func insert(_ state: Int) -> Bool {
            guard marks[state] != generation else { return false }
            marks[state] = generation
            order.append(state)
            return true
        }

        mutating func clear() {
            order.removeAll(keepingCapacity: true)
            generation += 1
        }
    }
}
