import Foundation
import NexusBase

// The unary messages. Each reads and writes its form; limits as in wire-v1.

struct AuthorityRequest: WireForm {
    static let place = "authority-request"
    static let bytesMax = MeshLimits.enrolmentMessageBytesMax

    init() {}
    init(form: WireAuthorityRequest) {}
    var form: WireAuthorityRequest { WireAuthorityRequest() }
}

struct AuthorityResponse: WireForm {
    static let place = "authority-response"
    static let bytesMax = MeshLimits.enrolmentMessageBytesMax

    var certificate: [UInt8]

    init(certificate: [UInt8]) { self.certificate = certificate }

    init(form: WireAuthorityResponse) throws {
        try check(
            form.caCertificate.count, in: 1...MeshLimits.certificateBytesMax, at: "authority-response.ca_certificate")
        certificate = Array(form.caCertificate)
    }

    var form: WireAuthorityResponse {
        var form = WireAuthorityResponse()
        form.caCertificate = Data(certificate)
        return form
    }
}

struct EnrolRequest: WireForm {
    static let place = "enrol-request"
    static let bytesMax = MeshLimits.enrolmentMessageBytesMax

    var secret: [UInt8]
    var role: PeerRole
    var did: Text
    var identityDocument: [UInt8]
    var signingRequest: [UInt8]

    init(secret: [UInt8], role: PeerRole, did: Text, identityDocument: [UInt8], signingRequest: [UInt8]) {
        self.secret = secret
        self.role = role
        self.did = did
        self.identityDocument = identityDocument
        self.signingRequest = signingRequest
    }

    init(form: WireEnrolRequest) throws {
        func place(_ field: String) -> String { "enrol-request.\(field)" }
        let secretBytes = MeshLimits.secretBytes
        try check(form.secret.count, in: secretBytes...secretBytes, at: place("secret"))
        try check(form.did.utf8.count, in: 1...MeshLimits.identifierBytesMax, at: place("did"))
        try check(
            form.identityDocument.count, in: 0...MeshLimits.identityDocumentBytesMax, at: place("identity_document"))
        try check(form.signingRequest.count, in: 1...MeshLimits.signingRequestBytesMax, at: place("signing_request"))
        self.init(
            secret: Array(form.secret), role: try PeerRole(form: form.role, at: place("role")), did: Text(form.did),
            identityDocument: Array(form.identityDocument), signingRequest: Array(form.signingRequest))
    }

    var form: WireEnrolRequest {
        var form = WireEnrolRequest()
        form.secret = Data(secret)
        form.role = role.form
        form.did = did.string
        form.identityDocument = Data(identityDocument)
        form.signingRequest = Data(signingRequest)
        return form
    }
}

struct EnrolResponse: WireForm {
    static let place = "enrol-response"
    static let bytesMax = MeshLimits.enrolmentMessageBytesMax

    var certificate: [UInt8]
    var meshAddress: String
    var railID: Text

    init(certificate: [UInt8], meshAddress: String, railID: Text) {
        self.certificate = certificate
        self.meshAddress = meshAddress
        self.railID = railID
    }

    init(form: WireEnrolResponse) throws {
        func place(_ field: String) -> String { "enrol-response.\(field)" }
        try check(form.certificate.count, in: 1...MeshLimits.certificateBytesMax, at: place("certificate"))
        try check(form.meshAddress.utf8.count, in: 1...MeshLimits.addressBytesMax, at: place("mesh_address"))
        try check(form.railID.utf8.count, in: 1...MeshLimits.identifierBytesMax, at: place("rail_id"))
        self.init(certificate: Array(form.certificate), meshAddress: form.meshAddress, railID: Text(form.railID))
    }

    var form: WireEnrolResponse {
        var form = WireEnrolResponse()
        form.certificate = Data(certificate)
        form.meshAddress = meshAddress
        form.railID = railID.string
        return form
    }
}

struct RenewRequest: WireForm {
    static let place = "renew-request"
    static let bytesMax = MeshLimits.enrolmentMessageBytesMax

    var signingRequest: [UInt8]

    init(signingRequest: [UInt8]) { self.signingRequest = signingRequest }

    init(form: WireRenewRequest) throws {
        try check(
            form.signingRequest.count, in: 1...MeshLimits.signingRequestBytesMax, at: "renew-request.signing_request")
        signingRequest = Array(form.signingRequest)
    }

    var form: WireRenewRequest {
        var form = WireRenewRequest()
        form.signingRequest = Data(signingRequest)
        return form
    }
}

struct RenewResponse: WireForm {
    static let place = "renew-response"
    static let bytesMax = MeshLimits.enrolmentMessageBytesMax

    var certificate: [UInt8]

    init(certificate: [UInt8]) { self.certificate = certificate }

    init(form: WireRenewResponse) throws {
        try check(form.certificate.count, in: 1...MeshLimits.certificateBytesMax, at: "renew-response.certificate")
        certificate = Array(form.certificate)
    }

    var form: WireRenewResponse {
        var form = WireRenewResponse()
        form.certificate = Data(certificate)
        return form
    }
}
