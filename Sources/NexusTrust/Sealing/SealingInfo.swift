package import NexusBase

/// What a sealing context is bound to: the `info` of RFC 9180 section 5.1, as sealing-v1 lays it out.
package struct SealingInfo: Sendable, Hashable {
    package let bytes: [UInt8]

    package init(railID: Text, nodeDID: Text, sessionID: [UInt8]) {
        bytes = Framed.bytes([Array("nexus/sealing/v1".utf8), railID.bytes, nodeDID.bytes, sessionID])
    }
}
