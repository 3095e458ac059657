import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// One stream of text and what can be shown on it.
struct Channel: Sendable {
    let isTerminal: Bool
    let hasColour: Bool
    let marks: Marks
    /// Columns; asked again at each use, because windows are resized.
    private let columns: @Sendable () -> Int
    private let write: @Sendable (String) -> Void

    init(
        isTerminal: Bool, hasColour: Bool = false, marks: Marks = .unicode,
        width: @escaping @Sendable () -> Int = { 80 },
        write: @escaping @Sendable (String) -> Void
    ) {
        self.isTerminal = isTerminal
        self.hasColour = hasColour
        self.marks = marks
        columns = width
        self.write = write
    }

    enum Stream: Int32, Sendable { case standardOutput = 1, standardError = 2 }

    /// Colours need a terminal that is not `dumb`, no `NO_COLOR` (no-color.org: any value but the empty one), and no
    /// `--no-color`. Marks outside ASCII need a locale in UTF-8, on a terminal; files are UTF-8 always.
    init(_ stream: Stream, colour: Bool, environment: [String: String]) {
        let isTerminal = isatty(stream.rawValue) == 1
        let isDumb = environment["TERM"] == "dumb"
        let declined = !(environment["NO_COLOR"] ?? "").isEmpty
        self.init(
            isTerminal: isTerminal && !isDumb,
            hasColour: colour && isTerminal && !isDumb && !declined,
            marks: !isTerminal || Self.isUTF8(environment) ? .unicode : .ascii,
            width: { Self.width(of: stream.rawValue, environment) },
            write: { (stream == .standardOutput ? FileHandle.standardOutput : .standardError).writeWhole($0) })
    }

    var width: Int { columns() }

    func writeLine(_ line: Styled) { write(line.rendered(colour: hasColour) + "\n") }
    /// Without a line's end and without change: control sequences.
    func writeRaw(_ text: String) { write(text) }

    /// The locale's character set as POSIX finds it: `LC_ALL`, else `LC_CTYPE`, else `LANG`.
    static func isUTF8(_ environment: [String: String]) -> Bool {
        let value = ["LC_ALL", "LC_CTYPE", "LANG"].compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
        let folded = value.lowercased()
        return folded.contains("utf-8") || folded.contains("utf8")
    }

    private static func width(of descriptor: Int32, _ environment: [String: String]) -> Int {
        var size = winsize()
        if ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 { return Int(size.ws_col) }
        return environment["COLUMNS"].flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil } ?? 80
    }
}

extension FileHandle {
    /// A reader that went away (`nexus … | head`) is no error of ours.
    func writeWhole(_ text: String) { try? write(contentsOf: Data(text.utf8)) }
}
