import ArgumentParser
import Foundation
import NexusBase
import NexusEvidence
import NexusMesh
import NexusOrchestration
import NexusRail
import NexusTrust

/// `nexus job`: submit evaluations and follow them.
struct JobCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "job", abstract: "Submit, show, list, watch, withdraw and approve jobs.",
        subcommands: [Submit.self, Show.self, List.self, Watch.self, JobCancelCommand.self, JobApproveCommand.self])

    struct Submit: NexusCommand {
        static let configuration = CommandConfiguration(
            abstract: "Submit an event for a clause and an occurrence.",
            discussion: """
                A second event for the same occurrence is answered with the first job. Where the clause names a feed, give \
                signed readings (--reading name=FILE), or the feed's key to sign the values here (--feed-key).

                Example: nexus job submit GRA::ExtremeElNino@1.0.0 1997 --input november=26.2 --input december=26.7 \
                --feed-key keys/feed.key
                """)
        @OptionGroup var options: GlobalOptions
        @OptionGroup var rail: RailOption
        @Argument(help: "The clause's id or digest.") var clause: String
        @Argument(help: "The occurrence.") var occurrence: String
        @Option(help: "An input as name=value (repeat).") var input: [String] = []
        @Option(help: "A signed reading as name=FILE (repeat).") var reading: [String] = []
        @Option(help: "What opens a committed input, as name=FILE.") var opening: [String] = []
        @Option(help: "Key file of the feed that signs the values.") var feedKey: String?
        @Option(help: "The feed's name, as approved.") var feed = "ersst"
        @Option(help: "Edition of the inputs.") var edition = "final"
        @Option(help: "Kind of event: manual, reading, schedule, proposal or simulation.") var trigger = "manual"
        @Option(help: "Who sends the event.") var source = "nexus job submit"
        @Option(help: "The event's id at its sender; made from the time if not given.") var event: String?
        @Option(help: "0 to 9.") var priority: Int?
        @Option(help: "The certified job that this corrects.") var supersedes: String?
        @Flag(help: "Wait until the job is certified, frozen or withdrawn.") var wait = false

        func run(on console: Console) async throws {
            let key = try feedKey.map { try SigningKey(keyFile: $0) }
            var inputs: [Event.Input] = []
            for pair in input {
                let (name, value) = try split(pair, "--input")
                let envelope = try key.map {
                    try Reading(
                        feed: Text(feed), name: name, occurrence: Text(occurrence), value: value.bytes,
                        edition: Text(edition), issuedAt: .now
                    ).sealed(by: $0)
                }
                inputs.append(
                    .init(name: name, value: value.bytes, edition: Text(edition), retrievedAt: .now, reading: envelope))
            }
            for pair in reading {
                let (name, path) = try split(pair, "--reading")
                let envelope = try Files.decode(path.string, bytesMax: 1 << 20) { try Envelope(parsing: $0) }
                guard let signer = envelope.signatures.first?.keyID else { continue }
                let said = try Reading(verifying: envelope, by: signer.verificationKey())
                inputs.append(
                    .init(name: name, value: said.value, edition: said.edition, retrievedAt: .now, reading: envelope))
            }
            for pair in opening {
                let (name, path) = try split(pair, "--opening")
                guard let index = inputs.firstIndex(where: { $0.name == name }) else {
                    throw CommandError(.usage, "there is no input \"\(name)\" to open", at: "--opening")
                }
                let given = inputs[index]
                inputs[index] = .init(
                    name: name, value: given.value, edition: given.edition, retrievedAt: given.retrievedAt,
                    reading: given.reading,
                    opening: try Files.read(path.string, bytesMax: OrchestrationLimits.openingBytesMax))
            }
            let submitted = Event(
                clause: Text(clause), occurrence: Text(occurrence),
                trigger: TriggerEvent(
                    kind: Text(trigger), source: Text(source), eventID: Text(event ?? "\(Instant.now)")),
                inputs: inputs, priority: priority, supersedes: try supersedes.map { try Digest(parsing: Text($0)) })
            let job = try await rail.client.submit([submitted])[0].get()
            let note = job.isNew ? "" : " (the occurrence has this job already)"
            console.say("\(good: console.marks.done) job \(job.id.description)\(note)")
            guard wait else { return console.result(["job": job.id.json, "new": .bool(job.isNew)]) }
            let detail = try await rail.client.waitFor(job.id)
            try JobDetail(detail).show(on: console)
            console.result(detail)
        }

        private func split(_ pair: String, _ option: String) throws -> (Text, Text) {
            guard let place = pair.firstIndex(of: "=") else {
                throw CommandError(.usage, "write name=value", at: option)
            }
            return (Text(String(pair[..<place])), Text(String(pair[pair.index(after: place)...])))
        }
    }

    struct Show: NexusCommand {
        static let configuration = CommandConfiguration(abstract: "Show a job: attempts, terms, disputes.")
        @OptionGroup var options: GlobalOptions
        @OptionGroup var rail: RailOption
        @Argument(help: "The job's digest, or its first six digits.") var job: String

        func run(on console: Console) async throws {
            let detail = try await rail.client.job(Text(job))
            try JobDetail(detail).show(on: console)
            console.result(detail)
        }
    }

    struct List: NexusCommand {
        static let configuration = CommandConfiguration(abstract: "List jobs, the newest first.")
        @OptionGroup var options: GlobalOptions
        @OptionGroup var rail: RailOption
        @Option(help: "Only jobs in this state, for instance frozen.") var status: String?
        @Option(help: "At most so many.") var count = 20

        func run(on console: Console) async throws {
            let answer = try await rail.client.call([
                "count": .int(count), "operation": "jobs", "status": status.map { .text($0) },
            ])
            var fields = try Fields(answer, at: "answer")
            var table = Table([.left("job"), .left("clause"), .left("occurrence"), .left("state"), .left("signal")])
            for json in try fields.array("jobs") {
                var job = try Fields(json, at: "job")
                table.add([
                    Styled(try job.digest("job").short), Styled(try job.text("clause").string),
                    Styled(try job.text("occurrence").string), JobDetail.styled(state: try job.text("status")),
                    Styled(try job.optionalText("signal")?.string ?? ""),
                ])
            }
            console.show(table)
            console.say(.dim("\(try fields.integer("total")) in all"))
            console.result(answer)
        }
    }

    struct Watch: NexusCommand {
        static let configuration = CommandConfiguration(abstract: "Follow certificates and alerts as they come.")
        @OptionGroup var options: GlobalOptions
        @OptionGroup var rail: RailOption
        @Option(help: "Stop after so many lines; never if 0.") var count = 0

        func run(on console: Console) async throws {
            let limit = count
            try await rail.client.withConnection { connection in
                let left = Counter(limit)
                try await connection.watch { news in
                    guard case .object(let object) = news else { return true }
                    if case .array(let jobs)? = object["certified"] {
                        for case .string(let text) in jobs {
                            let digest = try Digest(parsing: text)
                            console.say("\(good: console.marks.done) certified \(digest.short)")
                        }
                    } else if case .object(let alert)? = object["alert"], case .string(let message)? = alert["message"]
                    {
                        console.warn(Styled(message.string))
                    }
                    if console.isJSON { console.result(news) }
                    return left.next()
                }
            }
        }
    }
}

/// Counts down to an end, or never ends.
private final class Counter: @unchecked Sendable {
    // SAFETY: used by one stream's handler only, one message after the other.
    private var left: Int
    init(_ count: Int) { left = count == 0 ? .max : count }
    func next() -> Bool {
        left -= 1
        return left > 0
    }
}
