public import NexusBase

/// Which engine computes: part of every signed result, so that results of unlike engines never count as agreeing.
public struct EngineDescription: Sendable, Hashable {
    public let name: String
    /// The release of the library as it is published and pinned by `Scripts/fetch-wasmtime`.
    public let version: String
    /// Sorted: the WebAssembly features a module may use and the settings that bear on its results.
    public let features: [String]

    /// The engine of this release of Nexus.
    public static let wasmtime = EngineDescription(
        name: "wasmtime",
        version: "50.0.1",
        features: [
            "bulk-memory", "canonical-nan", "extended-const", "fixed-tables", "fuel", "multi-value",
            "mutable-globals", "nontrapping-float-to-int", "reference-types", "relaxed-simd-deterministic",
            "sign-extension", "simd128",
        ])

    /// Of networks of integers, on every release alike.
    public static let int8Networks = EngineDescription(
        name: "nexus-int8", version: "1", features: ["int8-network-v1", "proof-v1"])

    /// `{"features": […], "name": "wasmtime", "version": "50.0.1"}`.
    public var json: JSON {
        ["name": .text(name), "version": .text(version), "features": .array(features.map { .text($0) })]
    }

    /// The release that the C declarations are for: the part before the first dot.
    var majorVersion: String { String(version.prefix { $0.isASCII && $0.isNumber }) }
}
