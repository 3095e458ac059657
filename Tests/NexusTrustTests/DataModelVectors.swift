import Foundation
import NexusBase
import NexusTestInputs
import Testing

@testable import NexusTrust

/// The test suite of VC Data Model 2.0: `-ok` is taken, `-fail` refused with a code.
///
/// The suite's inputs go through an issuer that fills in itself, as the suite's own harness does: a missing `issuer`
/// is added (but for "no-issuer"), an issuer object without `id` gets one, and the dates written in words are put in.
/// Credentials in presentations get a proof, as the suite issues them first, but for those that the holder asserts
/// itself: of these the names without a verdict say what is wrong, and each is refused. "fail-or-inject" may be refused, and is.
@Suite(.enabled(if: Vectors.has("vcdm2"))) struct DataModelVectors {
    private static let issuer: JSON = "did:key:z6MktwupdmLXVVqTzCw4i46r4uGyosGXRnR3XjN4Zq7oMMsw"

    private static func prepared(_ json: JSON, _ name: String) -> JSON {
        if name.hasPrefix("presentation"), !name.contains("self-asserted"),
            case .array(let parts)? = json["verifiableCredential"]
        {
            let issued = parts.map { part -> JSON in
                guard case .object = part, part["issuer"] != nil else { return part }
                return part.with("proof", ["type": "DataIntegrityProof"])
            }
            return json.with("verifiableCredential", .array(issued))
        }
        guard name.hasPrefix("credential") || name.contains("/issuer") || name.contains("/credential") else {
            return json
        }
        var json = json
        if json["issuer"] == nil, !name.contains("no-issuer") { json = json.with("issuer", issuer) }
        if case .object(let object)? = json["issuer"], object["id"] == nil {
            json = json.with("issuer", JSON.object(object).with("id", issuer))
        }
        for key: Text in ["validFrom", "validUntil"] {
            if json[key] == "FUTURE DATE" { json = json.with(key, "2125-01-01T00:00:00Z") }
            if json[key] == "PAST DATE" { json = json.with(key, "2025-01-01T00:00:00Z") }
        }
        return json
    }

    @Test func `each document is taken or refused as its name says`() throws {
        var taken = 0
        var refused = 0
        var holders = 0
        for file in Vectors.files(under: "vcdm2") {
            let name = String(file.dropFirst("vcdm2/".count).dropLast(".json".count))
            let json = Self.prepared(try Vectors.json(file), name)
            let code = trustCode {
                if name.hasPrefix("presentation") {
                    _ = try Presentation(json: json, at: "")
                } else {
                    _ = try Credential(json: json, at: "")
                }
            }
            if name.hasSuffix("-ok") {
                #expect(code == nil, "\(name)")
                taken += 1
            } else if name.hasSuffix("-fail") || name.hasSuffix("-fail-or-inject") {
                #expect(
                    code?.hasPrefix("trust.") == true || code?.hasPrefix("base.") == true, "\(name): \(code ?? "taken")"
                )
                refused += 1
            } else {
                #expect(code == "trust.wrong-issuer", "\(name): \(code ?? "taken")")
                holders += 1
            }
        }
        #expect(taken >= 50 && refused >= 40)
        #expect(holders == 3)
        print("DataModelVectors: \(taken) taken, \(refused + holders) refused, none without a verdict")
    }
}
