/// Bytes that print as `<private>`, whichever way they are printed.
package struct SecretBytes: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The secret itself.
    package let bytes: [UInt8]

    package init(_ bytes: [UInt8]) { self.bytes = bytes }

    package var description: String { "<private>" }
    package var debugDescription: String { "<private>" }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}
