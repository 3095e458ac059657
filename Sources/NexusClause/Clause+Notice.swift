package import NexusBase

extension Clause.Action {
    /// A word to an endpoint that a policy asks for: no clause wrote it down.
    package static func notice(_ name: Text, to endpoint: Text, on signal: Signal) -> Self {
        Self(
            name: name, kind: .webhook, on: [signal], endpoint: endpoint, payee: nil, currency: nil, limit: nil,
            rate: nil)
    }
}
