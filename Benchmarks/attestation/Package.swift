// swift-tools-version: 6.2
// Verifications of attestation evidence a second, beside the signatures in them alone.
import PackageDescription

let package = Package(
    name: "attestation-benchmark",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "nexus", path: "../.."),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    ],
    targets: [
        .executableTarget(
            name: "attestation-benchmark",
            dependencies: [
                .product(name: "NexusAttestation", package: "nexus"), .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
            ])
    ]
)
