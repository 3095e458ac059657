import NexusBase

/// Takes a policy document apart.
struct PolicyReader {
    private(set) var id: Text = ""
    private(set) var description: Text?
    private(set) var environment = PolicyEnvironment()
    private(set) var constants: [(name: Text, value: PolicyValue)] = []
    private(set) var tests: [Policy.Test] = []
    private var drafts: [Draft] = []
    private let limits: PolicyLimits

    private struct Draft {
        let name: Text
        let effect: Policy.Effect
        let when: Text
        let because: Text
        let notify: Text?
        let place: String
    }

    init(_ json: JSON, _ timeZones: PolicyTimeZones?, _ limits: PolicyLimits) throws {
        self.limits = limits
        var fields = try Fields(json, at: "")
        guard try fields.text("type") == Policy.typeName else {
            throw BaseError(.wrongType, "the type is \(Policy.typeName)", at: "type")
        }
        id = try fields.text("id", bytesMax: 200)
        guard Self.isIdentifier(id) else {
            throw BaseError(.badIdentifier, "an id reads like ISSUER::Name@1.0.0", at: "id")
        }
        description = try fields.optionalText("description", bytesMax: PolicyLimits.policyTextBytesMax)
        let container = try fields.optionalText("container", bytesMax: 200) ?? ""
        let variables = try fields.list("variables", countMax: PolicyLimits.policyVariablesMax, Self.variable)
        try Self.requireDistinct(variables.map(\.variable.name), "variables")
        constants = variables.compactMap { variable, value in value.map { (variable.name, $0) } }
        environment = PolicyEnvironment(
            declaring: variables.map(\.variable), container: container, timeZones: timeZones)
        drafts = try fields.list("rules", countMax: PolicyLimits.policyRulesMax, Self.rule)
        guard !drafts.isEmpty else { throw BaseError(.missingField, "a policy has at least one rule", at: "rules") }
        try Self.requireDistinct(drafts.map(\.name), "rules")
        tests = try fields.list("tests", countMax: PolicyLimits.policyTestsMax, Self.test)
        try Self.requireDistinct(tests.map(\.name), "tests")
        try fields.finish()
    }

    func rules() throws -> [Policy.Rule] {
        try drafts.map { draft in
            do {
                let when = try PolicyExpression.condition(draft.when, in: environment, limits: limits)
                return Policy.Rule(
                    name: draft.name, effect: draft.effect, when: when, because: draft.because, notify: draft.notify)
            } catch let error as PolicyError {
                let place = error.place.map { "\(draft.place).when:\($0)" } ?? "\(draft.place).when"
                throw PolicyError(error.code, error.message, at: place)
            }
        }
    }

    private static func isIdentifier(_ id: Text) -> Bool {
        let parts = id.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
        guard parts.count == 2 else { return false }
        let numbers = parts[1].split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        let names = String(Substring(parts[0])).split(separator: ":", omittingEmptySubsequences: false)
        return numbers.count == 3
            && numbers.allSatisfy {
                (1...9).contains($0.count) && $0.allSatisfy(\.isDigit) && ($0.count == 1 || $0.first != 0x30)
            }
            && names.count == 3 && names[1].isEmpty && !names[0].isEmpty && !names[2].isEmpty
            && parts[0].allSatisfy { $0.isNamePart || [0x2D, 0x2E, 0x3A].contains($0) }
    }

    private static func requireDistinct(_ names: [Text], _ place: String) throws {
        var seen: Set<Text> = []
        for (index, name) in names.enumerated() where !seen.insert(name).inserted {
            throw BaseError(.duplicateKey, "\"\(name)\" stands here twice", at: "\(place)[\(index)].name")
        }
    }

    private static func variable(
        _ json: JSON, _ place: String
    ) throws -> (variable: PolicyEnvironment.Variable, value: PolicyValue?) {
        var fields = try Fields(json, at: place)
        let name = try fields.text("name", bytesMax: 200)
        let typeText = try fields.text("type", bytesMax: 1000)
        let sizeMax = try fields.optionalInteger("sizeMax").map { UInt64($0) }
        let fixed = fields.optional("value")
        try fields.finish()
        let isName = name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
            .allSatisfy { $0.first?.isNameStart == true && $0.allSatisfy(\.isNamePart) }
        guard isName, !Keyword.values.contains(name), !Keyword.reserved.contains(name) else {
            throw BaseError(.badIdentifier, "\"\(name)\" is not a name of the language", at: "\(place).name")
        }
        guard let type = PolicyType(parsing: typeText) else {
            throw BaseError(.wrongType, "\"\(typeText)\" is no type of a policy", at: "\(place).type")
        }
        let value = try fixed.map { try PolicyValue(json: $0, as: type, at: "\(place).value") }
        // As text it is longer than any of its parts, and than they are many.
        let sizeFixed = value.map { UInt64($0.literal.utf8.count) }
        return (PolicyEnvironment.Variable(name, type, sizeMax: sizeMax ?? sizeFixed), value)
    }

    private static func rule(_ json: JSON, _ place: String) throws -> Draft {
        var fields = try Fields(json, at: place)
        let bytesMax = PolicyLimits.policyTextBytesMax
        let effect = try fields.choice("effect", as: Policy.Effect.self)
        let draft = Draft(
            name: try fields.text("name", bytesMax: 200), effect: effect,
            when: try fields.text("when", bytesMax: bytesMax), because: try fields.text("because", bytesMax: bytesMax),
            notify: effect == .notify ? try fields.text("notify", bytesMax: 200) : nil, place: place)
        try fields.finish()
        return draft
    }

    private static func test(_ json: JSON, _ place: String) throws -> Policy.Test {
        var fields = try Fields(json, at: place)
        let name = try fields.text("name", bytesMax: 200)
        let given = try fields.required("given")
        let expectation = try fields.object("expect") { expect in
            func names(_ key: Text) throws -> [Text] {
                guard expect.remaining.contains(key) else { return [] }
                return try expect.list(key) { json, place in
                    guard case .string(let text) = json else {
                        throw BaseError(.wrongType, "a string is needed", at: place)
                    }
                    return text
                }
            }
            return (try expect.bool("permitted"), try names("refusedBy"), try names("notified"))
        }
        try fields.finish()
        return Policy.Test(
            name: name, given: given, isPermitted: expectation.0, refusedBy: expectation.1,
            notified: expectation.2)
    }
}
