import HTTPTypes
import Hummingbird
import NIOCore
import NexusBase
import NexusDashboard

/// A form that was handed in, as the call of the API that it stands for.
struct HandIn {
    let path: String
    let contentType: String
    let body: [UInt8]
    let key: String?

    enum Kind: String { case events, decision, module, invitation, withdrawal }

    /// Throws `api.bad-request`, `base.*`.
    init(_ kind: Kind, _ form: Multipart) throws {
        key = try form.text("key")
        let files = form.files("file").filter { !$0.isEmpty }
        switch kind {
        case .events:
            let text = try form.text("text").map { Array($0.utf8) } ?? []
            guard let bytes = files.first ?? (text.isEmpty ? nil : text), files.count < 2 else {
                throw APIError(.badRequest, "a file with events, or their text", at: "file")
            }
            // Of an array the API reads a batch.
            let isBatch = bytes.first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) } == UInt8(ascii: "[")
            contentType = isBatch ? "application/cloudevents-batch+json" : "application/cloudevents+json"
            (path, body) = ("/v1/events", bytes)
        case .decision:
            (path, contentType) = ("/v1/governance/entries", "application/json")
            body = try Self.decision(files).canonicalBytes
        case .module:
            guard files.count == 1 else { throw APIError(.badRequest, "one file with a module", at: "file") }
            (path, contentType, body) = ("/v1/modules", "application/wasm", files[0])
        case .invitation:
            (path, contentType) = ("/v1/nodes/invitations", "application/json")
            guard let minutes = try form.text("minutes").flatMap({ Int($0) }), (1...1440).contains(minutes) else {
                throw APIError(.badRequest, "1 to 1440 minutes", at: "minutes")
            }
            let role = try form.text("role") ?? ""
            body = (["role": .text(role), "seconds": .int(minutes * 60)] as JSON).canonicalBytes
        case .withdrawal:
            let job = try Digest(parsing: Text(form.text("job") ?? ""))
            (path, contentType) = ("/v1/jobs/\(job)/cancel", "application/json")
            body = (["reason": .text(try form.text("reason") ?? "")] as JSON).canonicalBytes
        }
    }

    /// One proposal and the ballots of all files, each member's once.
    private static func decision(_ files: [[UInt8]]) throws -> JSON {
        var proposal: JSON?
        var ballots: [JSON] = []
        for (place, bytes) in files.enumerated() {
            var fields = try Fields(JSON(parsing: bytes, bytesMax: APILimits.batchBytesMax), at: "file \(place + 1)")
            let found = try fields.required("proposal")
            guard proposal == nil || proposal == found else {
                throw APIError(.badRequest, "the files are about different proposals", at: "file \(place + 1)")
            }
            proposal = found
            for ballot in try fields.array("ballots") where !ballots.contains(ballot) { ballots.append(ballot) }
            try fields.finish()
        }
        guard let proposal else { throw APIError(.badRequest, "a signed file is needed", at: "file") }
        return ["ballots": .array(ballots), "proposal": proposal]
    }

    /// What the API would have been sent.
    var request: Request {
        var headers: HTTPFields = [.contentType: contentType]
        if let key, let name = HTTPField.Name("Idempotency-Key") { headers[name] = key }
        let head = HTTPRequest(method: .post, scheme: nil, authority: nil, path: path, headerFields: headers)
        return Request(head: head, body: .init(buffer: ByteBuffer(bytes: body)))
    }
}

extension HandInPage.Outcome {
    /// The API's answer in words.
    init(_ kind: HandIn.Kind, _ answer: JSON) {
        guard case .object(let object) = answer else {
            self.init(isTaken: true, heading: "Taken")
            return
        }
        func text(_ object: JSONObject, _ key: Text) -> String {
            switch object[key] {
            case .string(let text)?: text.string
            case .integer(let value)?: "\(value)"
            default: ""
            }
        }
        switch kind {
        case .decision:
            self.init(
                isTaken: true, heading: "Decided", sentence: "Entry \(text(object, "entry")) of the log’s governance.")
            lines = [.init(text(object, "digest"), path: "/governance", detail: "in force")]
        case .module:
            self.init(isTaken: true, heading: "The module is here")
            lines = [.init(text(object, "digest"), detail: "its digest")]
        case .invitation:
            self.init(
                isTaken: true, heading: "Invited", sentence: "Good once, until \(text(object, "expires")).",
                secret: text(object, "token"))
        case .withdrawal: self.init(isTaken: true, heading: "Withdrawn")
        case .events:
            guard case .array(let results)? = object["results"] else {
                self.init(isTaken: true, heading: "Taken")
                return
            }
            let lines = results.prefix(200).map { result -> HandInPage.Line in
                guard case .object(let one) = result else { return .init("", detail: "") }
                if case .object(let error)? = one["error"] {
                    return .init(text(error, "code"), detail: text(error, "message"))
                }
                let job = text(one, "job")
                return .init(job, path: "/jobs/\(job)", detail: one["new"] == true ? "a new job" : "was there already")
            }
            let refused = results.count {
                if case .object(let one) = $0 { one["error"] != nil } else { false }
            }
            self.init(
                isTaken: refused == 0, heading: refused == 0 ? "Taken" : "\(refused) of \(results.count) refused")
            self.lines = lines
        }
    }
}
