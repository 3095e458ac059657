import ArgumentParser
import NexusBase
import NexusDashboard

struct VerifierPageCommand: NexusCommand {
    static let configuration = CommandConfiguration(
        commandName: "verifier-page",
        abstract: "Write the page that checks evidence in a browser, offline.",
        discussion: """
            EXAMPLE
              nexus verifier-page verifier.html

            One file without any outside request: whoever opens it drops an evidence pack and the rail's trust file into \
            it and sees every check. It shares no code with `nexus verify`.
            """)

    @OptionGroup(title: "Output") var options: GlobalOptions

    @Argument(help: "The file to write.", completion: .file(extensions: ["html"]))
    var file: String

    @Flag(help: "Replace the file if it is there.") var force = false

    func run(on console: Console) async throws {
        let bytes = Array(Dashboard.verifier.utf8)
        try Files.write(bytes, to: file, replacing: force)
        console.say("\(good: console.marks.done) \(file), \(bytes.count) bytes: open it in any browser")
        console.result(["bytes": .int(bytes.count), "digest": Digest(of: bytes).json, "file": .text(file)])
    }
}
