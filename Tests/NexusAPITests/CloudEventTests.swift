import NexusBase
import NexusEvidence
import NexusOrchestration
import Testing

@testable import NexusAPI

@Suite struct CloudEventTests {
    private func event(_ edit: (inout JSONObject) -> Void = { _ in }) throws -> JSON {
        var object: JSONObject = [
            "data": ["clause": "GRA::X@1.0.0", "inputs": []], "id": "e1", "source": "buoy", "specversion": "1.0",
            "subject": "1997", "type": "nexus.trigger.reading",
        ]
        edit(&object)
        return .object(object)
    }

    @Test func `its attributes become the trigger and the occurrence`() throws {
        let read = try CloudEvent(event { $0["time"] = "2026-01-01T00:00:00Z" }, at: "event").event
        #expect(read.occurrence == "1997")
        #expect(read.trigger.json == ["eventId": "e1", "source": "buoy", "type": "reading"])
    }

    @Test(
        arguments: [
            ("specversion", JSON.string("0.3")), ("type", "reading"), ("type", "nexus.trigger."), ("id", ""),
            ("source", ""),
            ("data", "text"), ("datacontenttype", "text/plain"), ("extension", "x"), ("subject", 1),
            ("data", ["clause": "x", "inputs": [], "occurrence": "2"]),
        ] as [(Text, JSON)])
    func `another one is refused with the place`(key: Text, value: JSON) throws {
        do {
            _ = try CloudEvent(event { $0[key] = value }, at: "event")
            Issue.record("taken")
        } catch let error as any CodedFailure {
            #expect(error.place?.hasPrefix("event") == true)
        }
    }
}
