/// The nodes' answers side by side; the first field in which they differ is marked.
public struct AnswerTable: Sendable {
    public private(set) var nodes: [AnsweringNode] = []
    public private(set) var fields: [AnswerField] = []

    /// No answers.
    public init() {}

    /// The same fields of every node's answer, in one order.
    ///
    /// - Parameter rows: A field's name and one value for each node; none where a node gave no answer.
    public init(nodes: [AnsweringNode], rows: [(name: String, values: [String?])]) {
        self.nodes = nodes
        var isFirst = true
        for (name, values) in rows {
            let usual = Self.mostFrequent(values)
            let differs = values.contains { $0 != nil && $0 != usual }
            fields.append(
                AnswerField(
                    name: name, isFirstDifference: differs && isFirst,
                    cells: values.map { AnswerCell(text: $0, differs: $0 != nil && $0 != usual) }))
            if differs { isFirst = false }
        }
    }

    private static func mostFrequent(_ values: [String?]) -> String? {
        var counts: [(value: String, count: Int)] = []
        for value in values.compactMap({ $0 }) {
            if let place = counts.firstIndex(where: { $0.value == value }) {
                counts[place].count += 1
            } else {
                counts.append((value, 1))
            }
        }
        // Of two that are equally frequent the first stands.
        return counts.enumerated().max { ($0.element.count, -$0.offset) < ($1.element.count, -$1.offset) }?.element
            .value
    }
}

/// A node that was asked.
public struct AnsweringNode: Sendable {
    public var operatorName = ""
    public var jurisdiction = ""
    public var outcome = ""
    public var attestation: String?
    public var isSimulated = false

    public init() {}
}

public struct AnswerField: Sendable {
    let name: String
    let isFirstDifference: Bool
    let cells: [AnswerCell]
}

struct AnswerCell: Sendable {
    let text: String?
    let differs: Bool
}
