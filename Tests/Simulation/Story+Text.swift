extension Story {
    /// The story as people read it.
    package var text: String {
        var lines = [
            "seed \(seed), \(theme.rawValue), \(shape.rawValue), delay \(network.delayMilliseconds) ms, "
                + "loss \(network.lossPercent) %, repeats \(network.duplicatePercent) %"
                + (network.lingers ? ", ended sessions linger" : "")
        ]
        for moment in moments { lines.append("  \(moment.at) ms: \(moment.what)") }
        return lines.joined(separator: "\n")
    }
}

extension WorldLink: CustomStringConvertible {
    package var description: String { "\(from) to \(to)" }
}
