import Foundation

/// A soak's memory and file descriptors over time, as SVG: one line a process, two panels.
struct SoakChart {
    private let samples: [SoakSample]
    private let width = 720.0
    private let height = 170.0
    private let left = 60.0
    private static let colours = [
        "node-1": "#2a78b8", "node-2": "#5aa469", "node-3": "#b8862a", "rail": "#b5342f",
    ]

    init(_ samples: [SoakSample]) { self.samples = samples }

    var svg: String {
        let names = Set(samples.flatMap(\.processes.keys)).sorted()
        let memory = panel("memory, MiB", names, top: 30) { Double($0.bytes) / 1_048_576 }
        let files = panel("file descriptors", names, top: 60 + height) { Double($0.descriptors) }
        let legend = names.enumerated().map { index, name in
            let x = left + Double(index) * 90
            return "<text x=\"\(Int(x))\" y=\"16\" fill=\"\(colour(name))\">\(name)</text>"
        }
        let seconds = samples.last?.seconds ?? 0
        let foot =
            "<text x=\"\(Int(left))\" y=\"\(Int(2 * height + 92))\">0 to \(Int(seconds)) seconds, "
            + "\(samples.last?.jobs ?? 0) jobs</text>"
        return """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(Int(width + left + 20)) \(Int(2 * height + 100))" \
            font-family="sans-serif" font-size="12">
            <rect width="100%" height="100%" fill="white"/>
            \((legend + [memory, files, foot]).joined(separator: "\n"))
            </svg>

            """
    }

    private func colour(_ name: String) -> String { Self.colours[name] ?? "#555555" }

    private func panel(
        _ title: String, _ names: [String], top: Double, _ value: (SoakSample.Process) -> Double
    ) -> String {
        let most = max(1, samples.flatMap { $0.processes.values.map(value) }.max() ?? 1)
        let end = max(1, samples.last?.seconds ?? 1)
        var lines = [
            "<text x=\"\(Int(left))\" y=\"\(Int(top + 2))\">\(title)</text>",
            "<rect x=\"\(Int(left))\" y=\"\(Int(top + 8))\" width=\"\(Int(width))\" height=\"\(Int(height))\" "
                + "fill=\"none\" stroke=\"#bbbbbb\"/>",
            "<text x=\"\(Int(left - 6))\" y=\"\(Int(top + 18))\" text-anchor=\"end\">\(Int(most))</text>",
            "<text x=\"\(Int(left - 6))\" y=\"\(Int(top + 8 + height))\" text-anchor=\"end\">0</text>",
        ]
        for name in names {
            let points = samples.compactMap { sample -> String? in
                guard let process = sample.processes[name] else { return nil }
                let x = left + width * sample.seconds / end
                let y = top + 8 + height * (1 - value(process) / most)
                return String(format: "%.1f,%.1f", x, y)
            }
            lines.append(
                "<polyline fill=\"none\" stroke=\"\(colour(name))\" stroke-width=\"1.5\" "
                    + "points=\"\(points.joined(separator: " "))\"/>")
        }
        return lines.joined(separator: "\n")
    }
}
