import NexusBase
import NexusEvidence
import NexusOrchestration

/// A CloudEvents 1.0 event in JSON format, as the rail's event (Documentation/API.md, "Submitting").
struct CloudEvent {
    let event: Event

    private static let typePrefix = "nexus.trigger."

    init(_ json: JSON, at place: String) throws {
        var fields = try Fields(json, at: place)
        guard try fields.text("specversion", bytesMax: 8) == "1.0" else {
            throw APIError(.badRequest, "CloudEvents 1.0 is needed", at: fields.path("specversion"))
        }
        let id = try fields.text("id", bytesMax: 256)
        let source = try fields.text("source", bytesMax: 256)
        let type = try fields.text("type", bytesMax: 64)
        guard type.utf8.starts(with: Self.typePrefix.utf8), type.utf8.count > Self.typePrefix.utf8.count, !id.isEmpty,
            !source.isEmpty
        else {
            throw APIError(.badRequest, "the type reads \(Self.typePrefix)KIND; id and source are not empty", at: place)
        }
        let subject = try fields.text("subject", bytesMax: 256)
        _ = try fields.optionalText("time", bytesMax: 64)
        _ = try fields.optionalText("dataschema", bytesMax: 1024)
        if let content = try fields.optionalText("datacontenttype", bytesMax: 64), content != "application/json" {
            throw APIError(.badRequest, "data is application/json", at: fields.path("datacontenttype"))
        }
        guard case .object(var data) = try fields.required("data") else {
            throw BaseError(.wrongType, "an object is needed", at: fields.path("data"))
        }
        try fields.finish()
        for key: Text in ["occurrence", "trigger"] where data[key] != nil {
            throw BaseError(.unknownField, "the event's own attributes say it", at: fields.path("data") + ".\(key)")
        }
        data["occurrence"] = .string(subject)
        data["trigger"] =
            TriggerEvent(
                kind: Text(String(type.string.dropFirst(Self.typePrefix.count))), source: source, eventID: id
            ).json
        event = try Event(json: .object(data), at: fields.path("data"))
    }
}
