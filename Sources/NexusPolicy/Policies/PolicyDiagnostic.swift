public import NexusBase

/// An error of a policy document beside the expression it is about: what a person needs to mend it.
public struct PolicyDiagnostic: Sendable {
    public let error: PolicyError
    /// The expression, where the error is about one.
    public let source: Text?
    /// The rule that the expression belongs to.
    public let rule: Text?
    /// Line and column in the expression, both from 1.
    public let position: PolicyPosition?

    /// `json` is the document that `Policy(json:)` refused with `error`.
    public init(_ error: PolicyError, in json: JSON) {
        self.error = error
        let parts = (error.place ?? "").utf8.split(separator: UInt8(ascii: ":"), maxSplits: 1).map { Substring($0) }
        var found: (source: Text, rule: Text)?
        if let path = parts.first, path.hasPrefix("rules["), path.hasSuffix("].when"),
            let index = Int(path.dropFirst(6).dropLast(6)), case .object(let object) = json,
            case .array(let rules)? = object["rules"], rules.indices.contains(index),
            case .object(let rule) = rules[index], case .string(let when)? = rule["when"],
            case .string(let name)? = rule["name"]
        {
            found = (when, name)
        }
        source = found?.source
        rule = found?.rule
        position = parts.count == 2 ? PolicyPosition(place: String(parts[1])) : nil
    }

    /// The error of an expression on its own.
    public init(_ error: PolicyError, in source: Text) {
        self.error = error
        self.source = source
        rule = nil
        position = error.position
    }

    /// The line of the expression and a caret under the column; nil where the error has no place in an expression.
    public var excerpt: (line: String, caret: String)? {
        guard let source, let position, let line = SourceText(source).line(position.line) else { return nil }
        return (line, String(repeating: " ", count: max(0, position.column - 1)) + "^")
    }
}

extension PolicyBindings {
    /// Reads `name=value` or `name:type=value` pairs: the type is one of policy-v1, `string` unless said; strings stand
    /// as they are, every other value as JSON (decimals, dates and durations with or without quotes).
    /// Throws `policy.bad-argument` at the pair, or what the value's reader throws.
    public static func assignments(
        _ texts: [Text]
    ) throws -> [(variable: PolicyEnvironment.Variable, value: PolicyValue)] {
        try texts.map { text in
            let bytes = text.bytes
            guard let equals = bytes.firstIndex(of: UInt8(ascii: "=")) else {
                throw PolicyError(.badArgument, "write NAME=VALUE or NAME:TYPE=VALUE", at: text.string)
            }
            let head = bytes[..<equals].split(separator: UInt8(ascii: ":"), maxSplits: 1)
            guard let first = head.first, first.allSatisfy({ $0.isNamePart || $0 == UInt8(ascii: ".") }),
                first.first?.isNameStart == true
            else { throw PolicyError(.badArgument, "a variable has a name before the =", at: text.string) }
            let name = Text(String(decoding: first, as: UTF8.self))
            let typeName = head.count == 2 ? Text(String(decoding: head[1], as: UTF8.self)) : "string"
            guard let type = PolicyType(parsing: typeName) else {
                throw PolicyError(.badArgument, "\"\(typeName)\" is no type of a policy", at: name.string)
            }
            let value = Array(bytes[(equals + 1)...])
            let plain = JSON.string(Text(String(decoding: value, as: UTF8.self)))
            var json = plain
            switch type {
            case .string: break
            case .int, .uint, .double, .decimal, .timestamp, .duration, .bytes:
                if value.first == UInt8(ascii: "\"") { json = try Self.json(value, name) }
            default: json = try Self.json(value, name)
            }
            return (.init(name, type), try PolicyValue(json: json, as: type, at: name.string))
        }
    }

    private static func json(_ bytes: [UInt8], _ name: Text) throws -> JSON {
        do { return try JSON(parsing: bytes) } catch let error as BaseError {
            throw PolicyError(.badArgument, "the value is not JSON: \(error.message)", at: name.string)
        }
    }
}

extension PolicyTrace {
    /// The trace line by line, parts indented under the whole: `a > b  ->  true (by 3)`.
    public var outline: [(depth: Int, source: String, outcome: String)] {
        var lines: [(depth: Int, source: String, outcome: String)] = []
        append(to: &lines, 0)
        return lines
    }

    private func append(to lines: inout [(depth: Int, source: String, outcome: String)], _ depth: Int) {
        var text =
            switch outcome {
            case .value(let value): value.brief
            case .failure(let error): "\(error.qualifiedCode): \(error.message)"
            }
        if let margin = comparison?.margin { text += " (margin \(margin.brief))" }
        if let element { text += " for \(element.brief)" }
        lines.append((depth, source.string, text))
        for child in children { child.append(to: &lines, depth + 1) }
        if droppedCount > 0 { lines.append((depth + 1, "", "\(droppedCount) more parts are not kept")) }
    }
}

extension PolicyDecision {
    /// The decision with the traces of its findings: `{permitted, refusals, notifications, cost, tzdata}`.
    public var json: JSON {
        let told = notifications.map { notification in
            var object = notification.finding.members
            object["notify"] = .string(notification.notify)
            return JSON.object(object)
        }
        return [
            "cost": .int(Int(clamping: cost)), "notifications": .array(told), "permitted": .bool(isPermitted),
            "refusals": .array(refusals.map { .object($0.members) }), "tzdata": timeZoneVersion.map { .string($0) },
        ]
    }
}

extension PolicyDecision.Finding {
    /// `{rule, because, explanation, trace, error}`.
    package var members: JSONObject {
        var object = JSONObject()
        object["rule"] = .string(rule)
        object["because"] = .string(because)
        object["explanation"] = .text(explanation)
        object["trace"] = trace.json
        object["error"] = failure.map { .text($0.qualifiedCode) }
        return object
    }
}
