/// How many columns a terminal gives to text: combining marks none, East Asian wide characters and emoji two
/// (Unicode Standard Annex 11).
enum DisplayWidth {
    static func of(_ text: String) -> Int {
        // Most text is ASCII, where a byte is a column.
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.utf8.count }
        return text.reduce(0) { $0 + of($1) }
    }

    static func of(_ character: Character) -> Int {
        var width = 0
        for scalar in character.unicodeScalars {
            // Variation selector 16 asks for the wide, coloured form.
            if scalar.value == 0xFE0F, width > 0 { return 2 }
            width = max(width, of(scalar))
        }
        return width
    }

    /// The longest beginning of `text` that fits.
    static func prefix(of text: String, columns: Int) -> String {
        var room = columns
        var end = text.startIndex
        for index in text.indices {
            room -= of(text[index])
            if room < 0 { break }
            end = text.index(after: index)
        }
        return String(text[..<end])
    }

    private static func of(_ scalar: Unicode.Scalar) -> Int {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format, .control: return 0
        default: break
        }
        return wide.contains { $0.contains(scalar.value) } ? 2 : 1
    }

    /// The blocks of EastAsianWidth.txt that are wide or full-width, and the emoji that are shown wide by themselves.
    private static let wide: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x231A...0x231B, 0x23E9...0x23EC, 0x2614...0x2615, 0x26A1...0x26A1, 0x2705...0x2705,
        0x270A...0x270B, 0x274C...0x274C, 0x274E...0x274E, 0x2753...0x2755, 0x2757...0x2757, 0x2E80...0x303E,
        0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3,
        0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x16FE0...0x18AFF, 0x1B000...0x1B2FF,
        0x1F300...0x1F320, 0x1F32D...0x1F393, 0x1F3E0...0x1F3F0, 0x1F400...0x1F64F, 0x1F680...0x1F6FC,
        0x1F900...0x1FAFF, 0x20000...0x3FFFD,
    ]
}
