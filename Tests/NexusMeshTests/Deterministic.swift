import NexusTestInputs

/// SplitMix64: the same numbers for the same seed.
/// Changes bytes, cuts, repeats, inserts, or puts a part of another frame in.
func mutate(_ frame: [UInt8], with others: [[UInt8]], _ generator: inout SplitMix64) -> [UInt8] {
    var bytes = frame
    for _ in 0..<Int.random(in: 1...3, using: &generator) {
        let index = Int.random(in: 0...bytes.count, using: &generator)
        switch Int.random(in: 0..<7, using: &generator) {
        case 0 where index < bytes.count: bytes[index] = UInt8.random(in: 0...255, using: &generator)
        case 1 where index < bytes.count: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        case 2: bytes.removeSubrange(index...)
        case 3: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: index)
        case 4: bytes.insert(contentsOf: [0xFF, 0xFF, 0xFF, 0xFF, 0x0F], at: index)
        case 5:
            let other = others[Int.random(in: 0..<others.count, using: &generator)]
            bytes.insert(contentsOf: other.prefix(Int.random(in: 0...other.count, using: &generator)), at: index)
        default: if index < bytes.count { bytes[index] = bytes[index] &+ 1 }
        }
    }
    return bytes
}
