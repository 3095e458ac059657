import Foundation
import NexusBase
import NexusIndex

/// The query of a request, taken apart name by name like `Fields`: what is left is refused.
struct Query {
    private var items: [(name: String, value: String)] = []

    /// Throws `api.bad-request` for what is not percent-encoded UTF-8, or a name twice.
    init(_ text: String?) throws {
        guard let text, !text.isEmpty else { return }
        guard text.utf8.count <= APILimits.queryBytesMax else {
            throw APIError(.badRequest, "more than \(APILimits.queryBytesMax) bytes of query", at: "query")
        }
        for pair in text.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Self.decoded(parts[0]), let value = Self.decoded(parts.count == 2 ? parts[1] : "") else {
                throw APIError(.badRequest, "not percent-encoded UTF-8", at: "query")
            }
            guard !items.contains(where: { $0.name == name }), items.count < APILimits.queryItemsMax else {
                throw APIError(.badRequest, "given twice, or too many", at: "query.\(name.prefix(64))")
            }
            items.append((name, value))
        }
    }

    private static func decoded(_ text: some StringProtocol) -> String? {
        String(text).replacing("+", with: " ").percentDecoded
    }

    /// All of it, for a page that passes it on.
    var pairs: [(name: String, value: String)] { items }

    mutating func take(_ name: String) -> String? {
        guard let place = items.firstIndex(where: { $0.name == name }) else { return nil }
        return items.remove(at: place).value
    }

    mutating func integer(_ name: String, in range: ClosedRange<Int>) throws -> Int? {
        guard let text = take(name) else { return nil }
        guard let value = Int(text), range.contains(value), "\(value)" == text else {
            throw APIError(
                .badRequest, "an integer from \(range.lowerBound) to \(range.upperBound)", at: "query.\(name)")
        }
        return value
    }

    mutating func instant(_ name: String) throws -> Instant? {
        guard let text = take(name) else { return nil }
        do { return try Instant(parsing: Text(text)) } catch let error as BaseError { throw error.at("query.\(name)") }
    }

    mutating func choice<Value: RawRepresentable & CaseIterable>(
        _ name: String, _ type: Value.Type = Value.self
    ) throws -> Value? where Value.RawValue == String {
        guard let text = take(name) else { return nil }
        guard let value = Value.allCases.first(where: { $0.rawValue == text }) else {
            let names = Value.allCases.map(\.rawValue).joined(separator: ", ")
            throw APIError(.badRequest, "one of \(names)", at: "query.\(name)")
        }
        return value
    }

    mutating func page() throws -> Page {
        var page = Page()
        page.limit = try integer("limit", in: 1...IndexLimits.pageMax) ?? page.limit
        if let cursor = take("cursor") { try page.read(cursor: cursor) }
        return page
    }

    func finish() throws {
        guard let left = items.first else { return }
        throw APIError(.badRequest, "this route has no such parameter", at: "query.\(left.name.prefix(64))")
    }
}

extension StringProtocol {
    /// The text that is percent-encoded here; nil for what is no UTF-8 or holds a NUL.
    var percentDecoded: String? { removingPercentEncoding.flatMap { $0.utf8.contains(0) ? nil : $0 } }
}
