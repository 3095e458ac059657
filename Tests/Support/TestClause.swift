package import NexusClause

/// A small clause in the likeness of the El Niño cover: three inputs, of which one has no feed.
package enum TestClause {
    package static let yaml = """
        format: nexus.clause/v1
        id: GRA::ExtremeElNino@1.0.0
        title: Extreme El Niño cover
        language: en
        text: Pays a share of the limit when the sea is warm.
        domain: insurance.parametric
        jurisdiction: PE
        parties:
          - { name: Water users, role: insured }
          - { name: Global Resilience Assurance, role: insurer }
        validity:
          from: 1950-01-01T00:00:00.000Z
        trigger:
          kinds: [reading, manual]
          source: the rail's operator
        occurrence:
          name: season
          kind: integer
          minimum: 1950
          maximum: 2100
        inputs:
          - { name: november, kind: decimal, unit: °C, feed: ersst, editions: [final], minimum: 10, maximum: 40 }
          - { name: december, kind: decimal, unit: °C, feed: ersst, editions: [final], minimum: 10, maximum: 40 }
          - { name: station, kind: text, editions: [] }
        parameters:
          - { name: attach, value: 24, unit: °C }
          - { name: exhaust, value: 27.0, unit: °C }
        computation:
          kind: wasm
          module: sha256:6c64db22561558ce077eeaa2b929ff01e23d9d44350235e595bd6c3ef4f3b413
          fuel: 10000000
          memoryBytes: 4194304
          outputBytes: 4096
          wallTimeMilliseconds: 1000
        outputs:
          - { name: index, unit: °C }
          - { name: payoutRate }
        terms:
          - name: attachment
            expression: index > attach
            unit: °C
            role: trigger
            reviewBand: 0.05
          - name: fullPayment
            expression: index >= exhaust
            unit: °C
            role: information
        execution:
          riskClass: financial
          tier: quorum
          nodes: 3
          quorum: 2
          unanimous: false
          retryMax: 2
          deadlineMilliseconds: 10000
          distinct: [operator, jurisdiction]
          jurisdictions: [PE, CH, KE]
          attestation: [simulated]
          onRevocation: fence
          priority: 5
        actions:
          - name: pay
            kind: payment-instruction
            on: [TRIGGER]
            endpoint: payments
            payee: Water users
            currency: USD
            limit: 10000000
            rate: payoutRate
          - name: notify
            kind: webhook
            on: [TRIGGER, ESCALATE]
            endpoint: alerts
        correctionActions: [notify]
        governance:
          policies:
            - name: jurisdictionRepresented
              expression: clause.jurisdiction in jurisdictions
              because: a clause runs only where an operator stands under its own law
          contact: clauses@gra.example

        """

    package static func make(_ edit: (String) -> String = { $0 }) throws -> Clause {
        try Clause(yaml: Array(edit(yaml).utf8))
    }
}

extension String {
    /// Replaces what must be there exactly once.
    package func with(_ old: String, _ new: String) -> String {
        let parts = components(old)
        precondition(parts.count == 2, "\"\(old)\" is there \(parts.count - 1) times")
        return parts[0] + new + parts[1]
    }

    func components(_ separator: String) -> [String] {
        var parts: [String] = []
        var rest = self[...]
        while let range = rest.firstRange(of: separator) {
            parts.append(String(rest[..<range.lowerBound]))
            rest = rest[range.upperBound...]
        }
        return parts + [String(rest)]
    }
}
