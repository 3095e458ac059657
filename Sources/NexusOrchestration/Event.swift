public import NexusBase
public import NexusEvidence
public import NexusTrust

/// A trigger as it is submitted: which clause, for which occurrence, with which inputs.
public struct Event: Sendable, Hashable {
    public struct Input: Sendable, Hashable {
        public let name: Text
        public let value: [UInt8]
        public let edition: Text
        public let retrievedAt: Instant
        public let reading: Envelope?
        /// What opens a committed input (input-opening-v1); it goes to the node and into no evidence.
        public let opening: [UInt8]?

        public init(
            name: Text, value: [UInt8], edition: Text, retrievedAt: Instant, reading: Envelope?, opening: [UInt8]? = nil
        ) {
            self.name = name
            self.value = value
            self.edition = edition
            self.retrievedAt = retrievedAt
            self.reading = reading
            self.opening = opening
        }
    }

    /// The clause's id (`ISSUER::Name@1.0.0`) or digest.
    public let clause: Text
    public let occurrence: Text
    public let trigger: TriggerEvent
    public let inputs: [Input]
    /// 0 to 9; the clause's own if nil.
    public let priority: Int?
    /// The job is urgent towards this time; among equal priorities the earlier goes first.
    public let deadline: Instant?
    /// The certified job that this event corrects.
    public let supersedes: Digest?

    public init(
        clause: Text, occurrence: Text, trigger: TriggerEvent, inputs: [Input], priority: Int? = nil,
        deadline: Instant? = nil, supersedes: Digest? = nil
    ) {
        self.clause = clause
        self.occurrence = occurrence
        self.trigger = trigger
        self.inputs = inputs
        self.priority = priority
        self.deadline = deadline
        self.supersedes = supersedes
    }

    public var json: JSON {
        [
            "clause": .string(clause), "deadline": deadline?.json,
            "inputs": .array(
                inputs.map { input in
                    [
                        "edition": .string(input.edition), "name": .string(input.name),
                        "opening": input.opening.map { .base64($0) }, "reading": input.reading?.json,
                        "retrievedAt": input.retrievedAt.json, "value": .base64(input.value),
                    ]
                }), "occurrence": .string(occurrence), "priority": priority.map { .int($0) },
            "supersedes": supersedes?.json, "trigger": trigger.json,
        ]
    }

    public init(json: JSON, at place: String) throws {
        var fields = try Fields(json, at: place)
        clause = try fields.text("clause", bytesMax: 256)
        occurrence = try fields.text("occurrence", bytesMax: 256)
        trigger = try fields.object("trigger") { try TriggerEvent(&$0) }
        inputs = try fields.list("inputs", countMax: OrchestrationLimits.eventInputsMax) { json, place in
            var fields = try Fields(json, at: place)
            let input = Input(
                name: try fields.text("name", bytesMax: 256),
                value: try fields.bytes("value", countMax: OrchestrationLimits.inputBytesMax),
                edition: try fields.text("edition", bytesMax: 256), retrievedAt: try fields.instant("retrievedAt"),
                reading: try fields.optional("reading").map { try Envelope(json: $0, at: "\(place).reading") },
                opening: try fields.optionalBytes("opening", countMax: OrchestrationLimits.openingBytesMax))
            try fields.finish()
            return input
        }
        priority = try fields.optionalInteger("priority", in: 0...9)
        deadline = try fields.optionalInstant("deadline")
        supersedes = try fields.optionalDigest("supersedes")
        try fields.finish()
    }
}
