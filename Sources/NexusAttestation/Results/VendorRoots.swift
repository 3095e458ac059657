internal import NexusBase

extension TrustRoot {
    /// AMD's root for Milan processors (`ARK-Milan`), as AMD's key distribution service publishes it.
    public static let amdMilan = known(
        "AMD ARK-Milan", "9f056bee44377e29308cb5ffa895bdfb62d18881fa6bed8d6f075b0204089cb9")
    /// Intel's root for SGX and TDX (`Intel SGX Root CA`).
    public static let intelSGX = known(
        "Intel SGX Root CA", "a0af031289f5d5d4132f9186068a7fc13628633ba235777472e29b6b6c67a49e")

    private static func known(_ name: Text, _ hex: String) -> TrustRoot {
        // SAFETY: 64 lower-case digits, checked by a test against the certificates themselves.
        TrustRoot(name: name, key: try! Digest(bytes: Hex.decode(hex)))
    }
}
