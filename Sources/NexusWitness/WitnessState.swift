public import NexusBase
public import NexusLog

/// A log that a witness follows: its origin and the keys that may sign for it.
public struct WitnessedLog: Sendable, Hashable {
    public let origin: Text
    public let keys: [VerifierKey]

    public init(origin: Text, keys: [VerifierKey]) {
        self.origin = origin
        self.keys = keys
    }
}

/// An answer of `add-checkpoint`, as HTTP wants it.
public struct WitnessResponse: Sendable, Hashable {
    public let status: Int
    public let contentType: String
    public let body: [UInt8]

    init(_ status: Int, _ body: String, contentType: String = "text/plain; charset=utf-8") {
        self.status = status
        self.body = Array(body.utf8)
        self.contentType = contentType
    }

    static func conflict(_ size: Int) -> WitnessResponse {
        WitnessResponse(409, "\(size)\n", contentType: "text/x.tlog.size")
    }
}

/// What a witness knows: for each log the latest checkpoint that it cosigned. A value; it neither signs nor stores.
public struct WitnessState: Sendable {
    private struct Followed {
        let log: WitnessedLog
        var latest: Checkpoint?
    }

    private var followed: [Text: Followed] = [:]

    /// Throws `witness.too-large` for more than `WitnessLimits.logsMax` logs.
    public init(logs: [WitnessedLog]) throws {
        guard logs.count <= WitnessLimits.logsMax else {
            throw WitnessError(.tooLarge, "a witness follows at most \(WitnessLimits.logsMax) logs")
        }
        for log in logs { followed[log.origin] = Followed(log: log) }
    }

    /// The latest checkpoint of a log that was recorded.
    public func latest(of origin: Text) -> Checkpoint? { followed[origin]?.latest }

    /// What to do with a request.
    public enum Verdict: Sendable, Hashable {
        /// Answer so; nothing changes.
        case refuse(WitnessResponse)
        /// Make the checkpoint durable, `record` it, and only then cosign it.
        case cosign(SignedCheckpoint)
    }

    /// Judges the body of an `add-checkpoint` request (c2sp.org/tlog-witness, in its order of checks). Between this and
    /// `record` no other request for the same origin may be judged.
    public func judge(_ body: [UInt8]) -> Verdict {
        let request: AddCheckpointRequest
        do { request = try AddCheckpointRequest(parsing: body) } catch {
            return .refuse(WitnessResponse(400, "bad request: \((error as? WitnessError)?.message ?? "")\n"))
        }
        let checkpoint = request.checkpoint.checkpoint
        guard let known = followed[checkpoint.origin] else {
            return .refuse(WitnessResponse(404, "unknown log\n"))
        }
        do {
            _ = try request.checkpoint.verify(origin: checkpoint.origin, by: known.log.keys)
        } catch {
            return .refuse(WitnessResponse(403, "no valid signature by a key of the log\n"))
        }
        guard request.oldSize <= checkpoint.size else {
            return .refuse(WitnessResponse(400, "the old size is larger than the checkpoint's\n"))
        }
        let latestSize = known.latest?.size ?? 0
        guard request.oldSize == latestSize else { return .refuse(.conflict(latestSize)) }
        if let latest = known.latest, latest.size == checkpoint.size, latest.root != checkpoint.root {
            return .refuse(.conflict(latestSize))
        }
        guard isConsistent(request, with: known.latest) else {
            return .refuse(WitnessResponse(422, "the consistency proof does not verify\n"))
        }
        return .cosign(request.checkpoint)
    }

    private func isConsistent(_ request: AddCheckpointRequest, with latest: Checkpoint?) -> Bool {
        guard let latest, latest.size > 0 else { return request.proof.isEmpty }
        let new = request.checkpoint.checkpoint
        do {
            try TreeProof.verifyConsistency(
                oldSize: latest.size, oldRoot: latest.root, newSize: new.size, newRoot: new.root, proof: request.proof)
            return true
        } catch { return false }
    }

    /// Takes a checkpoint that was judged, and is durable now, as the latest of its log.
    public mutating func record(_ checkpoint: Checkpoint) { followed[checkpoint.origin]?.latest = checkpoint }

    /// The same for a stored checkpoint at start. Throws `witness.damaged` if it is of a log that is followed and its
    /// signature does not verify; one of another log is passed over.
    public mutating func restore(_ stored: SignedCheckpoint) throws {
        guard let known = followed[stored.checkpoint.origin] else { return }
        do {
            _ = try stored.verify(origin: stored.checkpoint.origin, by: known.log.keys)
        } catch {
            throw WitnessError(
                .damaged, "the stored checkpoint does not verify; a key that signed it must stay known",
                at: stored.checkpoint.origin.string, cause: error)
        }
        record(stored.checkpoint)
    }
}
