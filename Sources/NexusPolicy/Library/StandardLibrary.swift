import NexusBase

/// Everything an environment knows without being told: the language's own functions and the extension libraries.
enum StandardLibrary {
    static let functions: [Text: PolicyFunction] = {
        let all =
            operators + CoreLibrary.functions + ConversionLibrary.functions + TimeLibrary.functions
            + StringLibrary.functions + MathLibrary.functions + EncoderLibrary.functions + ListLibrary.functions
            + SetLibrary.functions + OptionalLibrary.functions + NetworkLibrary.functions + DecimalLibrary.functions
        var table: [Text: PolicyFunction] = [:]
        for function in all {
            guard let known = table[function.name] else {
                table[function.name] = function
                continue
            }
            // Two libraries that share a name (`reverse` of strings and of lists) are tried in turn.
            table[function.name] = known.merged(with: function)
        }
        return table
    }()

    static let typeNames: [Text: PolicyType] = {
        var names: [Text: PolicyType] = [
            "bool": .bool, "int": .int, "uint": .uint, "double": .double, "string": .string, "bytes": .bytes,
            "null_type": .null, "list": .list(.dyn), "map": .map(.dyn, .dyn), "type": .type(.dyn),
            "optional_type": .optional(.dyn), "decimal": .decimal, "quantity": .quantity, "net.IP": .address,
            "net.CIDR": .block, "google.protobuf.Timestamp": .timestamp, "google.protobuf.Duration": .duration,
        ]
        for name in Array(WellKnownType.wrappers.keys) + Array(WellKnownType.messages.keys) where names[name] == nil {
            names[name] = WellKnownType.type(named: name)
        }
        return names
    }()

    static let constants: [Text: PolicyValue] = ["google.protobuf.NullValue.NULL_VALUE": .null]

    /// Signatures only: the compiler turns operators into operations of their own.
    private static let operators: [PolicyFunction] = {
        let ordered = [
            "int", "uint", "double", "string", "bytes", "bool", "timestamp", "duration", "decimal", "quantity",
        ]
        let mixed = [("decimal", "int"), ("int", "decimal"), ("decimal", "uint"), ("uint", "decimal")]
        let numbers = ["int", "uint", "double"]
        var result: [PolicyFunction] = []
        func add(_ name: Text, _ signatures: [String]) { result.append(.binary(name, signatures) { _, _ in nil }) }
        for name in ["_<_", "_<=_", "_>_", "_>=_"] as [Text] {
            add(name, ordered.map { "(\($0), \($0)) bool" } + mixed.map { "(\($0.0), \($0.1)) bool" })
        }
        for name in ["_==_", "_!=_"] as [Text] { add(name, ["(A, A) bool"] + mixed.map { "(\($0.0), \($0.1)) bool" }) }
        let sums =
            (numbers + ["decimal", "quantity", "duration"]).map { "(\($0), \($0)) \($0)" }
            + ["(decimal, int) decimal", "(int, decimal) decimal"]
        add(
            "_+_",
            sums + [
                "(string, string) string", "(bytes, bytes) bytes", "(list(A), list(A)) list(A)",
                "(timestamp, duration) timestamp", "(duration, timestamp) timestamp",
            ])
        add("_-_", sums + ["(timestamp, timestamp) duration", "(timestamp, duration) timestamp"])
        add(
            "_*_",
            (numbers + ["decimal"]).map { "(\($0), \($0)) \($0)" } + [
                "(decimal, int) decimal",
                "(int, decimal) decimal", "(quantity, decimal) quantity", "(decimal, quantity) quantity",
                "(quantity, int) quantity", "(int, quantity) quantity",
            ])
        add("_/_", numbers.map { "(\($0), \($0)) \($0)" })
        add("_%_", ["(int, int) int", "(uint, uint) uint"])
        add("@in", ["(A, list(A)) bool", "(A, map(A, B)) bool"])
        add("!_", ["(bool) bool"])
        add("-_", ["int", "double", "decimal", "quantity", "duration"].map { "(\($0)) \($0)" })
        return result
    }()
}

extension PolicyFunction {
    fileprivate func merged(with other: PolicyFunction) -> PolicyFunction {
        guard let first = native, let second = other.native else { return self }
        return PolicyFunction(
            name,
            .contextual { arguments, context in
                try first.run(arguments, &context) ?? second.run(arguments, &context)
            }, overloads + other.overloads)
    }
}

extension NativeFunction {
    func run(_ arguments: [PolicyValue], _ context: inout EvaluationContext) throws -> PolicyValue? {
        switch self {
        case .unary(let body): arguments.count == 1 ? try body(arguments[0]) : nil
        case .binary(let body): arguments.count == 2 ? try body(arguments[0], arguments[1]) : nil
        // An operation of the machine, never a part of a merged function.
        case .affix: nil
        case .contextual(let body): try body(arguments, &context)
        }
    }
}
