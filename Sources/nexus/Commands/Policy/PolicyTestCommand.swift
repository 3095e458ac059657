import ArgumentParser
import NexusBase
import NexusPolicy

struct PolicyTestCommand: NexusCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Run the tests beside the rules.",
        discussion: """
            EXAMPLES
              nexus policy test Examples/policies/*.json

            Status 0: all pass. Status 1: a test fails, or no file has any. Status 3: a policy has an error.
            """)

    @OptionGroup(title: "Output") var options: GlobalOptions

    @OptionGroup var zones: TimeZoneOption

    @Argument(help: "Policies (policy-v1).", completion: .file(extensions: ["json"]))
    var files: [String]

    func run(on console: Console) async throws {
        var passed = 0
        var failed = 0
        var results: [JSON] = []
        let timeZones = try zones.load()
        for file in try files.map({ try PolicyFile($0, timeZones: timeZones) }) {
            console.say(.bold(file.policy.id.string))
            for (test, failure) in file.policy.runTests() {
                if let failure {
                    failed += 1
                    console.say("  \(bad: console.marks.failed) \(test.name.string): \(failure)")
                } else {
                    passed += 1
                    console.say("  \(good: console.marks.done) \(test.name.string)")
                }
                results.append([
                    "failure": failure.map { .text($0) } ?? .null, "name": .string(test.name),
                    "passed": .bool(failure == nil), "policy": .string(file.policy.id),
                ])
            }
        }
        console.say("\(passed) passed, \(failed) failed")
        if results.isEmpty { console.warn("there are no tests beside the rules") }
        console.result([
            "failed": .int(failed), "passed": .int(passed), "tests": .array(results),
            "tzdata": timeZones.map { .string($0.version) },
        ])
        if failed > 0 || results.isEmpty { throw ExitCode(ExitStatus.no.rawValue) }
    }
}
