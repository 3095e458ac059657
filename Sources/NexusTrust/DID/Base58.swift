import NexusBase

/// base58btc, as multibase `z` uses it. Digits are carried five at a time and bytes four: a hybrid key has two
/// thousand bytes.
enum Base58 {
    private static let alphabet = Array("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz".utf8)
    private static let values: [Int8] = {
        var values = [Int8](repeating: -1, count: 256)
        for (value, letter) in alphabet.enumerated() { values[Int(letter)] = Int8(value) }
        return values
    }()
    private static let digitsInLimb = 5
    /// 58 to the fifth: what a limb of digits holds.
    private static let limbBase: UInt64 = 656_356_768

    static func encode(_ bytes: [UInt8]) -> String {
        var limbs: [UInt64] = []
        var place = 0
        while place < bytes.count {
            // The first takes what is over, so that all others are whole.
            let width = place == 0 ? (bytes.count - 1) % 4 + 1 : 4
            var carry = bytes[place..<place + width].reduce(0) { $0 << 8 | UInt64($1) }
            for index in limbs.indices {
                carry += limbs[index] << UInt64(8 * width)
                limbs[index] = carry % limbBase
                carry /= limbBase
            }
            while carry > 0 {
                limbs.append(carry % limbBase)
                carry /= limbBase
            }
            place += width
        }
        var digits: [UInt8] = []
        for var limb in limbs {
            for _ in 0..<digitsInLimb {
                digits.append(UInt8(limb % 58))
                limb /= 58
            }
        }
        while digits.last == 0 { digits.removeLast() }
        let zeros = bytes.prefix { $0 == 0 }.map { _ in alphabet[0] }
        return String(decoding: zeros + digits.reversed().map { alphabet[Int($0)] }, as: UTF8.self)
    }

    static func decode(_ text: some StringProtocol) throws -> [UInt8] {
        let letters = Array(text.utf8)
        var limbs: [UInt64] = []
        var place = 0
        while place < letters.count {
            let end = min(place + digitsInLimb, letters.count)
            var carry: UInt64 = 0
            var scale: UInt64 = 1
            for letter in letters[place..<end] {
                guard values[Int(letter)] >= 0 else { throw TrustError(.badDID, "not base58btc") }
                carry = carry * 58 + UInt64(values[Int(letter)])
                scale *= 58
            }
            for index in limbs.indices {
                carry += limbs[index] * scale
                limbs[index] = carry & 0xFFFF_FFFF
                carry >>= 32
            }
            if carry > 0 { limbs.append(carry) }
            place = end
        }
        var bytes = limbs.flatMap { limb in (0..<4).map { UInt8(truncatingIfNeeded: limb >> UInt64($0 * 8)) } }
        while bytes.last == 0 { bytes.removeLast() }
        return letters.prefix { $0 == alphabet[0] }.map { _ in 0 } + bytes.reversed()
    }
}
