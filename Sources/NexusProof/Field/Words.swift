/// Elements as the words that they are.
///
/// SAFETY: a `Goldilocks` is one `UInt64` and nothing else, an `Extension` two.
enum Words {
    static func of(_ list: UnsafePointer<Goldilocks>) -> UnsafePointer<UInt64> {
        UnsafeRawPointer(list).assumingMemoryBound(to: UInt64.self)
    }

    static func of(_ list: UnsafeMutablePointer<Goldilocks>) -> UnsafeMutablePointer<UInt64> {
        UnsafeMutableRawPointer(list).assumingMemoryBound(to: UInt64.self)
    }

    static func of(_ list: UnsafePointer<Extension>) -> UnsafePointer<UInt64> {
        UnsafeRawPointer(list).assumingMemoryBound(to: UInt64.self)
    }

    static func of(_ list: UnsafeMutablePointer<Extension>) -> UnsafeMutablePointer<UInt64> {
        UnsafeMutableRawPointer(list).assumingMemoryBound(to: UInt64.self)
    }

    static func elements(_ words: UnsafePointer<UInt64>) -> UnsafePointer<Goldilocks> {
        UnsafeRawPointer(words).assumingMemoryBound(to: Goldilocks.self)
    }

    static func elements(_ words: UnsafeMutablePointer<UInt64>) -> UnsafeMutablePointer<Goldilocks> {
        UnsafeMutableRawPointer(words).assumingMemoryBound(to: Goldilocks.self)
    }

    static func pairs(_ words: UnsafeMutablePointer<UInt64>) -> UnsafeMutablePointer<Extension> {
        UnsafeMutableRawPointer(words).assumingMemoryBound(to: Extension.self)
    }

    static func with(_ value: Extension, _ body: (UnsafePointer<UInt64>) -> Void) {
        withUnsafePointer(to: value) { body(of($0)) }
    }
}
