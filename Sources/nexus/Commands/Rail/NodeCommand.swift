import ArgumentParser
import Foundation
import Logging
import NexusBase
import NexusEvidence
import NexusKeys
import NexusLog
import NexusMesh
import NexusNode
import NexusRail
import NexusRuntime
import NexusTrust
import UnixSignals

/// `nexus node`: the machines that execute, and the validators beside them.
struct NodeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "node", abstract: "Invite, enrol, run and list nodes and validators.",
        groupedSubcommands: [
            CommandGroup(
                name: "At the rail",
                subcommands: [
                    Invite.self, List.self, NodeAdmitCommand.self, NodeSuspendCommand.self, NodeRevokeCommand.self,
                ]),
            CommandGroup(name: "At the node", subcommands: [Keys.self, Enrol.self, Run.self, Validate.self]),
        ])

    struct Invite: NexusCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a one-time enrolment token.",
            discussion:
                "Whoever holds the token can enrol one party, once, until it expires. The rail keeps only its digest.")
        @OptionGroup var options: GlobalOptions
        @OptionGroup var rail: RailOption
        @Option(help: "node or validator") var role = "node"
        @Option(help: "How long it holds, in seconds.") var seconds = 600

        func run(on console: Console) async throws {
            let answer = try await rail.client.call([
                "operation": "invite", "role": .text(role), "seconds": .int(seconds),
            ])
            var fields = try Fields(answer, at: "answer")
            let token = try fields.text("token")
            console.say(Styled(token.string))
            console.result(answer)
        }
    }

    struct Keys: NexusCommand {
        static let configuration = CommandConfiguration(abstract: "Make a node's keys, and show the public parts.")
        @OptionGroup var options: GlobalOptions
        @Argument(help: "The node's folder.") var folder: String
        @Option(help: "What a new node signs with: ed25519, p256, ml-dsa-65, ed25519+ml-dsa-65, slh-dsa-sha2-128s.")
        var suite: KeySuite = .ed25519
        @Option(help: "Have a TPM keep what opens a new node's key: a TCTI of tpm2-tools, such as device:/dev/tpmrm0.")
        var tpm: String?

        func run(on console: Console) async throws {
            let node = try await NodeFolder.open(folder, tpm: tpm, isSealed: tpm != nil)
            let keys = try node.keys(now: .now, suite: suite)
            let did = try keys.signer().did
            let cosigner = try ValidatorService.cosigner(keys).key.text
            console.facts([
                ("did", Styled("\(did)")), ("sealing key", Styled(Base64.encode(keys.sealing.publicKey))),
                ("as a validator", Styled(cosigner.string)),
            ])
            console.result([
                "did": did.json, "sealingKey": .base64(keys.sealing.publicKey), "validatorKey": .string(cosigner),
            ])
        }
    }

    struct Enrol: NexusCommand {
        static let configuration = CommandConfiguration(
            abstract: "Enrol this node with a token, under its operator's binding.",
            discussion: """
                The binding is the operator's signed word that the node is its own. Give the operator's key to sign it \
                here, or a binding file that was signed elsewhere.
                """)
        @OptionGroup var options: GlobalOptions
        @Argument(help: "The node's folder.") var folder: String
        @Option(help: "The enrolment token.") var token: String
        @Option(help: "The rail's trust file.") var trust: String
        @Option(help: "The operator's key file.") var operatorKey: String?
        @Option(help: "A binding file, instead of the operator's key.") var binding: String?
        @Option(help: "The operator's jurisdiction.") var jurisdiction: String?
        @Flag(help: "Enrol as a validator.") var validator = false
        @Option(help: "The TPM that keeps what opens the node's key: a TCTI of tpm2-tools.") var tpm: String?

        func run(on console: Console) async throws {
            let node = try await NodeFolder.open(folder, tpm: tpm)
            try node.write(trust: Files.decode(trust, bytesMax: 1 << 20) { try .init(parsing: $0) })
            var envelope: Envelope?
            if !validator {
                if let binding {
                    envelope = try Files.decode(binding, bytesMax: 1 << 16) { try Envelope(parsing: $0) }
                } else if let operatorKey, let jurisdiction {
                    envelope = try Enroller.binding(
                        node, operator: SigningKey(keyFile: operatorKey), jurisdiction: jurisdiction)
                } else {
                    throw CommandError(.usage, "give --binding, or --operator-key and --jurisdiction")
                }
            }
            let role: PeerRole = validator ? .validator : .node
            try await Enroller.enrol(node, role: role, token: token, binding: envelope)
            let did = try node.keys(now: .now).signer().did
            console.say("\(good: console.marks.done) enrolled \(did.description)")
            console.next(["nexus node \(validator ? "validate" : "run") \(folder)"])
            console.result(["did": did.json, "role": .text(role.rawValue)])
        }
    }

    struct Run: NexusCommand {
        static let configuration = CommandConfiguration(abstract: "Run this node until it is told to stop.")
        @OptionGroup var options: GlobalOptions
        @Argument(help: "The node's folder.") var folder: String
        @Option(
            help:
                "Have a TPM vouch for this machine, and open the node's key if it keeps that: a TCTI of tpm2-tools, such as device:/dev/tpmrm0."
        )
        var tpm: String?
        @Option(help: "Certificate that issued the TPM's endorsement certificate, in DER (repeat).")
        var tpmIssuer: [String] = []
        @Option(help: "Misbehave on purpose, for an exercise: wrong-output, late-wrong, double-sign or silent.")
        var drill: String?

        func run(on console: Console) async throws {
            let drill = try drill.map { name in
                guard let drill = Drill(rawValue: name) else {
                    let names = Drill.allCases.map(\.rawValue).joined(separator: ", ")
                    throw CommandError(.usage, "no such drill; there are \(names)", at: "--drill")
                }
                return drill
            }
            let logger = Logger.shell("nexus.node")
            if let drill { console.warn("this node misbehaves on purpose: \(drill.rawValue)") }
            let engine = try WasmEngine(libraryPath: WasmtimeLibrary.locate())
            let issuers = try tpmIssuer.map { try Files.read($0, bytesMax: 1 << 16) }
            let provider: any EvidenceProvider
            if let tpm {
                provider = TPMProvider(connection: tpm, folder: "\(folder)/tpm", issuers: issuers)
            } else {
                provider = SimulatedProvider()
            }
            let service = try NodeService(
                folder: await .open(folder, tpm: tpm), engine: engine, drill: drill, provider: provider, logger: logger)
            try await untilToldToStop { try await service.run() }
        }
    }

    struct Validate: NexusCommand {
        static let configuration = CommandConfiguration(
            abstract: "Run this validator until it is told to stop.",
            discussion: "A validator checks every quorum and the order of the log before it cosigns a checkpoint.")
        @OptionGroup var options: GlobalOptions
        @Argument(help: "The validator's folder.") var folder: String

        func run(on console: Console) async throws {
            let service = try ValidatorService(folder: NodeFolder(folder), logger: .shell("nexus.validator"))
            try await untilToldToStop { try await service.run() }
        }
    }

    struct List: NexusCommand {
        static let configuration = CommandConfiguration(abstract: "List the nodes that a rail knows.")
        @OptionGroup var options: GlobalOptions
        @OptionGroup var rail: RailOption

        func run(on console: Console) async throws {
            let answer = try await rail.client.call(["operation": "nodes"])
            var fields = try Fields(answer, at: "answer")
            var table = Table([
                .left("node"), .left("jurisdiction"), .left("attestation"), .left("state"), .right("answered"),
                .right("reliability"), .right("latency"),
            ])
            for json in try fields.array("nodes") {
                var node = try Fields(json, at: "node")
                let isRevoked = try node.bool("revoked")
                let isConnected = try node.bool("connected")
                let standing = try node.text("standing")
                let state: Styled =
                    isRevoked
                    ? "\(bad: "revoked")"
                    : !isConnected
                        ? "\(warn: "away")" : standing.isEmpty ? "\(good: "connected")" : "\(warn: standing.string)"
                table.add([
                    Styled(try node.did("node").short), Styled(try node.text("jurisdiction").string),
                    Styled(try node.text("attestation").string), state, Styled("\(try node.integer("answered"))"),
                    Styled("\(try node.integer("reliability"))"),
                    Styled("\(try node.integer("latencyMilliseconds")) ms"),
                ])
            }
            console.show(table)
            console.result(answer)
        }
    }
}

/// Runs a long task until SIGTERM or SIGINT, then cancels it.
func untilToldToStop(_ body: @escaping @Sendable () async throws -> Void) async throws {
    let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await body() }
        group.addTask { for await _ in signals { return } }
        defer { group.cancelAll() }
        do { try await group.next() } catch is CancellationError {}
    }
}
