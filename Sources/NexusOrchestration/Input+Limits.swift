import NexusBase
import NexusEvidence
import NexusTrust

extension Input {
    /// Checks what a record's reader would refuse, so that nothing is journaled that a replay cannot read.
    /// Throws `orchestration.too-large` with the place. For shells, before they journal an input.
    public func checkLimits() throws {
        switch self {
        case .governed(_, let proposal, let ballots):
            try check(ballots.count, OrchestrationLimits.ballotsMax, "ballots")
            try check(proposal.count, OrchestrationLimits.proposalBytesMax, "proposal")
        case .submitted(let events):
            try check(events.count, OrchestrationLimits.eventsMax, "events")
            for (index, submission) in events.enumerated() { try submission.event.checkLimits(at: "events[\(index)]") }
        case .opened(let session):
            try check(session.attestation, 64, "attestation")
            try check(session.engine.features.count, 64, "engine.features")
            try check(session.engine.name, 64, "engine.name")
            try check(session.engine.version, 64, "engine.version")
        case .answered(_, let answers):
            try check(answers.count, OrchestrationLimits.answersMax, "answers")
            for (index, answer) in answers.enumerated() {
                guard case .refusal(let code, let message, _) = answer.content else { continue }
                try check(code, OrchestrationLimits.nameBytesMax, "answers[\(index)].code")
                try check(message, OrchestrationLimits.messageBytesMax, "answers[\(index)].message")
            }
        case .sealed(_, _, let statements):
            try check(statements.count, OrchestrationLimits.statementsMax, "statements")
        case .committed(_, _, let checkpoint): try check(checkpoint, 1 << 20, "checkpoint")
        case .invited(_, let role, _): try check(role, 64, "role")
        case .redeemed(_, _, let role, let did):
            try check(role, 64, "role")
            try check(did, 8192, "did")
        case .delivered(_, _, let detail): try check(detail, OrchestrationLimits.messageBytesMax, "detail")
        case .started, .closed, .tick: break
        }
    }
}

private func check(_ text: Text, _ bytesMax: Int, _ place: String) throws {
    try check(text.utf8.count, bytesMax, place)
}

private func check(_ count: Int, _ countMax: Int, _ place: String) throws {
    guard count <= countMax else {
        throw OrchestrationError(.tooLarge, "\(count) are more than the \(countMax) that are taken", at: place)
    }
}

extension Event {
    fileprivate func checkLimits(at place: String) throws {
        let nameMax = OrchestrationLimits.nameBytesMax
        try check(clause, nameMax, "\(place).clause")
        try check(occurrence, nameMax, "\(place).occurrence")
        try check(trigger.kind, 64, "\(place).trigger.type")
        try check(trigger.source, nameMax, "\(place).trigger.source")
        try check(trigger.eventID, nameMax, "\(place).trigger.eventId")
        try check(inputs.count, OrchestrationLimits.eventInputsMax, "\(place).inputs")
        if let priority, !(0...9).contains(priority) {
            throw OrchestrationError(.tooLarge, "a priority is 0 to 9", at: "\(place).priority")
        }
        for (index, input) in inputs.enumerated() {
            try check(input.name, nameMax, "\(place).inputs[\(index)].name")
            try check(input.edition, nameMax, "\(place).inputs[\(index)].edition")
            try check(input.value.count, OrchestrationLimits.inputBytesMax, "\(place).inputs[\(index)].value")
        }
    }
}
