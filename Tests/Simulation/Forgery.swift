package import NexusBase
import NexusTestSupport

/// Walks a document and makes every small forgery of it: each field changed, dropped, doubled or exchanged with its
/// neighbour, also inside the documents that stand in it as base64, and each byte of a signature flipped.
package struct Forgery {
    /// Where it was done, and what.
    package let name: String
    package let document: JSON

    /// Calls `body` with each forgery of a document. None equals the original.
    package static func each(of json: JSON, _ name: String = "", _ body: (Forgery) -> Void) {
        func made(_ what: String, _ changed: JSON) {
            if changed != json { body(Forgery(name: "\(name) \(what)", document: changed)) }
        }
        switch json {
        case .object(let object): members(object, name, made, body)
        case .array(let elements): self.elements(elements, name, made, body)
        case .integer(let value):
            made("greater", .integer(value + 1))
            made("less", .integer(value - 1))
            made("as text", .text("\(value)"))
        case .bool(let value): made("turned", .bool(!value))
        case .string(let text): string(text, name, made, body)
        default: made("something", .integer(0))
        }
    }

    private static func members(
        _ object: JSONObject, _ name: String, _ made: (String, JSON) -> Void, _ body: (Forgery) -> Void
    ) {
        let members = object.members
        for (index, member) in members.enumerated() {
            let key = member.key.string
            each(of: member.value, "\(name).\(key)") { inner in
                var changed = object
                changed[member.key] = inner.document
                body(Forgery(name: inner.name, document: .object(changed)))
            }
            var dropped = object
            dropped[member.key] = nil
            made("without \(key)", .object(dropped))
            var renamed = object
            renamed[Text(key + "2")] = member.value
            made("\(key) doubled", .object(renamed))
            var spliced = object
            spliced[member.key] = members[(index + 1) % members.count].value
            made("\(key) spliced", .object(spliced))
            var emptied = object
            emptied[member.key] = .null
            made("\(key) null", .object(emptied))
        }
    }

    private static func elements(
        _ elements: [JSON], _ name: String, _ made: (String, JSON) -> Void, _ body: (Forgery) -> Void
    ) {
        for (index, element) in elements.enumerated() {
            each(of: element, "\(name).\(index)") { inner in
                var changed = elements
                changed[index] = inner.document
                body(Forgery(name: inner.name, document: .array(changed)))
            }
            var changed = elements
            changed.remove(at: index)
            made("without \(index)", .array(changed))
            changed = elements
            changed.insert(element, at: index)
            made("\(index) twice", .array(changed))
            guard index + 1 < elements.count else { continue }
            changed = elements
            changed.swapAt(index, index + 1)
            made("\(index) and the next exchanged", .array(changed))
            changed = elements
            changed[index] = elements[index + 1]
            made("\(index) as the next", .array(changed))
        }
    }

    private static func string(
        _ text: Text, _ name: String, _ made: (String, JSON) -> Void, _ body: (Forgery) -> Void
    ) {
        guard let bytes = try? Base64.decode(text.string), bytes.count > 8 else {
            let source = text.bytes
            for place in Set([0, source.count / 2, source.count - 1]).sorted() where source.indices.contains(place) {
                var changed = source
                changed[place] ^= 1
                made("letter \(place)", .text(String(decoding: changed, as: UTF8.self)))
            }
            return made("longer", .string(Text(text.string + " ")))
        }
        // Not how these bytes are written: a line break, or bits that mean nothing.
        made("with a break", .string(Text(text.string + "\n")))
        if let inner = try? JSON(parsing: bytes) {
            each(of: inner, name + "|") { forged in
                body(Forgery(name: forged.name, document: .base64(forged.document.canonicalBytes)))
            }
            made("not canonical", .base64([0x20] + bytes))
            return
        }
        // A signature is taken byte by byte.
        let step = bytes.count <= 64 ? 1 : max(1, bytes.count / 16)
        for place in stride(from: 0, to: bytes.count, by: step) {
            var changed = bytes
            changed[place] ^= 1 << UInt8(place % 8)
            made("byte \(place)", .base64(changed))
        }
        made("shorter", .base64(Array(bytes.dropLast())))
        made("longer", .base64(bytes + [0]))
    }
}
