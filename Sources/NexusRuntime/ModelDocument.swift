public import NexusBase

/// The document that goes into a model (model-abi-v1, "Input").
public struct ModelInput: Sendable, Hashable {
    public var context: JSONObject
    public var inputs: JSONObject
    public var parameters: JSONObject

    public init(context: JSONObject, inputs: JSONObject, parameters: JSONObject) {
        self.context = context
        self.inputs = inputs
        self.parameters = parameters
    }

    public var json: JSON {
        ["context": .object(context), "inputs": .object(inputs), "parameters": .object(parameters)]
    }

    /// The bytes a model is given.
    public var canonicalBytes: [UInt8] { json.canonicalBytes }
}

/// The document that comes out of a model (model-abi-v1, "Output"): outputs, or the reason why there are none.
public enum ModelAnswer: Sendable, Hashable {
    case outputs(JSONObject)
    /// The model's own orderly error: a result like any other.
    case failed(code: Text, message: Text, place: Text?)

    /// Throws `runtime.bad-answer` unless the bytes are a canonical output document. As the bytes are the same on
    /// every honest host, so is the refusal.
    public init(reading bytes: [UInt8]) throws {
        do {
            let json = try JSON(parsingCanonical: bytes, bytesMax: RuntimeLimits.outputBytesMax)
            guard case .object(let object) = json else {
                throw BaseError(.wrongType, "an object is needed", at: "output")
            }
            self = object["error"] == nil ? .outputs(object) : try Self.failure(json)
        } catch let cause as BaseError {
            throw RuntimeError(
                .badAnswer, "the output is not a canonical output document", at: cause.place, cause: cause)
        }
    }

    private static func failure(_ json: JSON) throws -> ModelAnswer {
        var fields = try Fields(json, at: "output")
        let failure = try fields.object("error") { error in
            ModelAnswer.failed(
                code: try error.text("code", bytesMax: 128),
                message: try error.text("message", bytesMax: RuntimeLimits.modelMessageBytesMax),
                place: try error.optionalText("place", bytesMax: 256))
        }
        try fields.finish()
        return failure
    }
}
