import NexusBase

/// A set of Unicode scalars: ranges, properties and other sets, perhaps negated.
struct CharacterSet: Sendable {
    enum Item: Sendable {
        case range(ClosedRange<UInt32>)
        case category(UnicodeClass)
        case set(CharacterSet)
    }

    var items: [Item] = []
    var isNegated = false
    /// Letters match in either case.
    var ignoresCase = false
    /// ASCII members, so that most text never meets the items.
    private var lowBits: UInt64 = 0
    private var highBits: UInt64 = 0

    init(_ items: [Item], isNegated: Bool = false, ignoresCase: Bool = false) {
        self.items = items
        self.isNegated = isNegated
        self.ignoresCase = ignoresCase
        for value in 0..<128 as Range<UInt32> {
            guard let scalar = Unicode.Scalar(value), slowContains(scalar) else { continue }
            if value < 64 { lowBits |= 1 << UInt64(value) } else { highBits |= 1 << UInt64(value - 64) }
        }
    }

    init(_ scalar: Unicode.Scalar, ignoresCase: Bool) {
        self.init([.range(scalar.value...scalar.value)], ignoresCase: ignoresCase)
    }

    func contains(_ scalar: Unicode.Scalar) -> Bool {
        let value = scalar.value
        if value < 64 { return lowBits >> UInt64(value) & 1 == 1 }
        if value < 128 { return highBits >> UInt64(value - 64) & 1 == 1 }
        return slowContains(scalar)
    }

    private func slowContains(_ scalar: Unicode.Scalar) -> Bool {
        let isMember = hasItem(scalar) || (ignoresCase && CaseFolding.variants(of: scalar).contains { hasItem($0) })
        return isMember != isNegated
    }

    private func hasItem(_ scalar: Unicode.Scalar) -> Bool {
        items.contains { item in
            switch item {
            case .range(let range): range.contains(scalar.value)
            case .category(let category): category.contains(scalar)
            case .set(let set): set.contains(scalar)
            }
        }
    }

    static let digits: [Item] = [.range(0x30...0x39)]
    static let spaces: [Item] = [.range(0x09...0x0A), .range(0x0C...0x0D), .range(0x20...0x20)]
    static let words: [Item] = [.range(0x30...0x39), .range(0x41...0x5A), .range(0x5F...0x5F), .range(0x61...0x7A)]
    static let any = CharacterSet([.range(0...0x10FFFF)])
    static let anyButNewline = CharacterSet([.range(0...0x09), .range(0x0B...0x10FFFF)])

    static func isWord(_ scalar: Unicode.Scalar?) -> Bool {
        guard let value = scalar?.value, value < 128 else { return false }
        return UInt8(value).isNamePart
    }

    /// `[:alpha:]` and its kin: ASCII, as in RE2.
    static let named: [Text: [Item]] = [
        "alnum": [.range(0x30...0x39), .range(0x41...0x5A), .range(0x61...0x7A)],
        "alpha": [.range(0x41...0x5A), .range(0x61...0x7A)], "ascii": [.range(0...0x7F)],
        "blank": [.range(0x09...0x09), .range(0x20...0x20)], "cntrl": [.range(0...0x1F), .range(0x7F...0x7F)],
        "digit": digits, "graph": [.range(0x21...0x7E)], "lower": [.range(0x61...0x7A)], "print": [.range(0x20...0x7E)],
        "punct": [.range(0x21...0x2F), .range(0x3A...0x40), .range(0x5B...0x60), .range(0x7B...0x7E)],
        "space": [.range(0x09...0x0D), .range(0x20...0x20)], "upper": [.range(0x41...0x5A)], "word": words,
        "xdigit": [.range(0x30...0x39), .range(0x41...0x46), .range(0x61...0x66)],
    ]
}

/// Scalars that differ only in case, by simple (one to one) mappings.
enum CaseFolding {
    static func variants(of scalar: Unicode.Scalar) -> [Unicode.Scalar] {
        let lower = single(scalar.properties.lowercaseMapping) ?? scalar
        let upper = single(scalar.properties.uppercaseMapping) ?? scalar
        let lowerOfUpper = single(upper.properties.lowercaseMapping) ?? upper
        var result = [lower, upper, lowerOfUpper]
        // Three scalars fold onto letters that do not map back to them.
        switch lowerOfUpper.value {
        case 0x6B: result.append("\u{212A}")
        case 0x73: result.append("\u{17F}")
        case 0xE5: result.append("\u{212B}")
        default: break
        }
        return result
    }

    private static func single(_ text: String) -> Unicode.Scalar? {
        let scalars = text.unicodeScalars
        return scalars.count == 1 ? scalars.first : nil
    }
}
