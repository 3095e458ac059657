import NexusBase
import NexusSignatures
import Testing

@Suite struct MLDSA44Tests {
    @Test func `SHAKE128 of nothing has its published digest`() {
        var hash = Shake128()
        #expect(Hex.encode(hash.read(16)) == "7f9c2ba4e88f827d616045507605853e")
    }

    /// Method: the accumulated vectors of C2SP CCTV (`ml-dsa-cctv/accumulated/README.md`), ML-DSA-44, 100 rounds: every
    /// seed's public key and deterministic signature of the empty message fold into one digest.
    @Test func `a hundred keys and signatures fold into the published digest`() {
        var seeds = Shake128()
        var all = Shake128()
        for _ in 0..<100 {
            let seed = seeds.read(32)
            let key = MLDSA44.publicKey(seed: seed)
            let signature = MLDSA44.sign([], seed: seed, randomizer: [UInt8](repeating: 0, count: 32))
            #expect(MLDSA44.isValid(signature, over: [], by: key))
            all.write(key)
            all.write(signature)
        }
        #expect(Hex.encode(all.read(32)) == "d51148e1f9f4fa1a723a6cf42e25f2a99eb5c1b378b3d2dbbd561b1203beeae4")
    }

    @Test func `a signature holds for its message, context and key only`() {
        let seed = [UInt8](repeating: 5, count: 32)
        let key = MLDSA44.publicKey(seed: seed)
        let signature = MLDSA44.sign([1, 2], seed: seed, context: [9])
        #expect(MLDSA44.isValid(signature, over: [1, 2], by: key, context: [9]))
        #expect(!MLDSA44.isValid(signature, over: [1, 2], by: key))
        #expect(!MLDSA44.isValid(signature, over: [1], by: key, context: [9]))
        let other = MLDSA44.publicKey(seed: [UInt8](repeating: 6, count: 32))
        #expect(!MLDSA44.isValid(signature, over: [1, 2], by: other, context: [9]))
        #expect(!MLDSA44.isValid(Array(signature.dropLast()), over: [1, 2], by: key, context: [9]))
        #expect(!MLDSA44.isValid(signature, over: [1, 2], by: Array(key.dropLast()), context: [9]))
        for index in stride(from: 0, to: signature.count, by: 61) {
            var changed = signature
            changed[index] ^= 1
            #expect(!MLDSA44.isValid(changed, over: [1, 2], by: key, context: [9]), "byte \(index)")
        }
    }
}
