public import NexusBase
public import NexusLog

/// Asks one witness for cosignatures. How bytes travel is the caller's.
public struct WitnessClient: Sendable {
    /// Posts a body to `<submission prefix>/add-checkpoint`; returns status and body.
    public typealias Post = @Sendable (_ body: [UInt8]) async throws -> (status: Int, body: [UInt8])

    public let keys: [VerifierKey]
    private let post: Post

    /// `keys` are the witness's cosigning keys.
    public init(keys: [VerifierKey], post: @escaping Post) {
        self.keys = keys
        self.post = post
    }

    /// What a witness answered.
    public enum Answer: Sendable, Hashable {
        /// Verified cosignatures of the checkpoint.
        case cosigned([NoteSignature])
        /// The witness's latest size is another: prove from there.
        case otherSize(Int)
        case refused(status: Int, message: String)
    }

    /// Sends one request. Throws `witness.bad-response`, or what `post` throws.
    public func send(_ request: AddCheckpointRequest) async throws -> Answer {
        let (status, body) = try await post(request.bytes)
        guard body.count <= WitnessLimits.responseBytesMax else {
            throw WitnessError(.badResponse, "more than \(WitnessLimits.responseBytesMax) bytes")
        }
        switch status {
        case 200:
            let note: SignedNote
            do {
                note = try SignedNote(parsing: Array((request.checkpoint.checkpoint.text.string + "\n").utf8) + body)
                _ = try note.verify(by: keys)
            } catch {
                throw WitnessError(.badResponse, "not a cosignature by this witness", cause: error)
            }
            return .cosigned(note.signatures.filter { line in keys.contains { $0.signed(line) } })
        case 409:
            guard body.last == 0x0A, let size = Decimal.read(body.dropLast()) else {
                return .refused(status: status, message: "conflict")
            }
            return .otherSize(size)
        default:
            return .refused(status: status, message: String(String(decoding: body, as: UTF8.self).prefix(200)))
        }
    }

    /// Gets cosignatures on `checkpoint`, starting from the size that this witness is thought to have and following it
    /// once if it has another. `proof` gives the consistency proof between two sizes.
    ///
    /// Throws `witness.rolled-back` if the witness has seen a larger tree, or another of the same size;
    /// `witness.refused`, `.conflict`, `.bad-response`.
    public func cosign(
        _ checkpoint: SignedCheckpoint, from knownSize: Int,
        proof: @Sendable (_ from: Int, _ to: Int) async throws -> [Digest]
    ) async throws -> [NoteSignature] {
        let size = checkpoint.checkpoint.size
        var oldSize = min(knownSize, size)
        for attempt in 0..<2 {
            let hashes = oldSize == 0 || oldSize == size ? [] : try await proof(oldSize, size)
            let request = AddCheckpointRequest(oldSize: oldSize, proof: hashes, checkpoint: checkpoint)
            switch try await send(request) {
            case .cosigned(let signatures): return signatures
            case .otherSize(let other) where other > size || other == oldSize:
                throw WitnessError(.rolledBack, "the witness has cosigned another tree of \(other); ours has \(size)")
            case .otherSize(let other) where attempt == 0: oldSize = other
            case .otherSize(let other): throw WitnessError(.conflict, "the witness is at \(other) by now")
            case .refused(let status, let message): throw WitnessError(.refused, "\(status): \(message)")
            }
        }
        throw WitnessError(.conflict, "the witness's size keeps changing")
    }

    /// The size of the latest tree of the log that this witness has cosigned, learnt without a new signature of the
    /// log: `signed` is a checkpoint that was published, or that of the empty tree.
    public func latestSize(knowing signed: SignedCheckpoint) async throws -> Int {
        let request = AddCheckpointRequest(oldSize: 0, proof: [], checkpoint: signed)
        switch try await send(request) {
        case .cosigned: return signed.checkpoint.size
        case .otherSize(let size): return size
        case .refused(let status, let message): throw WitnessError(.refused, "\(status): \(message)")
        }
    }
}

/// Whether a log may sign after a start: it must not be behind what its witnesses have cosigned.
public enum RollbackCheck {
    /// Asks all witnesses side by side and needs a majority of answers; each client bounds its own time.
    ///
    /// Throws `witness.rolled-back` if one of them is ahead of `size` (a copied or restored data folder), and
    /// `witness.too-few-witnesses` if no majority answers. `size` is that of the durable log, `signed` a checkpoint
    /// that
    /// was published.
    public static func run(
        _ witnesses: [WitnessClient], size: Int, knowing signed: SignedCheckpoint
    ) async throws {
        let sizes = await withTaskGroup(of: (Int, Int?).self) { group in
            for (index, witness) in witnesses.enumerated() {
                group.addTask { (index, try? await witness.latestSize(knowing: signed)) }
            }
            return await group.reduce(into: [Int: Int]()) { $0[$1.0] = $1.1 }
        }
        for (index, seen) in sizes.sorted(by: { $0.key < $1.key }) where seen > size {
            throw WitnessError(
                .rolledBack,
                "\(witnesses[index].keys.first?.name ?? "a witness") has cosigned a tree of \(seen); ours has \(size)")
        }
        let answers = sizes.count
        guard 2 * answers > witnesses.count || witnesses.isEmpty else {
            throw WitnessError(.tooFewWitnesses, "\(answers) of \(witnesses.count) witnesses answered")
        }
    }
}
