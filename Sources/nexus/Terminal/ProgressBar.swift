import Synchronization

/// How far a count has come: a live bar on a terminal; elsewhere a line at most every tenth and every second.
final class ProgressBar: Sendable {
    private struct State {
        var done = 0
        var lastDrawn: Duration?
        var lastTenth = 0
        var lastLine = Duration.zero
        var isFinished = false
    }

    private let label: String
    private let total: Int
    private let channel: Channel
    private let isQuiet: Bool
    private let elapsed: @Sendable () -> Duration
    private let state = Mutex(State())
    private static let redrawInterval = Duration.milliseconds(50)
    /// Lines are for long work: none for what is over sooner.
    private static let lineInterval = Duration.seconds(1)
    private static let barWidthMax = 30

    /// `elapsed` says how long it has run.
    init(
        _ label: String, total: Int, on channel: Channel, isQuiet: Bool = false,
        elapsed: @escaping @Sendable () -> Duration = ProgressBar.stopwatch()
    ) {
        self.label = label
        self.total = max(0, total)
        self.channel = channel
        self.isQuiet = isQuiet
        self.elapsed = elapsed
    }

    static func stopwatch() -> @Sendable () -> Duration {
        let start = ContinuousClock.now
        return { ContinuousClock.now - start }
    }

    /// Counts further; never past the total.
    func advance(by count: Int = 1) {
        state.withLock { state in
            guard !state.isFinished else { return }
            state.done = min(total, state.done + count)
            draw(&state)
        }
    }

    /// Takes the bar away. Called once the work is over, however it ended.
    func finish() {
        state.withLock { state in
            guard !state.isFinished else { return }
            state.isFinished = true
            if channel.isTerminal, state.lastDrawn != nil { channel.writeRaw("\r\u{1B}[K") }
        }
    }

    private func draw(_ state: inout State) {
        guard !isQuiet, total > 0 else { return }
        let time = elapsed()
        guard channel.isTerminal else { return drawLine(&state, time) }
        if let last = state.lastDrawn, time - last < Self.redrawInterval, state.done < total { return }
        state.lastDrawn = time
        channel.writeRaw("\r" + bar(state.done, time).rendered(colour: channel.hasColour) + "\u{1B}[K")
    }

    private func drawLine(_ state: inout State, _ time: Duration) {
        let tenth = state.done * 10 / total
        guard tenth > state.lastTenth else { return }
        let isLast = state.done == total && state.lastTenth > 0
        guard isLast || time - state.lastLine >= Self.lineInterval else { return }
        state.lastTenth = tenth
        state.lastLine = time
        channel.writeLine("\(label): \(tenth * 10) % (\(state.done) of \(total)), \(Self.clock(time))")
    }

    /// `label  ━━━━━━━━──────  34/61  56 %  210/s  0:02`
    private func bar(_ done: Int, _ time: Duration) -> Styled {
        let seconds = Double(time.components.seconds) + Double(time.components.attoseconds) / 1e18
        let rate = seconds > 0 ? Double(done) / seconds : 0
        let tail = "  \(done)/\(total)  \(done * 100 / total) %  \(Self.rate(rate))/s  \(Self.clock(time))"
        let room = channel.width - DisplayWidth.of(label) - DisplayWidth.of(tail) - 3
        guard room >= 5 else {
            return Styled(label + tail).truncated(to: channel.width - 1, ellipsis: channel.marks.ellipsis)
        }
        let width = min(Self.barWidthMax, room)
        let full = width * done / total
        let head = String(repeating: channel.marks.barFull, count: full)
        let rest = String(repeating: channel.marks.barEmpty, count: width - full)
        return "\(label)  \(accent: head)\(dim: rest)\(tail)"
    }

    static func rate(_ perSecond: Double) -> String {
        perSecond >= 10 ? "\(Int(perSecond.rounded()))" : "\((perSecond * 10).rounded() / 10)"
    }

    /// `0:07`, `12:45`, `1:02:03`.
    static func clock(_ duration: Duration) -> String {
        let seconds = Int(duration.components.seconds)
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        let minutes = seconds / 60
        return minutes < 60
            ? "\(minutes):\(two(seconds % 60))" : "\(minutes / 60):\(two(minutes % 60)):\(two(seconds % 60))"
    }
}
