import Crypto
import Foundation
import NexusBase

/// Secret randomness from a seed: the ChaCha20 key stream. The room draws nothing itself; the seed is an argument.
struct MaskStream {
    private let key: SymmetricKey
    private var block: [UInt8] = []
    private var position = 0
    private var counter: UInt64 = 0
    private static let blockSize = 1 << 16

    /// The key is SHA-256 over the framed label, seed and context, so one seed used for two statements still gives
    /// unrelated masks.
    init(label: StaticString, seed: [UInt8], context: [UInt8]) {
        key = SymmetricKey(data: Framed.digest(label, seed, context).bytes)
    }

    private mutating func refill() {
        let nonce = [0, 0, 0, 0] + (0..<8).map { UInt8(truncatingIfNeeded: counter >> (8 * UInt64($0))) }
        counter += 1
        do {
            let zeros = [UInt8](repeating: 0, count: Self.blockSize)
            block = try [UInt8](ChaChaPoly.seal(zeros, using: key, nonce: ChaChaPoly.Nonce(data: nonce)).ciphertext)
        } catch {
            preconditionFailure("a key of 32 and a nonce of 12 bytes are always accepted")
        }
        position = 0
    }

    mutating func bytes(_ count: Int) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(count)
        while result.count < count {
            if position == block.count { refill() }
            let taken = min(count - result.count, block.count - position)
            result += block[position..<position + taken]
            position += taken
        }
        return result
    }

    mutating func element() -> Goldilocks {
        while true {
            if position + 8 > block.count { refill() }
            let word = block.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: position, as: UInt64.self) }
            position += 8
            if let element = Goldilocks(exactly: UInt64(littleEndian: word)) { return element }
        }
    }

    mutating func elements(_ count: Int) -> [Goldilocks] { (0..<count).map { _ in element() } }
}
