import ArgumentParser
import NexusBase
import NexusPolicy

struct PolicyCheckCommand: NexusCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check a policy and sum it up.",
        discussion: """
            EXAMPLES
              nexus policy check Examples/policies/jurisdiction.json

            Errors in a rule show its expression with a caret. Warnings are about rules that may pass the cost limit \
            with the sizes their variables declare, and about policies without tests; with --strict they end the \
            command with status 1. Status 3: the policy has an error. Status 4: there is no such file.
            """)

    @OptionGroup(title: "Output") var options: GlobalOptions

    @Argument(help: "A policy (policy-v1).", completion: .file(extensions: ["json"]))
    var file: String

    @Flag(help: "Warnings end the command with status 1.")
    var strict = false

    func run(on console: Console) async throws {
        let policy = try PolicyFile(file).policy
        var warnings = policy.rules.filter { !$0.when.staticCost.fits(.standard) }.map {
            "rule \"\($0.name)\" may cost \($0.when.staticCost.worst) steps, the limit is "
                + "\(PolicyLimits.standard.costMax); declare sizeMax"
        }
        if policy.tests.isEmpty { warnings.append("there are no tests beside the rules") }
        console.say("\(good: console.marks.done) \(bold: policy.id.string)  \(policy.description?.string ?? "")")
        console.facts([("digest", Styled(policy.digest.description)), ("tests", "\(policy.tests.count)")])
        console.heading("Variables")
        console.facts(policy.environment.variables.map { ($0.name.string, Styled("\($0.type)")) })
        console.heading("Rules")
        var rules = Table([.left("name"), .left("effect"), .right("cost at most"), .left("when")])
        for rule in policy.rules {
            rules.add([
                Styled(rule.name.string), Styled(rule.effect.rawValue), Styled("\(rule.when.staticCost.worst)"),
                .accent(rule.when.source.string),
            ])
        }
        console.show(rules)
        for warning in warnings { console.warn(Styled(warning)) }
        console.result([
            "digest": policy.digest.json, "file": .text(file), "id": .string(policy.id),
            "rules": .array(
                policy.rules.map {
                    [
                        "effect": .text($0.effect.rawValue), "name": .string($0.name),
                        "staticCost": .text(String($0.when.staticCost.worst)), "when": .string($0.when.source),
                    ]
                }),
            "tests": .int(policy.tests.count), "warnings": .array(warnings.map { .text($0) }),
        ])
        if strict, !warnings.isEmpty { throw ExitCode(ExitStatus.no.rawValue) }
    }
}
