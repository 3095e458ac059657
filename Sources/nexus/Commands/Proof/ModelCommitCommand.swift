import ArgumentParser
import NexusBase
import NexusModel
import NexusProof

/// `nexus model commit`: what the owner of a private input does before the feed signs its root.
struct ModelCommitCommand: NexusCommand {
    static let configuration = CommandConfiguration(
        commandName: "commit",
        abstract: "Commit to a private input: a root to sign, and what opens it.",
        discussion: """
            EXAMPLE
              nexus model commit network.nxn --input image.json --out image.opening.json
              nexus job submit UTIL::Gauge@1.0.0 2026-11-21 --feed gauge --feed-key keys/feed.key \\
                --input image=sha256:… --opening image=image.opening.json

            The root says nothing about the input and goes into every statement and pack; its feed signs it. The opening \
            is secret: it goes with the event to the rail and from there to the node that proves. A root is good for one \
            job. Format: Documentation/Formats/input-opening-v1.md.
            """)

    @OptionGroup(title: "Output") var options: GlobalOptions

    @Argument(help: "The network: *.onnx, or what `nexus model import` wrote.", completion: .file())
    var network: String

    @Option(help: "The input, as JSON.", completion: .file(extensions: ["json"]))
    var input: String

    @Option(help: "Where to write what opens the commitment.", completion: .file(extensions: ["json"]))
    var out: String

    func run(on console: Console) async throws {
        let network = try NetworkFile(network)
        let samples = try SampleFile(input).samples
        guard samples.count == 1 else { throw CommandError(.badInput, "one input is committed at a time", at: input) }
        let values = try network.quantised(samples[0].input, at: input)
        let opening = try InputOpening(values: values, seed: NetworkFile.seed())
        let root = try InferenceProver(network: network.provable).commit(to: opening).root
        try Files.write(opening.bytes, to: out, replacing: false)
        console.say("\(good: console.marks.done) \(bold: root.description)")
        console.say("  \(out) opens it: keep it secret, and use it for one job")
        console.result(["inputRoot": root.json, "opening": .text(out)])
    }
}
