import ArgumentParser
import NexusBase
import NexusRail

/// `nexus job cancel`: takes back a job that is not decided.
struct JobCancelCommand: NexusCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel",
        abstract: "Withdraw a job that is not decided yet; its occurrence can be submitted again.")
    @OptionGroup var options: GlobalOptions
    @OptionGroup var rail: RailOption
    @Argument(help: "The job's digest, or its first six digits.") var job: String
    @Option(help: "Why.") var reason: String

    func run(on console: Console) async throws {
        let answer = try await rail.client.call([
            "job": .text(job), "operation": "cancel", "reason": .text(reason),
        ])
        console.say("\(good: console.marks.done) job \(job) withdrawn")
        console.result(answer)
    }
}
