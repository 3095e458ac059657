// A model is one function, in a file of its own:
//
//     func evaluate(_ call: ModelCall) throws(ModelError) -> Outputs {
//         let reading = try call.input("reading")
//         return ["doubled": .decimal(try reading + reading)]
//     }

/// The document a model is given.
struct ModelCall {
    private let document: JSON

    fileprivate init(_ document: JSON) { self.document = document }

    /// The decimal input `name`; `missing` or `bad-decimal` otherwise.
    func input(_ name: Text) throws(ModelError) -> ExactDecimal { try decimal("inputs", name) }

    /// The decimal parameter `name`; `missing` or `bad-decimal` otherwise.
    func parameter(_ name: Text) throws(ModelError) -> ExactDecimal { try decimal("parameters", name) }

    /// The text `name` of the context, such as `occurrence`.
    func context(_ name: Text) throws(ModelError) -> Text { try text("context", name) }

    /// Any value of a section (`inputs`, `parameters`, `context`), or nil.
    func value(_ section: Text, _ name: Text) -> JSON? { document[section]?[name] }

    /// The text `name` of a section.
    func text(_ section: Text, _ name: Text) throws(ModelError) -> Text {
        guard let value = value(section, name) else {
            throw ModelError("missing", "the value is missing", at: section + "." + name)
        }
        guard case .string(let text) = value else {
            throw ModelError("wrong-type", "a string is needed", at: section + "." + name)
        }
        return text
    }

    private func decimal(_ section: Text, _ name: Text) throws(ModelError) -> ExactDecimal {
        try ExactDecimal(try text(section, name), at: section + "." + name)
    }
}

/// What a model answers: a value for each name.
struct Outputs: ExpressibleByDictionaryLiteral {
    fileprivate let members: [(key: Text, value: JSON)]

    init(dictionaryLiteral elements: (Text, JSON)...) {
        members = elements.map { (key: $0.0, value: $0.1) }
    }

    init(_ members: [(Text, JSON)]) { self.members = members.map { (key: $0.0, value: $0.1) } }

    /// The name `error` is the interface's own, and a name stands once.
    fileprivate func document() throws(ModelError) -> JSON {
        for (index, member) in members.enumerated() {
            if member.key == "error" { throw ModelError("bad-output", "no output is named error") }
            for other in members[..<index] where member.key == other.key {
                throw ModelError("bad-output", "two outputs have one name", at: member.key)
            }
        }
        return .object(members)
    }
}

private func answer(_ source: UnsafeBufferPointer<UInt8>) -> JSON {
    do {
        return try evaluate(ModelCall(try JSONReader.read(source))).document()
    } catch {
        var members = [
            (key: "code" as Text, value: JSON.string(error.code)), (key: "message", value: .string(error.message)),
        ]
        if !error.place.bytes.isEmpty { members.append((key: "place", value: .string(error.place))) }
        return .object([(key: "error", value: .object(members))])
    }
}

/// The interface's entry (model-abi-v1): the block of the answer, its address in the high half.
@_expose(wasm, "evaluate")
@_cdecl("evaluate")
func nexusEvaluate(_ address: UInt32, _ count: UInt32) -> UInt64 {
    let source = UnsafeBufferPointer(start: UnsafePointer<UInt8>(bitPattern: UInt(address)), count: Int(count))
    var writer = JSONWriter()
    writer.write(answer(source))
    let bytes = writer.bytes
    let block = UnsafeMutablePointer<UInt8>.allocate(capacity: bytes.count)
    block.initialize(from: bytes, count: bytes.count)
    return UInt64(UInt(bitPattern: block)) << 32 | UInt64(bytes.count)
}
