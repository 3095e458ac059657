import Foundation
import NexusBase
import NexusTestInputs
import NexusTrust
import Testing

extension Vectors {
    static func json(_ path: String) throws -> JSON { try JSON(parsing: bytes(path)) }

    /// A text file without the white space around its text.
    static func text(_ path: String) throws -> String {
        String(decoding: try bytes(path), as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    static func files(under name: String) -> [String] {
        let folder = root.appendingPathComponent(name)
        let found = FileManager.default.enumerator(atPath: folder.path)
        return (found?.allObjects as? [String] ?? []).filter { $0.hasSuffix(".json") }.sorted().map { "\(name)/\($0)" }
    }
}

extension JSON {
    /// A member of an object, or an element of an array.
    subscript(_ key: Text) -> JSON? {
        guard case .object(let object) = self else { return nil }
        return object[key]
    }

    var members: [(key: Text, value: JSON)] {
        guard case .object(let object) = self else { return [] }
        return object.members
    }

    var elements: [JSON] {
        guard case .array(let elements) = self else { return [] }
        return elements
    }

    var text: Text? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    /// The same with a member set, or removed for nil.
    func with(_ key: Text, _ value: JSON?) -> JSON {
        guard case .object(var object) = self else { return self }
        object[key] = value
        return .object(object)
    }
}

/// The code of the error that `body` throws.
func trustCode(_ body: () throws -> some Any) -> String? {
    do {
        _ = try body()
        return nil
    } catch { return (error as? any CodedFailure)?.qualifiedCode ?? "\(error)" }
}
