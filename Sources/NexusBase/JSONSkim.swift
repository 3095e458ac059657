/// Finds values in canonical JSON without reading what stands around them: for large records of which a part is wanted.
///
/// The bytes are ones that this process wrote, or whose digest it checked. What is found is then read as strictly as
/// anything; what is skipped is looked at only for where it ends.
package struct JSONSkim {
    private let bytes: UnsafeBufferPointer<UInt8>

    /// `bytes` must outlive it.
    package init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    private func malformed(_ place: Int) -> BaseError {
        BaseError(.malformedJSON, "not the canonical JSON that was written here", at: "byte \(place)")
    }

    /// Where the member `key` of the object at `object` stands; nil if it has none. Throws `base.malformed-json`.
    package func member(_ key: StaticString, of object: Range<Int>) throws -> Range<Int>? {
        var place = try begin(object, UInt8(ascii: "{"))
        while place < object.upperBound - 1 {
            let keyEnd = try end(ofStringAt: place)
            guard keyEnd < object.upperBound, bytes[keyEnd] == UInt8(ascii: ":") else { throw malformed(keyEnd) }
            let value = (keyEnd + 1)..<(try end(ofValueAt: keyEnd + 1))
            let name = UnsafeBufferPointer(rebasing: bytes[(place + 1)..<(keyEnd - 1)])
            let wanted = UnsafeBufferPointer(start: key.utf8Start, count: key.utf8CodeUnitCount)
            if name.elementsEqual(wanted) { return value }
            place = try next(value.upperBound, in: object)
        }
        return nil
    }

    /// Where the elements of the array at `array` stand. Throws `base.malformed-json`.
    package func elements(of array: Range<Int>) throws -> [Range<Int>] {
        var found: [Range<Int>] = []
        var place = try begin(array, UInt8(ascii: "["))
        while place < array.upperBound - 1 {
            let end = try end(ofValueAt: place)
            found.append(place..<end)
            place = try next(end, in: array)
        }
        return found
    }

    private func begin(_ value: Range<Int>, _ bracket: UInt8) throws -> Int {
        guard value.count >= 2, bytes.indices.contains(value.lowerBound), value.upperBound <= bytes.count,
            bytes[value.lowerBound] == bracket
        else { throw malformed(value.lowerBound) }
        return value.lowerBound + 1
    }

    /// The place after the comma at `place`, or the closing bracket's.
    private func next(_ place: Int, in value: Range<Int>) throws -> Int {
        if place == value.upperBound - 1 { return place }
        guard place < value.upperBound - 1, bytes[place] == UInt8(ascii: ",") else { throw malformed(place) }
        return place + 1
    }

    private func end(ofStringAt start: Int) throws -> Int {
        guard start < bytes.count, bytes[start] == UInt8(ascii: "\"") else { throw malformed(start) }
        var place = start + 1
        while place < bytes.count {
            place = JSONText.plainEnd(bytes, from: place).place
            guard place < bytes.count, bytes[place] >= 0x20 else { break }
            if bytes[place] == UInt8(ascii: "\"") { return place + 1 }
            place += 2
        }
        throw malformed(min(place, bytes.count))
    }

    private func end(ofValueAt start: Int) throws -> Int {
        var depth = 0
        var place = start
        while place < bytes.count {
            switch bytes[place] {
            case UInt8(ascii: "\""): place = try end(ofStringAt: place)
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                place += 1
                continue
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                // The end of what holds a number or a word.
                if depth == 0 { return try ended(start, place) }
                depth -= 1
                place += 1
            case UInt8(ascii: ",") where depth == 0: return try ended(start, place)
            default:
                place += 1
                continue
            }
            if depth == 0 { return place }
        }
        throw malformed(place)
    }

    private func ended(_ start: Int, _ place: Int) throws -> Int {
        guard place > start else { throw malformed(place) }
        return place
    }
}
