/// Text with roles instead of colours: what is good, bad, a warning, an accent. A terminal shows them, a pipe does not.
struct Styled: Sendable, Hashable, ExpressibleByStringInterpolation {
    enum Role: String, Sendable, Hashable {
        case plain, bold, dim, good, bad, warn, accent

        /// Select Graphic Rendition parameters (ECMA-48 section 8.3.117): basic colours, which every theme sets.
        var parameters: String {
            switch self {
            case .plain: ""
            case .bold: "1"
            case .dim: "2"
            case .good: "32"
            case .bad: "1;31"
            case .warn: "33"
            case .accent: "36"
            }
        }
    }

    struct Span: Sendable, Hashable {
        let text: String
        let role: Role
    }

    private(set) var spans: [Span]

    init(_ text: String, _ role: Role = .plain) { spans = [Span(text: Styled.harmless(text), role: role)] }
    init(stringLiteral value: String) { self.init(value) }
    init(stringInterpolation: StringInterpolation) { spans = stringInterpolation.spans }

    static func bold(_ text: String) -> Styled { Styled(text, .bold) }
    static func dim(_ text: String) -> Styled { Styled(text, .dim) }
    static func good(_ text: String) -> Styled { Styled(text, .good) }
    static func bad(_ text: String) -> Styled { Styled(text, .bad) }
    static func warn(_ text: String) -> Styled { Styled(text, .warn) }
    static func accent(_ text: String) -> Styled { Styled(text, .accent) }
    /// A stage of the lifecycle of clauses and policies.
    static func stage(_ text: String) -> Styled { Styled(text, text == "active" ? .good : .plain) }

    static func + (left: Styled, right: Styled) -> Styled {
        var sum = left
        sum.spans += right.spans
        return sum
    }

    var text: String { spans.map(\.text).joined() }
    /// Columns on a terminal.
    var width: Int { spans.reduce(0) { $0 + DisplayWidth.of($1.text) } }

    func rendered(colour: Bool) -> String {
        guard colour else { return text }
        return spans.map { span in
            span.role == .plain || span.text.isEmpty
                ? span.text : "\u{1B}[\(span.role.parameters)m\(span.text)\u{1B}[0m"
        }.joined()
    }

    /// Without the spaces at its end.
    var trimmedEnd: Styled {
        var result = self
        while let last = result.spans.last {
            let kept = String(last.text.reversed().drop { $0 == " " }.reversed())
            if !kept.isEmpty, kept.utf8.count == last.text.utf8.count { break }
            result.spans.removeLast()
            if !kept.isEmpty { result.spans.append(Span(text: kept, role: last.role)) }
        }
        return result
    }

    /// The same in at most `columns`, its end replaced by `ellipsis` where it is longer.
    func truncated(to columns: Int, ellipsis: String) -> Styled {
        guard width > columns else { return self }
        var room = max(0, columns - DisplayWidth.of(ellipsis))
        var kept: [Span] = []
        for span in spans {
            let text = DisplayWidth.prefix(of: span.text, columns: room)
            kept.append(Span(text: text, role: span.role))
            room -= DisplayWidth.of(text)
            if text.utf8.count < span.text.utf8.count { break }
        }
        var result = self
        result.spans = kept + [Span(text: columns > 0 ? ellipsis : "", role: .dim)]
        return result
    }

    /// What is printed may come from a stranger's file: no control character of theirs reaches the terminal, nor one
    /// that turns the direction of writing.
    private static func harmless(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isHarmful) else { return text }
        var out = String.UnicodeScalarView()
        for scalar in text.unicodeScalars { out.append(isHarmful(scalar) ? "\u{FFFD}" : scalar) }
        return String(out)
    }

    private static func isHarmful(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x0A: false
        case 0..<0x20, 0x7F..<0xA0, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069: true
        default: false
        }
    }

    /// `"\(good: "✓") \(name) \(dim: "took 2 s")"`; what is interpolated plainly is plain.
    struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var spans: [Span] = []

        init(literalCapacity: Int, interpolationCount: Int) {}

        private mutating func append(_ text: String, _ role: Role) {
            spans.append(Span(text: Styled.harmless(text), role: role))
        }

        mutating func appendLiteral(_ literal: String) { append(literal, .plain) }
        mutating func appendInterpolation(_ value: Styled) { spans += value.spans }
        mutating func appendInterpolation(_ value: some CustomStringConvertible) { append(value.description, .plain) }
        mutating func appendInterpolation(bold value: some CustomStringConvertible) { append(value.description, .bold) }
        mutating func appendInterpolation(dim value: some CustomStringConvertible) { append(value.description, .dim) }
        mutating func appendInterpolation(good value: some CustomStringConvertible) { append(value.description, .good) }
        mutating func appendInterpolation(bad value: some CustomStringConvertible) { append(value.description, .bad) }
        mutating func appendInterpolation(warn value: some CustomStringConvertible) { append(value.description, .warn) }
        mutating func appendInterpolation(accent value: some CustomStringConvertible) {
            append(value.description, .accent)
        }
    }
}
