// What reading and writing of one signed statement costs, beside Foundation's JSON on the same bytes.
//
//     NEXUS_FLOORS=core swift run -c release --package-path Benchmarks/statements statements-benchmark [ROW]
//
// The statements are those of a golden evidence pack. Each row is the median of nine rounds.

import Foundation
import NexusBase
import NexusEvidence
import NexusTrust

/// Seconds of processor time that this process has had: what else runs on the machine matters little to it.
func processorSeconds() -> Double { Double(clock()) / Double(CLOCKS_PER_SEC) }

/// Microseconds of one call: the median of nine rounds of 20 to 40 ms.
func measure(_ body: () throws -> Void) rethrows -> Double {
    func seconds(_ calls: Int) throws -> Double {
        let start = processorSeconds()
        for _ in 0..<calls { try body() }
        return processorSeconds() - start
    }
    var calls = 1
    while try seconds(calls) < 0.02 { calls *= 2 }
    var rounds: [Double] = []
    for _ in 0..<9 { rounds.append(try seconds(calls) * 1e6 / Double(calls)) }
    return rounds.sorted()[4]
}

func row(_ name: String, _ bytes: Int, _ body: () throws -> Void) rethrows {
    if let wanted = CommandLine.arguments.dropFirst().first, !name.hasPrefix(wanted) { return }
    let microseconds = try measure(body)
    let label = name.padding(toLength: 44, withPad: " ", startingAt: 0)
    print(label, String(format: "%7d B %9.2f µs %8.0f MB/s", bytes, microseconds, Double(bytes) / microseconds))
}

let folder = ProcessInfo.processInfo.environment["NEXUS_GOLDEN"] ?? "Vectors"
let path = "\(folder)/evidence-pack/v1/accept/001-trigger.json"
guard let file = FileManager.default.contents(atPath: path),
    case .object(let vector) = try JSON(parsing: [UInt8](file)), case .string(let pack)? = vector["pack"],
    let envelope = try EvidencePack(parsing: pack.bytes).statements.first
else { fatalError("no golden pack with a statement at \(path); run this from the project's root") }

let envelopeBytes = envelope.bytes
let payload = envelope.payload
let cac = try CAC(in: envelope)
let packBytes = pack.bytes
let key = try cac.node.verificationKey()

print("reading")
try row("envelope of a CAC", envelopeBytes.count) { _ = try Envelope(parsing: envelopeBytes) }
try row("  its JSON alone", envelopeBytes.count) { _ = try JSON(parsingCanonical: envelopeBytes) }
try row("  Foundation JSONSerialization", envelopeBytes.count) {
    _ = try JSONSerialization.jsonObject(with: Data(envelopeBytes))
}
try row("CAC", payload.count) { _ = try CAC(in: envelope) }
try row("  its JSON alone", payload.count) { _ = try JSON(parsingCanonical: payload) }
try row("  Foundation JSONSerialization", payload.count) { _ = try JSONSerialization.jsonObject(with: Data(payload)) }
try row("  its result alone", cac.result.count) { _ = try ExecutionResult(parsing: cac.result) }
try row("evidence pack, JSON alone", packBytes.count) { _ = try JSON(parsingCanonical: packBytes) }
print("writing")
try row("CAC", payload.count) { precondition(!cac.bytes.isEmpty) }
try row("envelope of a CAC", envelopeBytes.count) { precondition(!envelope.bytes.isEmpty) }
print("beside them")
try row("Ed25519 verification of the envelope", payload.count) { try envelope.verify(by: key) }
row("SHA-256 of the payload", payload.count) { precondition(envelope.payloadDigest.bytes.count == 32) }
row("DID, parsed", cac.node.text.utf8.count) { precondition((try? DID(parsing: cac.node.text)) != nil) }
row("digest, parsed", 71) { precondition((try? Digest(parsing: cac.clause.text)) != nil) }
row("instant, parsed", 24) { precondition((try? Instant(parsing: Text("2026-11-21T09:30:00.000Z"))) != nil) }
