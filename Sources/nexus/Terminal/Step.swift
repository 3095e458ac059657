extension Console {
    /// Does one step and says so: `✓ compiled the model  1.2 s`, or `✗` where it throws.
    ///
    /// On a terminal the line is there, without its mark, while the step runs. `detail` adds what came out.
    func step<Value>(
        _ name: String, detail: (Value) -> Styled? = { _ in nil }, _ body: () async throws -> Value
    ) async rethrows -> Value {
        if notes.isTerminal, !isQuiet {
            notes.writeRaw(Styled("\(dim: notes.marks.bullet) \(name)").rendered(colour: notes.hasColour))
        }
        let start = ContinuousClock.now
        do {
            let value = try await body()
            let found = detail(value).map { " \($0)" as Styled } ?? ""
            finish("\(good: notes.marks.done) \(name)\(found)\(dim: "  " + Self.brief(ContinuousClock.now - start))")
            return value
        } catch {
            finish("\(bad: notes.marks.failed) \(name)")
            throw error
        }
    }

    private func finish(_ line: Styled) {
        guard !isQuiet else { return }
        if notes.isTerminal { notes.writeRaw("\r\u{1B}[K") }
        notes.writeLine(line)
    }

    /// `0.4 ms`, `35 ms`, `1.2 s`, `2:05`.
    static func brief(_ duration: Duration) -> String {
        let milliseconds = Double(duration.components.seconds) * 1e3 + Double(duration.components.attoseconds) / 1e15
        switch milliseconds {
        case ..<10: return "\((milliseconds * 10).rounded() / 10) ms"
        case ..<1000: return "\(Int(milliseconds.rounded())) ms"
        case ..<60_000: return "\((milliseconds / 100).rounded() / 10) s"
        default: return ProgressBar.clock(duration)
        }
    }
}
