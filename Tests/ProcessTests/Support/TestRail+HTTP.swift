import Foundation
import NexusAPI
import NexusBase
import NexusMesh
import NexusRail
import Subprocess
import Testing

@testable import nexus

extension TestRail {
    /// A rail that serves HTTP, with one token for each role; `callers(nil)` has none.
    static func serving(
        _ options: [String] = [], plan: Plan = Plan(), authority: String? = nil,
        _ body: (TestRail, (Role?) -> HTTPCaller) async throws -> Void
    ) async throws {
        try await with(plan) { rail in
            var file = TokenFile()
            var tokens: [Role: String] = [:]
            for role in Role.allCases {
                var generator = SystemRandomNumberGenerator()
                let token = AccessToken(drawn: (0..<38).map { _ in UInt8.random(in: 0...255, using: &generator) })
                try file.add(token, name: Text("\(role.rawValue)-desk"), roles: [role], now: .now, expiresAt: nil)
                tokens[role] = token.text
            }
            try rail.folder.write(file.bytes, "tokens.json")
            let port = try Surroundings.freePort()
            rail.served = ["--http", "\(port)"] + options
            let scheme = authority == nil ? "http" : "https"
            let caller = try HTTPCaller(base: "\(scheme)://127.0.0.1:\(port)", token: nil, authority: authority)
            try await rail.process("rail").kill9()
            do {
                try await rail.startServing(caller)
                try await rail.waitForNodes(plan.nodes - plan.absent.count)
                let made = tokens
                try await body(rail) { role in caller.with(token: role.flatMap { made[$0] }) }
            } catch {
                try? await caller.close()
                throw error
            }
            try await caller.close()
        }
    }

    /// Starts the rail and waits until it answers `caller`.
    func startServing(_ caller: HTTPCaller) async throws {
        try await startRail()
        try await eventually("the API answers") { (try? await caller.get("/readyz").status) == 200 }
    }

    func tokenID(of caller: HTTPCaller) -> String {
        (caller.token ?? "").split(separator: "_", maxSplits: 2).dropFirst().first.map(String.init) ?? ""
    }

    /// Runs one command to its end.
    func command(_ arguments: [String]) async throws {
        let process = try await start("command", arguments)
        guard await process.ended(within: .seconds(20)) == .exited(0) else {
            throw ProcessFailure("nexus \(arguments.joined(separator: " ")) failed")
        }
    }
}
