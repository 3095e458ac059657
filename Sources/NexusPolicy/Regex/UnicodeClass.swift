import NexusBase

/// A Unicode general category, or group of categories, or script: `\p{L}`, `\p{Lu}`, `\p{Greek}`.
enum UnicodeClass: Sendable {
    case any
    case categories([Unicode.GeneralCategory])
    case script([ClosedRange<UInt32>])

    init?(name: Text) {
        if name == "Any" {
            self = .any
        } else if let categories = Self.categoryNames[name] {
            self = .categories(categories)
        } else if let script = UnicodeScripts.ranges(of: name) {
            self = .script(script)
        } else {
            return nil
        }
    }

    func contains(_ scalar: Unicode.Scalar) -> Bool {
        switch self {
        case .any: return true
        case .categories(let categories): return categories.contains(scalar.properties.generalCategory)
        case .script(let ranges):
            var low = 0
            var high = ranges.count
            while low < high {
                let middle = (low + high) / 2
                if ranges[middle].upperBound < scalar.value { low = middle + 1 } else { high = middle }
            }
            return low < ranges.count && ranges[low].contains(scalar.value)
        }
    }

    private static let categoryNames: [Text: [Unicode.GeneralCategory]] = {
        let single: [(Text, Unicode.GeneralCategory)] = [
            ("Lu", .uppercaseLetter), ("Ll", .lowercaseLetter), ("Lt", .titlecaseLetter), ("Lm", .modifierLetter),
            ("Lo", .otherLetter), ("Mn", .nonspacingMark), ("Mc", .spacingMark), ("Me", .enclosingMark),
            ("Nd", .decimalNumber), ("Nl", .letterNumber), ("No", .otherNumber), ("Pc", .connectorPunctuation),
            ("Pd", .dashPunctuation), ("Ps", .openPunctuation), ("Pe", .closePunctuation), ("Pi", .initialPunctuation),
            ("Pf", .finalPunctuation), ("Po", .otherPunctuation), ("Sm", .mathSymbol), ("Sc", .currencySymbol),
            ("Sk", .modifierSymbol), ("So", .otherSymbol), ("Zs", .spaceSeparator), ("Zl", .lineSeparator),
            ("Zp", .paragraphSeparator), ("Cc", .control), ("Cf", .format), ("Cs", .surrogate), ("Co", .privateUse),
        ]
        var names: [Text: [Unicode.GeneralCategory]] = [:]
        for (name, category) in single {
            names[name] = [category]
            names[Text(String(name.string.prefix(1))), default: []].append(category)
        }
        return names
    }()
}
