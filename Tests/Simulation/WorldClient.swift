package import NexusBase
import NexusEvidence
package import NexusOrchestration
import NexusTestInputs

/// Somebody who submits one event, again and again until an answer arrives.
package struct WorldClient {
    package let event: Event
    /// What the honest computation comes to.
    package let index: ExactDecimal
    var requests: [RequestID] = []
    package var isAnswered = false
}

extension World {
    package mutating func addClient(_ event: Event) throws {
        let values = event.inputs.prefix(2).map { Text(String(decoding: $0.value, as: UTF8.self)) }
        let index = try ExactDecimal(parsing: values[0]).adding(ExactDecimal(parsing: values[1]))
            .divided(by: ExactDecimal(2), scale: 4)
        clients.append(WorldClient(event: event, index: index))
        events.add(.clientSends(clients.count - 1), at: now)
    }

    mutating func clientSends(_ index: Int) throws {
        guard !clients[index].isAnswered else { return }
        events.add(.clientSends(index), at: now + .milliseconds(400))
        guard isRailUp, network.passes(.client, .rail), random.draw(1...100) > network.lossPercent else { return }
        let request = request()
        clients[index].requests.append(request)
        try take(.submitted([(request: request, event: clients[index].event)]))
    }

    /// The rail's shell lets an acknowledgement out.
    mutating func acknowledged(_ request: RequestID, _ job: Digest) {
        watch.acknowledge(job)
        answerClient(request)
    }

    mutating func answerClient(_ request: RequestID) {
        guard let index = clients.firstIndex(where: { $0.requests.contains(request) }) else { return }
        send(.clientHears(index, request), from: .rail, to: .client)
    }

    mutating func clientHears(_ index: Int, _ request: RequestID) {
        if responses[request] != nil { clients[index].isAnswered = true }
    }

    /// The client whose event made a job.
    func client(of job: Job) -> WorldClient? { clients.first { $0.event.trigger == job.trigger } }
}
