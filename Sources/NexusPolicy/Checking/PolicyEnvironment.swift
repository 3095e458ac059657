public import NexusBase

/// What expressions may name: variables with their types, and functions beyond the standard library.
public struct PolicyEnvironment: Sendable {
    public struct Variable: Sendable {
        public let name: Text
        public let type: PolicyType
        /// Most elements or bytes the host will bind, for the static cost; nil assumes `PolicyLimits.assumedSize`.
        public let sizeMax: UInt64?

        public init(_ name: Text, _ type: PolicyType, sizeMax: UInt64? = nil) {
            self.name = name
            self.type = type
            self.sizeMax = sizeMax
        }
    }

    public let variables: [Variable]
    /// The namespace in which names are looked up first: with `a.b`, `x` is `a.b.x`, then `a.x`, then `x`.
    public let container: Text
    let functions: [Text: PolicyFunction]
    let timeZones: PolicyTimeZones?
    private let slots: [Text: Int]

    /// The standard library and all extension libraries, with these variables. The last of two declarations of a
    /// name counts.
    public init(
        variables: [(Text, PolicyType)] = [], functions: [PolicyFunction] = [], container: Text = "",
        timeZones: PolicyTimeZones? = nil
    ) {
        self.init(
            declaring: variables.map { Variable($0.0, $0.1) }, functions: functions, container: container,
            timeZones: timeZones)
    }

    public init(
        declaring variables: [Variable], functions: [PolicyFunction] = [], container: Text = "",
        timeZones: PolicyTimeZones? = nil
    ) {
        self.variables = variables
        self.container = container
        self.timeZones = timeZones
        var slots: [Text: Int] = [:]
        for (slot, variable) in variables.enumerated() { slots[variable.name] = slot }
        self.slots = slots
        var table = StandardLibrary.functions
        for function in functions { table[function.name] = function }
        self.functions = table
    }

    /// Where the variable's value stands among the bindings.
    func slot(of name: Text) -> Int? { slots[name] }

    /// The names that a name may mean in the container, innermost first.
    func candidates(_ name: Text, isAbsolute: Bool) -> [Text] {
        guard !isAbsolute, !container.isEmpty else { return [name] }
        var parts = container.utf8.split(separator: UInt8(ascii: ".")).map { String(Substring($0)) }
        var result: [Text] = []
        while !parts.isEmpty {
            result.append(Text(parts.joined(separator: ".") + "." + name.string))
            parts.removeLast()
        }
        return result + [name]
    }

    /// A type named in an expression, such as `int` or `google.protobuf.Timestamp`.
    func namedType(_ name: Text) -> (name: Text, type: PolicyType)? {
        guard let type = StandardLibrary.typeNames[name] else { return nil }
        return (name, type)
    }
}
