package import NexusBase

/// What an observer outside the rail has seen, to hold it against what the rail promises.
package struct WorldWatch {
    /// Promises that were broken, in order of finding out.
    package private(set) var violations: [String] = []
    /// Jobs that were acknowledged, in order.
    package private(set) var acknowledged: [Digest] = []
    private var isAcknowledged: Set<Digest> = []
    /// Jobs whose certificates were released.
    package private(set) var released: Set<Digest> = []
    /// Tokens that the rail sent out, and to which node.
    private var issued: [Digest: Int] = [:]
    /// Tokens that a node ran.
    private var executed: Set<Digest> = []
    /// A digest of everything that happened, in order.
    package private(set) var trace = Digest(of: [])
    package private(set) var count = Counts()

    package struct Counts {
        package var jobs = 0
        package var frozen = 0
        package var railStarts = 0
        package var refusedStarts = 0
        package var statements = 0
        package var disputes = 0
        package var packs = 0
        package var deliveries = 0
        package var forgeriesRefused = 0

        package init() {}
    }

    package init() {}

    package mutating func fail(_ invariant: String, _ what: String) {
        violations.append("\(invariant): \(what)")
    }

    package mutating func note(_ bytes: [UInt8]) { trace = Digest(ofParts: trace.bytes, bytes) }
    package mutating func note(_ text: String) { note(Array(text.utf8)) }
    package mutating func tally(_ body: (inout Counts) -> Void) { body(&count) }

    mutating func acknowledge(_ job: Digest) {
        if isAcknowledged.insert(job).inserted { acknowledged.append(job) }
    }

    mutating func release(_ jobs: [Digest]) { released.formUnion(jobs) }
    mutating func issue(_ token: Digest, to node: Int) { issued[token] = node }

    /// A node begins a run.
    mutating func execute(_ token: Digest, at node: Int) {
        if issued[token] != node { fail("tokens", "node \(node) runs a token that the rail did not give it") }
        if !executed.insert(token).inserted { fail("tokens", "node \(node) runs a token twice") }
    }
}
