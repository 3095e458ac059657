/// A JSON value as signed documents may hold it: no floating point, integers within ±(2^53 - 1), no duplicate keys.
/// Decimals travel as strings (`ExactDecimal`).
public enum JSON: Sendable, Hashable {
    case null
    case bool(Bool)
    case integer(Int64)
    case string(Text)
    case array([JSON])
    case object(JSONObject)
}

/// The members of an object in RFC 8785 order (keys by UTF-16 code units), each key once.
public struct JSONObject: Sendable, Hashable {
    public private(set) var members: [(key: Text, value: JSON)]

    public init() { members = [] }

    /// Sorts the members. A key given twice is a programming error here; the reader refuses it in input.
    public init(_ members: [(Text, JSON)]) {
        self.members = []
        self.members.reserveCapacity(members.count)
        for (key, value) in members { append(key, value) }
        sort()
    }

    /// Adds a member; `sort` comes after the last.
    fileprivate mutating func append(_ key: Text, _ value: JSON) { members.append((key: key, value: value)) }

    /// Most objects are written in order; the others are sorted here.
    fileprivate mutating func sort() {
        if members.indices.dropFirst().allSatisfy({ members[$0 - 1].key < members[$0].key }) { return }
        members.sort { $0.key < $1.key }
        for index in members.indices.dropFirst() {
            precondition(members[index - 1].key != members[index].key, "duplicate key in a JSON object")
        }
    }

    /// For the reader, which has sorted and checked.
    init(sorted members: [(key: Text, value: JSON)]) { self.members = members }

    /// Where the member of this key stands.
    func index(of key: Text) -> Int? {
        if members.count <= 8 { return members.firstIndex { $0.key == key } }
        let index = position(of: key)
        return index < members.count && members[index].key == key ? index : nil
    }

    public subscript(key: Text) -> JSON? {
        get { index(of: key).map { members[$0].value } }
        set {
            let index = position(of: key)
            let present = index < members.count && members[index].key == key
            switch (present, newValue) {
            case (true, let value?): members[index].value = value
            case (true, nil): members.remove(at: index)
            case (false, let value?): members.insert((key: key, value: value), at: index)
            case (false, nil): break
            }
        }
    }

    private func position(of key: Text) -> Int {
        var low = 0
        var high = members.count
        while low < high {
            let middle = (low + high) / 2
            if members[middle].key < key { low = middle + 1 } else { high = middle }
        }
        return low
    }

    public static func == (left: JSONObject, right: JSONObject) -> Bool {
        left.members.elementsEqual(right.members) { $0.key == $1.key && $0.value == $1.value }
    }

    public func hash(into hasher: inout Hasher) {
        for (key, value) in members {
            hasher.combine(key)
            hasher.combine(value)
        }
    }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    public init(stringLiteral value: String) { self = .string(Text(value)) }
    public init(integerLiteral value: Int64) { self = .integer(value) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(arrayLiteral elements: JSON...) { self = .array(elements) }
    /// Members with value `nil` are for optional fields and are left out.
    public init(dictionaryLiteral elements: (Text, JSON?)...) {
        var object = JSONObject()
        for (key, value) in elements { if let value { object.append(key, value) } }
        object.sort()
        self = .object(object)
    }

    /// A string value, for text that is computed.
    public static func text(_ string: String) -> JSON { .string(Text(string)) }
    /// Bytes as standard base64 with padding (RFC 4648 section 4).
    public static func base64(_ bytes: [UInt8]) -> JSON { .string(Text(Base64.encode(bytes))) }
    /// An integer. Its magnitude is at most `Limits.jsonIntegerMax`.
    public static func int(_ value: Int) -> JSON { .integer(Int64(value)) }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    public init(dictionaryLiteral elements: (Text, JSON)...) { self.init(elements) }
}
