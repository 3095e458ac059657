import ArgumentParser
import NexusAPI
import NexusBase
import NexusMesh
import NexusRail

/// `nexus token`: who may use the HTTP API. The file is the rail's own; a rail that runs sees a change within a second.
struct TokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "Make, list and revoke access tokens of the HTTP API.",
        subcommands: [New.self, List.self, Revoke.self])

    struct New: NexusCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a token and show it once.",
            discussion: """
                The rail keeps the token's hash only. Roles: viewer, submitter, operator, committee, auditor.

                Example: nexus token new --name treasury-desk --role submitter --days 90
                """)
        @OptionGroup var options: GlobalOptions
        @OptionGroup var rail: RailOption
        @Option(help: "Who holds it; it stands in the journal beside every write.") var name: String
        @Option(help: "What it may do (repeat).") var role: [String]
        @Option(help: "How long it holds, in days; until it is revoked if not given.") var days: Int?

        func run(on console: Console) async throws {
            let roles = try role.map { name in
                guard let role = Role(rawValue: name) else {
                    let names = Role.allCases.map(\.rawValue).joined(separator: ", ")
                    throw CommandError(.usage, "no such role; there are \(names)", at: "--role")
                }
                return role
            }
            if let days, !(1...3650).contains(days) { throw CommandError(.usage, "1 to 3650 days", at: "--days") }
            var generator = SystemRandomNumberGenerator()
            let token = AccessToken(drawn: (0..<38).map { _ in UInt8.random(in: 0...255, using: &generator) })
            let now = Instant.now
            try await rail.folder.changeTokens { file in
                try file.add(
                    token, name: Text(name), roles: roles, now: now,
                    expiresAt: days.map { now + .seconds(Int64($0) * 86_400) })
            }
            console.say(Styled(token.text))
            console.result(["id": .string(token.id), "token": .text(token.text)])
        }
    }

    struct List: NexusCommand {
        static let configuration = CommandConfiguration(abstract: "List the tokens, without their secrets.")
        @OptionGroup var options: GlobalOptions
        @OptionGroup var rail: RailOption

        func run(on console: Console) async throws {
            var table = Table([.left("id"), .left("name"), .left("roles"), .left("made"), .left("state")])
            let entries = try rail.folder.tokenFile().entries
            for entry in entries {
                let state: Styled =
                    entry.revokedAt != nil
                    ? "\(bad: "revoked")" : entry.isValid(at: .now) ? "\(good: "valid")" : "\(warn: "expired")"
                table.add([
                    Styled(entry.id.string), Styled(entry.name.string),
                    Styled(entry.roles.map(\.rawValue).joined(separator: ", ")), Styled(entry.createdAt.description),
                    state,
                ])
            }
            console.show(table)
            console.result([
                "tokens": .array(
                    entries.map { entry in
                        [
                            "createdAt": entry.createdAt.json, "expiresAt": entry.expiresAt?.json,
                            "id": .string(entry.id), "name": .string(entry.name), "revokedAt": entry.revokedAt?.json,
                            "roles": .array(entry.roles.map { .text($0.rawValue) }),
                        ]
                    })
            ])
        }
    }

    struct Revoke: NexusCommand {
        static let configuration = CommandConfiguration(
            abstract: "Revoke a token; a running rail refuses it within a second.")
        @OptionGroup var options: GlobalOptions
        @OptionGroup var rail: RailOption
        @Argument(help: "The token's id, as `nexus token list` shows it.") var id: String

        func run(on console: Console) async throws {
            try await rail.folder.changeTokens { try $0.revoke(Text(id), now: .now) }
            console.say("\(good: console.marks.done) token \(id) revoked")
            console.result(["id": .text(id), "revoked": true])
        }
    }
}

extension RailFolder {
    /// Throws `cli.not-found` where there is no rail, and as `TokenFile`.
    fileprivate func tokenFile() throws -> TokenFile {
        guard Files.exists(trustFile) else {
            throw CommandError(.notFound, "there is no rail in this folder", at: path)
        }
        guard Files.exists(tokens) else { return TokenFile() }
        return try Files.decode(tokens, bytesMax: 1 << 20) { try TokenFile(parsing: $0) }
    }

    /// Reads the file, changes it and writes it, while no other command does. Throws `cli.locked` too.
    fileprivate func changeTokens(_ change: (inout TokenFile) throws -> Void) async throws {
        // First, so that where there is no rail no lock is made.
        _ = try tokenFile()
        try await FileLock.holding("\(path)/tokens.lock") {
            var file = try tokenFile()
            try change(&file)
            try write(file.bytes, "tokens.json")
            try Files.makePrivate(tokens)
        }
    }
}
