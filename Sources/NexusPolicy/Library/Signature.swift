import NexusBase

/// Reads the signatures in which the standard library is declared: `(int, int) int`, `list(A).(int) A`. One capital
/// letter is a type parameter.
struct Signature {
    private var scanner: Substring.UTF8View

    static func overload(_ text: String) -> PolicyFunction.Overload {
        var reader = Signature(scanner: Substring(text).utf8)
        var parameters: [PolicyType] = []
        var isMember = false
        if reader.scanner.first != UInt8(ascii: "(") {
            isMember = true
            parameters.append(reader.type())
            reader.take(".")
        }
        reader.take("(")
        while reader.scanner.first != UInt8(ascii: ")") {
            parameters.append(reader.type())
            reader.skip(", ")
        }
        reader.take(")")
        reader.skip(" ")
        return PolicyFunction.Overload(isMember: isMember, parameters, reader.type())
    }

    private mutating func take(_ character: Unicode.Scalar) {
        precondition(scanner.first == UInt8(ascii: character), "a signature of the standard library is misspelt")
        scanner.removeFirst()
    }

    private mutating func skip(_ characters: String) {
        while let byte = scanner.first, characters.utf8.contains(byte) { scanner.removeFirst() }
    }

    private mutating func type() -> PolicyType {
        let name = Text(String(Substring(scanner.prefix { $0.isNamePart })))
        scanner.removeFirst(name.utf8.count)
        var inner: [PolicyType] = []
        if scanner.first == UInt8(ascii: "("), name == "list" || name == "map" || name == "optional" || name == "type" {
            take("(")
            while scanner.first != UInt8(ascii: ")") {
                inner.append(type())
                skip(", ")
            }
            take(")")
        }
        switch name {
        case "list": return .list(inner[0])
        case "map": return .map(inner[0], inner[1])
        case "optional": return .optional(inner[0])
        case "type": return .type(inner.first ?? .dyn)
        case "ip": return .address
        case "cidr": return .block
        default:
            if name.utf8.count == 1 { return .parameter(name) }
            guard let simple = Self.simple[name] else { preconditionFailure("no type \(name) in the standard library") }
            return simple
        }
    }

    private static let simple: [Text: PolicyType] = [
        "dyn": .dyn, "null": .null, "bool": .bool, "int": .int, "uint": .uint, "double": .double, "string": .string,
        "bytes": .bytes, "timestamp": .timestamp, "duration": .duration, "decimal": .decimal, "quantity": .quantity,
    ]
}

extension PolicyFunction {
    static func unary(
        _ name: Text, _ signatures: [String], _ body: @escaping @Sendable (PolicyValue) throws -> PolicyValue?
    ) -> PolicyFunction {
        PolicyFunction(name, .unary(body), signatures.map(Signature.overload))
    }

    static func binary(
        _ name: Text, _ signatures: [String],
        _ body: @escaping @Sendable (PolicyValue, PolicyValue) throws -> PolicyValue?
    ) -> PolicyFunction {
        PolicyFunction(name, .binary(body), signatures.map(Signature.overload))
    }

    static func contextual(
        _ name: Text, _ signatures: [String],
        _ body: @escaping @Sendable ([PolicyValue], inout EvaluationContext) throws -> PolicyValue?
    ) -> PolicyFunction {
        PolicyFunction(name, .contextual(body), signatures.map(Signature.overload))
    }
}
