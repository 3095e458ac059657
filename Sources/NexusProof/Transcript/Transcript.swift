import Crypto
import NexusBase

/// Fiat-Shamir: a chain of SHA-256 over typed, length-prefixed messages. proof-v1, section 7.
struct Transcript {
    /// What a message or a draw is. The numbers are part of the format.
    enum Kind: UInt8, CaseIterable {
        case witnessRoot = 1
        case statement, zeros, lookupChallenge, helperRoot, proximityChallenge, linearChallenge, localChallenge
        case proximityPolynomial, linearPolynomial, localPolynomial, queries
        // proof-v2.
        case weightChallenge, weightMessage, weightQueries
    }

    private(set) var state: NexusBase.Digest

    init(_ format: ProofFormat = .v1) { state = Digest(of: Array("\(format.rawValue) transcript".utf8)) }

    mutating func absorb(_ kind: Kind, _ bytes: [UInt8]) {
        state = Digest(ofParts: [1], state.bytes, [kind.rawValue], Self.word(bytes.count), bytes)
    }

    /// The same as absorbing `count` zero bytes, without holding them.
    mutating func absorbZeros(_ count: Int) {
        var hasher = SHA256()
        hasher.update(data: [1] + state.bytes + [Kind.zeros.rawValue] + Self.word(count))
        let block = [UInt8](repeating: 0, count: min(count, 1 << 16))
        var rest = count
        while rest > 0 {
            let taken = min(rest, block.count)
            block.withUnsafeBytes { hasher.update(bufferPointer: UnsafeRawBufferPointer(rebasing: $0[..<taken])) }
            rest -= taken
        }
        guard let digest = try? Digest(bytes: Array(hasher.finalize())) else {
            preconditionFailure("a SHA-256 digest has 32 bytes")
        }
        state = digest
    }

    /// Uniform elements of F_p²: eight bytes each half, drawn again where they are p or more.
    mutating func challenges(_ kind: Kind, _ count: Int) -> [Extension] {
        var source = draw(kind)
        return (0..<count).map { _ in
            let first = source.element()
            return Extension(first, source.element())
        }
    }

    mutating func challenge(_ kind: Kind) -> Extension { challenges(kind, 1)[0] }

    /// Distinct indices below a power of two, in ascending order.
    mutating func queries(_ count: Int, of size: Int, kind: Kind = .queries) -> [Int] {
        precondition(size.nonzeroBitCount == 1 && count <= size, "distinct places of a power of two")
        var source = draw(kind)
        var chosen = Set<Int>()
        while chosen.count < count { chosen.insert(Int(source.word() & UInt64(size - 1))) }
        return chosen.sorted()
    }

    private mutating func draw(_ kind: Kind) -> Source {
        state = Digest(ofParts: [2], state.bytes, [kind.rawValue])
        return Source(seed: state.bytes)
    }

    private static func word(_ value: Int) -> [UInt8] {
        withUnsafeBytes(of: UInt64(value).littleEndian) { Array($0) }
    }

    /// SHA-256(3 ‖ state ‖ counter), eight bytes at a time, little-endian.
    private struct Source {
        let seed: [UInt8]
        var counter = 0
        var block: [UInt8] = []
        var position = 0

        init(seed: [UInt8]) { self.seed = seed }

        mutating func word() -> UInt64 {
            if position == block.count {
                block = Digest(ofParts: [3], seed, Transcript.word(counter)).bytes
                counter += 1
                position = 0
            }
            defer { position += 8 }
            return block.withUnsafeBytes {
                UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: position, as: UInt64.self))
            }
        }

        mutating func element() -> Goldilocks {
            while true {
                if let element = Goldilocks(exactly: word()) { return element }
            }
        }
    }
}
