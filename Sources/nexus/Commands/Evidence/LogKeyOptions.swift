import ArgumentParser
import NexusBase
import NexusLog

/// Whose signatures a log must have.
struct LogKeyOptions: ParsableArguments {
    @Option(help: "Verifier key of the log, name+id+base64 (repeat for keys of before a rotation).")
    var key: [String] = []
    @Option(help: "The log's origin, if it is not the name of its key.")
    var origin: String?

    var isGiven: Bool { !key.isEmpty }

    func log() throws -> WitnessedLogKeys {
        let keys = try key.map { try VerifierKey(parsing: Text($0)) }
        guard let first = keys.first else { throw CommandError(.usage, "give the log's verifier key", at: "--key") }
        return WitnessedLogKeys(origin: origin.map { Text($0) } ?? first.name, keys: keys)
    }
}

/// A log's origin and its keys, present and past.
struct WitnessedLogKeys {
    let origin: Text
    let keys: [VerifierKey]

    init(origin: Text, keys: [VerifierKey]) {
        self.origin = origin
        self.keys = keys
    }

    init(key: VerifierKey) { self.init(origin: key.name, keys: [key]) }
}
