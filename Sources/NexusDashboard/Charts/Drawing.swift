/// Numbers and text as SVG wants them.
enum Drawing {
    /// At most two decimals, without an exponent.
    static func number(_ value: Double) -> String {
        let hundredths = (value * 100).rounded()
        guard hundredths.isFinite, abs(hundredths) < 1e15 else { return "0" }
        let whole = Int64(hundredths)
        let sign = whole < 0 ? "-" : ""
        let rest = whole.magnitude % 100
        guard rest > 0 else { return sign + String(whole.magnitude / 100) }
        let decimals = rest % 10 == 0 ? String(rest / 10) : (rest < 10 ? "0" : "") + String(rest)
        return sign + "\(whole.magnitude / 100).\(decimals)"
    }

    static func escaped(_ text: String) -> String {
        var out = ""
        for character in text.unicodeScalars {
            switch character {
            case "&": out += "&amp;"
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            case "\"": out += "&quot;"
            case "'": out += "&#39;"
            default: out.unicodeScalars.append(character)
            }
        }
        return out
    }

    /// Round steps that cover a range: 1, 2 or 5 times a power of ten, about `count` of them.
    static func ticks(from low: Double, to high: Double, count: Int) -> [Double] {
        guard low.isFinite, high.isFinite, high > low, count > 0 else { return [low] }
        var step = 1e-6
        let wanted = (high - low) / Double(count)
        while step * 10 <= wanted { step *= 10 }
        step *= [1, 2, 5, 10].first { step * $0 >= wanted } ?? 10
        let first = (low / step).rounded(.up)
        let last = (high / step).rounded(.down)
        return stride(from: first, through: last, by: 1).map { $0 * step }
    }
}

/// A straight line from values to places on the paper.
struct Scale {
    let low: Double
    let high: Double
    let start: Double
    let end: Double

    func callAsFunction(_ value: Double) -> Double {
        high > low ? start + (value - low) / (high - low) * (end - start) : (start + end) / 2
    }
}
