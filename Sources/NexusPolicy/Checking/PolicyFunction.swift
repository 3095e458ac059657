public import NexusBase

/// A function or method with its overloads.
///
/// An implementation gets as many arguments as the overload has parameters, the receiver first. It must be pure: the
/// same arguments give the same value on every machine.
public struct PolicyFunction: Sendable {
    public typealias Implementation = @Sendable ([PolicyValue]) throws -> PolicyValue

    /// One signature.
    public struct Overload: Sendable {
        public let isMember: Bool
        public let parameters: [PolicyType]
        public let result: PolicyType
        let implementation: Implementation?
        /// Counts only where no other overload takes the arguments.
        private(set) var isFallback = false

        /// A signature without an implementation can be checked but not evaluated.
        public init(
            isMember: Bool = false, _ parameters: [PolicyType], _ result: PolicyType,
            implementation: Implementation? = nil
        ) {
            self.isMember = isMember
            self.parameters = parameters
            self.result = result
            self.implementation = implementation
        }

        var asFallback: Overload {
            var copy = self
            copy.isFallback = true
            return copy
        }
    }

    public let name: Text
    public let overloads: [Overload]
    /// How the standard library runs it; nil for a function of the host.
    let native: NativeFunction?

    public init(_ name: Text, _ overloads: [Overload]) {
        self.name = name
        self.overloads = overloads
        native = nil
    }

    init(_ name: Text, _ native: NativeFunction, _ overloads: [Overload]) {
        self.name = name
        self.overloads = overloads
        self.native = native
    }
}

/// How a standard function runs. The types of its arguments are looked at when it runs, so one serves all overloads.
enum NativeFunction: Sendable {
    case unary(@Sendable (PolicyValue) throws -> PolicyValue?)
    case binary(@Sendable (PolicyValue, PolicyValue) throws -> PolicyValue?)
    /// `startsWith` or `endsWith`: an operation of the machine.
    case affix(isPrefix: Bool)
    /// Any number of arguments; the context counts cost and knows limits and time zones.
    case contextual(@Sendable ([PolicyValue], inout EvaluationContext) throws -> PolicyValue?)
}

/// What a function may charge and consult.
struct EvaluationContext {
    let limits: PolicyLimits
    let timeZones: PolicyTimeZones?
    var cost: UInt64 = 0
    var iterations = 0
    /// The last error's place is filled in from this node.
    var node = 0

    /// Throws `policy.cost-exceeded`.
    @inline(__always)
    mutating func charge(_ amount: UInt64) throws {
        cost &+= amount
        if cost > limits.costMax { throw costExceeded() }
    }

    @inline(never)
    func costExceeded() -> PolicyError {
        PolicyError(.costExceeded, "the evaluation costs more than \(limits.costMax) steps")
    }

    /// For work on so many bytes or elements, before it is done.
    mutating func charge(size: Int) throws { try charge(UInt64(size) / 10 + 1) }

    /// For a function that may walk a text once: its length is free to ask.
    @inline(__always)
    mutating func charge(weightOf value: PolicyValue) throws {
        switch value {
        case .string(let text): try charge(size: text.utf8.count)
        case .bytes(let bytes): try charge(size: bytes.count)
        default: return
        }
    }

    func requireElements(_ count: Int) throws {
        guard count <= limits.elementsMax else {
            throw PolicyError(.tooLarge, "a list or map of \(count) elements; the limit is \(limits.elementsMax)")
        }
    }

    func requireBytes(_ count: Int) throws {
        guard count <= limits.bytesMax else {
            throw PolicyError(.tooLarge, "a string of \(count) bytes; the limit is \(limits.bytesMax)")
        }
    }
}
