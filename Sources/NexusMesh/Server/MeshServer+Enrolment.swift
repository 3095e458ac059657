import GRPCCore
import GRPCNIOTransportHTTP2Posix
import Logging
import NexusBase

extension MeshServer {
    func enrolmentRouter() -> RPCRouter<MeshTransport> {
        var router = RPCRouter<MeshTransport>()
        router.registerUnary(Methods.authority) { [authority] (_: AuthorityRequest, _) in
            AuthorityResponse(certificate: authority.certificate)
        }
        router.registerUnary(Methods.enrol) { [self] (request: EnrolRequest, _) in try await enrol(request) }
        return router
    }

    func meshRouter() -> RPCRouter<MeshTransport> {
        var router = RPCRouter<MeshTransport>()
        router.registerUnary(Methods.renew) { [self] (request: RenewRequest, context) in
            try await renew(request, peer: await peer(of: context))
        }
        router.registerHandler(
            forMethod: Methods.session, deserializer: BytesSerializer(), serializer: BytesSerializer()
        ) { [self] request, context in
            do {
                let peer = try await peer(of: context)
                return StreamingServerResponse { [self] writer in
                    do { try await serve(peer, request.messages, writer) } catch { throw RPCError(mesh: error) }
                    return [:]
                }
            } catch {
                throw RPCError(mesh: error)
            }
        }
        return router
    }

    /// Who calls: TLS has verified the certificate, this its name and time, and that it is not revoked.
    private func peer(of context: ServerContext) async throws -> MeshPeer {
        let certificate = try await peers.certificate(of: context.remotePeer)
        let peer = try MeshPeer(certificate, rail: authority.rail, now: clock())
        try table.admit(peer.name)
        return peer
    }

    private func enrol(_ request: EnrolRequest) async throws -> EnrolResponse {
        // Everything that can fail comes before the token is spent.
        let signingRequest = try SigningRequest(parsing: request.signingRequest)
        let name = PeerName(role: request.role, did: request.did, rail: authority.rail)
        try table.admit(name)
        let now = clock()
        let certificate = try authority.issueClient(
            signingRequest, name: name, now: now, lifetime: configuration.certificateLifetime)
        let address = try await addresses.mesh
        try await registry.redeem(
            Redemption(
                secretDigest: Digest(of: request.secret), role: request.role, did: request.did,
                identityDocument: request.identityDocument), now: now)
        logger.info("enrolled", metadata: ["name": "\(name)", "serial": "\(certificate.serial)"])
        return EnrolResponse(
            certificate: certificate.bytes, meshAddress: address.description, railID: configuration.railID)
    }

    private func renew(_ request: RenewRequest, peer: MeshPeer) async throws -> RenewResponse {
        let signingRequest = try SigningRequest(parsing: request.signingRequest)
        let now = clock()
        try await registry.renew(peer, now: now)
        let certificate = try authority.issueClient(
            signingRequest, name: peer.name, now: now, lifetime: configuration.certificateLifetime)
        logger.info("renewed", metadata: ["name": "\(peer.name)", "serial": "\(certificate.serial)"])
        return RenewResponse(certificate: certificate.bytes)
    }
}
