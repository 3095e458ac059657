// swift-tools-version: 6.2
// Measures NexusTrust beside the cryptographic primitives alone and PyPI's didkit: see run.py.
import PackageDescription

let package = Package(
    name: "trust-benchmark",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "nexus", path: "../.."),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    ],
    targets: [
        .executableTarget(
            name: "trust-benchmark",
            dependencies: [
                .product(name: "NexusTrust", package: "nexus"), .product(name: "Crypto", package: "swift-crypto"),
            ])
    ]
)
