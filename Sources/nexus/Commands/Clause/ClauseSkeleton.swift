import NexusBase
import NexusClause

/// What `nexus clause new` writes.
enum ClauseSkeleton {
    static func yaml(_ id: ClauseID, from: Instant) -> String {
        """
        # A clause: an agreement that computes. Every field is checked by `nexus clause check`;
        # `nexus clause schema` prints what each may hold. Numbers are exact decimals.
        format: nexus.clause/v1
        id: \(id)
        title: \(id.name)
        language: en

        # The agreement as its parties read it. Where text and computation differ, people decide: keep them together.
        text: |
          1. Purpose. Say what this agreement is for and who relies on it.
          2. Index. The index of a day is the reading of that day, in metres.
          3. Trigger. Action is due when the index is above the threshold.
          4. Otherwise. A day without action is certified in the same way, with its margin.

        domain: example
        jurisdiction: CH
        parties:
          - { name: First party, role: insured }
          - { name: Second party, role: insurer }

        # Events are taken from here on; add `until:` for an end.
        validity:
          from: \(from)

        # What fires an evaluation: schedule, reading, proposal, simulation or manual.
        trigger:
          kinds: [reading, manual]
          source: whoever may send the event

        # What one evaluation is about. Each occurrence is certified at most once.
        # kind: date (2026-11-21), integer (with minimum and maximum) or text.
        occurrence:
          name: day
          kind: date

        # What the computation is given. Add `feed: NAME` to demand the signature of an approved feed.
        inputs:
          - { name: reading, kind: decimal, unit: m, editions: [final], minimum: 0, maximum: 100 }

        # Numbers that the parties agreed on.
        parameters:
          - { name: threshold, value: 4.5, unit: m }

        # The module that model.swift becomes, and its bounds. `nexus clause build` writes the digest.
        computation:
          kind: wasm
          module: \(ClauseFile.placeholder)
          fuel: 10000000
          memoryBytes: 4194304
          outputBytes: 4096
          wallTimeMilliseconds: 1000

        outputs:
          - { name: index, unit: m }

        # Conditions over inputs, parameters and outputs. A comparison is reported with its margin.
        # role: trigger (all must hold for TRIGGER), obligation (one that does not hold makes FAIL) or information.
        # reviewBand: a margin nearer to zero than this asks people to decide (ESCALATE).
        terms:
          - name: aboveThreshold
            expression: index > threshold
            unit: m
            role: trigger

        # Three nodes of different operators execute; two that agree certify.
        # riskClass financial and treaty need tier quorum.
        execution:
          riskClass: operational
          tier: quorum
          nodes: 3
          quorum: 2
          unanimous: false
          retryMax: 2
          deadlineMilliseconds: 10000
          distinct: [operator]
          jurisdictions: []
          # `simulated` is for trying things out: it shows nothing about the hardware.
          attestation: [simulated]
          onRevocation: fence
          priority: 5

        # What a certified signal sets off, by the endpoint's name in the rail's configuration.
        actions:
          - name: notify
            kind: webhook
            on: [TRIGGER, ESCALATE]
            endpoint: alerts
        correctionActions: [notify]

        # Checks before a job runs, over clause, event, operators, jurisdictions and now.
        governance:
          policies: []
          contact: someone@example.org

        """
    }

    static let model = """
        /// The computation of the clause: a pure function from the inputs and parameters to the outputs. It has no
        /// clock, no network and no files; every node that runs it comes to the same bytes. Numbers are exact decimals:
        /// `+ - *` are exact, `divided(by:places:)` names its places.
        ///
        /// `nexus clause build` compiles this file with the guest library into model.wasm.
        func evaluate(_ call: ModelCall) throws(ModelError) -> Outputs {
            let reading = try call.input("reading")
            return ["index": .decimal(reading)]
        }

        """
}
