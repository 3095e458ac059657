import NexusBase

/// Extension library "encoders".
enum EncoderLibrary {
    static let functions: [PolicyFunction] = [
        .contextual("base64.encode", ["(bytes) string"]) { arguments, context in
            guard case .bytes(let bytes) = arguments[0] else { return nil }
            try context.charge(size: bytes.count)
            return .string(Text(Base64.encode(bytes)))
        },
        .contextual("base64.decode", ["(string) bytes"]) { arguments, context in
            guard case .string(let text) = arguments[0] else { return nil }
            try context.charge(size: text.utf8.count)
            // The library takes texts without their padding too.
            let missing = text.utf8.contains(UInt8(ascii: "=")) ? 0 : (4 - text.utf8.count % 4) % 4
            do {
                return .bytes(try Base64.decode(text.string + String(repeating: "=", count: missing)))
            } catch let error as BaseError {
                throw PolicyError(.conversion, "not base64: \(error.message)")
            }
        },
    ]
}
