public import NexusBase

/// A decimal amount of one unit. Units are names; amounts of different units never meet.
public struct PolicyQuantity: Sendable, Hashable {
    public let amount: ExactDecimal
    /// As written: `m`, `degC`, `EUR`.
    public let unit: Text

    /// Throws `policy.bad-argument` unless the unit has 1 to 32 bytes of printable ASCII without spaces.
    public init(_ amount: ExactDecimal, unit: Text) throws {
        guard (1...32).contains(unit.utf8.count), unit.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw PolicyError(.badArgument, "a unit is 1 to 32 printable ASCII characters, not \"\(unit)\"")
        }
        self.amount = amount
        self.unit = unit
    }

    func requireSameUnit(_ other: PolicyQuantity, _ verb: String) throws {
        guard unit == other.unit else {
            throw PolicyError(.unitMismatch, "a quantity in \(unit) and one in \(other.unit) cannot be \(verb)")
        }
    }

    func adding(_ other: PolicyQuantity) throws -> PolicyQuantity {
        try requireSameUnit(other, "added")
        return try PolicyQuantity(amount.adding(other.amount), unit: unit)
    }

    func subtracting(_ other: PolicyQuantity) throws -> PolicyQuantity {
        try requireSameUnit(other, "subtracted")
        return try PolicyQuantity(amount.subtracting(other.amount), unit: unit)
    }
}
