import NexusBase

/// Small expressions can make values whose parts are shared and whose text would be endless. What walks a whole value
/// without charging for it asks here first.
extension PolicyValue {
    /// Throws `policy.too-large` for a value with more elements than an evaluation may make. Costs nothing for scalars.
    @inline(__always)
    func requireSize(_ limits: PolicyLimits) throws {
        switch self {
        case .list, .map, .optional, .message: _ = try elementCount(limits)
        default: return
        }
    }

    /// Elements in all, itself included.
    func elementCount(_ limits: PolicyLimits) throws -> Int {
        var budget = limits.elementsMax
        guard countElements(&budget, PolicyLimits.valueDepthMax + PolicyLimits.nestingHardMax) else {
            throw PolicyError(.tooLarge, "a value of more than \(limits.elementsMax) elements, or nested too deep")
        }
        return limits.elementsMax - budget
    }

    func hasAtMost(_ count: Int) -> Bool {
        var budget = count
        return countElements(&budget, PolicyLimits.valueDepthMax + PolicyLimits.nestingHardMax)
    }

    fileprivate func countElements(_ budget: inout Int, _ depth: Int) -> Bool {
        budget -= 1
        guard budget >= 0, depth > 0 else { return false }
        switch self {
        case .list(let elements):
            for element in elements where !element.countElements(&budget, depth - 1) { return false }
        case .map(let map): return map.countElements(&budget, depth)
        case .message(let message): return message.fields.countElements(&budget, depth)
        case .optional(let value?): return value.countElements(&budget, depth - 1)
        default: break
        }
        return true
    }

    /// The value in at most some hundred characters, for errors and sentences.
    var brief: String {
        guard hasAtMost(64) else { return summary }
        let text: Text
        switch self {
        case .string(let value) where value.utf8.count > 400: return summary
        case .bytes(let value) where value.count > 100: return summary
        case .string, .list, .map: text = literal
        default: text = plainText
        }
        guard text.utf8.count > 120 else { return text.string }
        return String(String.UnicodeScalarView(text.string.unicodeScalars.prefix(100))) + "…"
    }

    private var summary: String {
        switch self {
        case .list(let elements): "a list of \(elements.count)"
        case .map(let map): "a map of \(map.count)"
        case .string(let text): "a string of \(text.utf8.count) bytes"
        case .bytes(let bytes): "\(bytes.count) bytes"
        default: "a large \(typeName)"
        }
    }

    /// As `json`, with a summary in place of a value of more than 10,000 elements.
    var boundedJSON: JSON { hasAtMost(10_000) ? json : .text(summary) }
}

extension PolicyMap {
    fileprivate func countElements(_ budget: inout Int, _ depth: Int) -> Bool {
        for (_, value) in entries where !value.countElements(&budget, depth - 1) { return false }
        return true
    }
}
