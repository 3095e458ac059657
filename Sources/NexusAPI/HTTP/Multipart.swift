import HTTPTypes
import NexusBase

/// A form with files, `multipart/form-data` (RFC 7578), as browsers send it. Strict: what no browser sends is refused.
struct Multipart {
    struct Part {
        let name: String
        let bytes: [UInt8]
    }

    private(set) var parts: [Part] = []

    /// Throws `api.unsupported-type`, `api.bad-request`, `api.too-large`.
    init(_ bytes: [UInt8], contentType: String) throws {
        let boundary = try Self.boundary(in: contentType)
        let delimiter = Array("\r\n--\(boundary)".utf8)
        var place = delimiter.count - 2
        guard bytes.starts(with: delimiter.dropFirst(2)) else { throw Self.bad("the form does not begin") }
        while true {
            if bytes[place...].starts(with: Array("--".utf8)) { break }
            guard bytes[place...].starts(with: Self.lineEnd) else { throw Self.bad("a part does not begin") }
            guard parts.count < APILimits.formPartsMax else {
                throw APIError(.tooLarge, "a form has at most \(APILimits.formPartsMax) parts", at: "body")
            }
            place += 2
            guard let headEnd = Self.find(Self.headEnd, in: bytes, from: place), headEnd - place < 1024 else {
                throw Self.bad("a part has no head")
            }
            let name = try Self.name(in: String(decoding: bytes[place..<headEnd], as: UTF8.self))
            let start = headEnd + Self.headEnd.count
            guard let end = Self.find(delimiter, in: bytes, from: start) else { throw Self.bad("a part does not end") }
            parts.append(Part(name: name, bytes: Array(bytes[start..<end])))
            place = end + delimiter.count
        }
    }

    /// The text of the one part of this name; nil where there is none. Throws `api.bad-request`.
    func text(_ name: String) throws -> String? {
        let found = files(name)
        guard found.count < 2, let text = found.first.map({ String(validating: $0, as: UTF8.self) }) ?? "" else {
            throw Self.bad("\(name) is one text")
        }
        return found.isEmpty ? nil : text
    }

    /// The contents of all parts of this name.
    func files(_ name: String) -> [[UInt8]] {
        parts.filter { $0.name.utf8.elementsEqual(name.utf8) }.map(\.bytes)
    }

    private static let lineEnd = Array("\r\n".utf8)
    private static let headEnd = Array("\r\n\r\n".utf8)

    private static func bad(_ message: String) -> APIError { APIError(.badRequest, message, at: "body") }

    private static func boundary(in contentType: String) throws -> String {
        let parts = contentType.split(separator: ";").map { $0.trimmingPrefix(while: \.isWhitespace) }
        guard parts.count == 2, parts[0].lowercased().utf8.elementsEqual("multipart/form-data".utf8),
            parts[1].hasPrefix("boundary=")
        else { throw APIError(.unsupportedType, "this form is multipart/form-data", at: "content-type") }
        let boundary = parts[1].dropFirst("boundary=".count).filter { $0 != "\"" }
        let plain = boundary.utf8.allSatisfy { (0x27...0x7A).contains($0) }
        guard (1...70).contains(boundary.utf8.count), plain else { throw bad("no boundary of a form") }
        return String(boundary)
    }

    /// `Content-Disposition: form-data; name="…"`. Names are ours: what needs an escape is none of them.
    private static func name(in head: String) throws -> String {
        for line in head.split(separator: "\r\n") {
            guard line.lowercased().hasPrefix("content-disposition: form-data;"),
                let start = line.firstRange(of: " name=\"")
            else { continue }
            let name = line[start.upperBound...].prefix { $0 != "\"" }
            if name.utf8.allSatisfy({ (0x61...0x7A).contains($0) }), !name.isEmpty { return String(name) }
        }
        throw bad("a part has no name")
    }

    private static func find(_ wanted: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
        bytes.withUnsafeBufferPointer { bytes in
            var place = start
            while place + wanted.count <= bytes.count {
                if bytes[place] == wanted[0], wanted.indices.allSatisfy({ bytes[place + $0] == wanted[$0] }) {
                    return place
                }
                place += 1
            }
            return nil
        }
    }
}
