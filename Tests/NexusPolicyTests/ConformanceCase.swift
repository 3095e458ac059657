import Foundation
import NexusBase
import NexusPolicy

/// One test of a conformance file.
struct ConformanceCase {
    let path: String
    let expression: String
    let needsMessages: Bool
    private let fields: [String: Any]

    static func read(_ data: Data) throws -> [ConformanceCase] {
        guard let file = try JSONSerialization.jsonObject(with: data) as? [String: Any] else { return [] }
        var cases: [ConformanceCase] = []
        for section in file["section"] as? [[String: Any]] ?? [] {
            for test in section["test"] as? [[String: Any]] ?? [] {
                let path = "\(section["name"] ?? "")/\(test["name"] ?? "")"
                cases.append(
                    ConformanceCase(
                        path: path, expression: test["expr"] as? String ?? "",
                        needsMessages: test["needs_protobuf_messages"] as? Bool ?? false, fields: test))
            }
        }
        return cases
    }

    private func flag(_ name: String) -> Bool { fields[name] as? Bool ?? false }

    /// Nil when the case passes.
    func failure(_ zones: PolicyTimeZones?) -> String? {
        do {
            let bindings = try bindings()
            let environment = environment(bindings, zones)
            if flag("check_only") { return try typeFailure(environment) }
            return try evaluationFailure(environment, bindings)
        } catch { return "threw \(error)" }
    }

    private func typeFailure(_ environment: PolicyEnvironment) throws -> String? {
        let expression = try PolicyExpression(Text(self.expression), in: environment)
        return Self.typeMismatch(expression, fields["typed_result"] as? [String: Any])
    }

    private static func typeMismatch(_ expression: PolicyExpression, _ typed: [String: Any]?) -> String? {
        guard let wanted = typed?["deduced_type"] as? [String: Any] else { return nil }
        let type = type(wanted)
        return type == expression.resultType ? nil : "is of type \(expression.resultType), not \(type)"
    }

    private func evaluationFailure(
        _ environment: PolicyEnvironment, _ bindings: [(Text, PolicyValue)]
    ) throws -> String? {
        let wantsError = fields["eval_error"] != nil || fields["any_eval_errors"] != nil
        let value: PolicyValue
        let expression: PolicyExpression
        do {
            expression = try PolicyExpression(
                Text(self.expression), in: environment, isChecked: !flag("disable_check"))
            var bound = try expression.bindings()
            for (name, value) in bindings { try bound.set(name, value) }
            let (outcome, _, cost) = expression.explain(bound)
            switch outcome {
            case .value(let result): value = result
            case .failure(let error): throw error
            }
            if cost > expression.staticCost.worst { return "costs \(cost), estimated \(expression.staticCost.worst)" }
        } catch {
            return wantsError ? nil : "threw \(error)"
        }
        guard !wantsError else { return "came to \(value.literal), an error was wanted" }
        let typed = fields["typed_result"] as? [String: Any]
        if let mismatch = Self.typeMismatch(expression, typed) { return mismatch }
        let wanted = try (fields["value"] ?? typed?["result"]).map { try Self.value($0) } ?? .bool(true)
        return Self.isSame(value, wanted) ? nil : "came to \(value.literal), not \(wanted.literal)"
    }

    /// Stricter than `==`: of one type, and NaN is NaN.
    private static func isSame(_ left: PolicyValue, _ right: PolicyValue) -> Bool {
        guard left.typeName == right.typeName else { return false }
        switch (left, right) {
        case (.double(let a), .double(let b)): return a.bitPattern == b.bitPattern || (a.isNaN && b.isNaN) || a == b
        case (.bytes(let a), .bytes(let b)): return decoded(a) == decoded(b)
        case (.list(let a), .list(let b)): return a.count == b.count && zip(a, b).allSatisfy(isSame)
        case (.map(let a), .map(let b)):
            return a.count == b.count
                && a.entries.allSatisfy { entry in
                    b.entries.contains { isSame($0.key, entry.key) && isSame($0.value, entry.value) }
                }
        default: return left == right
        }
    }

    /// The JSON form of the suite was made by a converter that leaves the text format's `\?` undecoded in bytes, where
    /// the text format means `?` (parse/bytes_literals, both in expressions and in results): the two are one here.
    private static func decoded(_ bytes: [UInt8]) -> [UInt8] {
        bytes.indices.filter { bytes[$0] != 0x5C || $0 + 1 == bytes.count || bytes[$0 + 1] != 0x3F }.map { bytes[$0] }
    }

    private func environment(_ bindings: [(Text, PolicyValue)], _ zones: PolicyTimeZones?) -> PolicyEnvironment {
        var variables: [(Text, PolicyType)] = []
        var functions: [PolicyFunction] = []
        for declaration in fields["type_env"] as? [[String: Any]] ?? [] {
            let name = Text(declaration["name"] as? String ?? "")
            if let function = declaration["function"] as? [String: Any] {
                let overloads = (function["overloads"] as? [[String: Any]] ?? []).map { overload in
                    PolicyFunction.Overload(
                        isMember: overload["is_instance_function"] as? Bool ?? false,
                        (overload["params"] as? [[String: Any]] ?? []).map(Self.type),
                        Self.type(overload["result_type"] as? [String: Any] ?? [:]))
                }
                functions.append(PolicyFunction(name, overloads))
            } else {
                let ident = declaration["ident"] as? [String: Any]
                variables.append((name, Self.type(ident?["type"] as? [String: Any] ?? [:])))
            }
        }
        for (name, _) in bindings where !variables.contains(where: { $0.0 == name }) { variables.append((name, .dyn)) }
        return PolicyEnvironment(
            variables: variables, functions: functions,
            container: Text(fields["container"] as? String ?? ""), timeZones: zones)
    }

    private func bindings() throws -> [(Text, PolicyValue)] {
        let given = fields["bindings"] as? [String: [String: Any]] ?? [:]
        return try given.sorted { $0.key < $1.key }.map { (Text($0.key), try Self.value($0.value["value"] ?? [:])) }
    }
}
