public import NexusBase

/// Errors of loading an engine or a module, and of building one. What a module does while it runs is an
/// ``ExecutionOutcome``, never an error.
public enum RuntimeDomain: ErrorDomain { public static let name = "runtime" }
public typealias RuntimeError = CodedError<RuntimeDomain>

extension CodedError<RuntimeDomain>.Code {
    /// No Wasmtime library, or one that the loader refuses.
    public static let libraryMissing: Self = "library-missing"
    /// A library of another release, or without a function that Nexus needs.
    public static let libraryVersion: Self = "library-version"
    /// A module that is not the one the clause names.
    public static let wrongModule: Self = "wrong-module"
    /// The engine refuses its configuration.
    public static let engineFailed: Self = "engine-failed"

    /// More bytes, tables or memory than the named limit.
    public static let tooLarge: Self = "too-large"
    /// The bytes do not begin as a WebAssembly 1.0 module does.
    public static let notAModule: Self = "not-a-module"
    /// A module that ends early, does not validate, or uses a proposal outside the feature set.
    public static let invalidModule: Self = "invalid-module"
    /// The module imports something.
    public static let importsPresent: Self = "imports-present"
    /// The module has a start function.
    public static let startFunction: Self = "start-function"
    /// `memory`, `nexus_alloc` or `evaluate` is not exported.
    public static let missingExport: Self = "missing-export"
    /// One of these exports is of another kind or type.
    public static let wrongExportType: Self = "wrong-export-type"
    /// A table that can grow: whether it may grow depends on the host.
    public static let growableTable: Self = "growable-table"

    /// No Swift toolchain that can build models.
    public static let toolchainMissing: Self = "toolchain-missing"
    /// A source, the guest library or the output folder cannot be read or written.
    public static let sourceUnreadable: Self = "source-unreadable"
    /// A compiler or the linker refused; the message carries its diagnostics.
    public static let buildFailed: Self = "build-failed"

    /// Output bytes that are not a canonical output document.
    public static let badAnswer: Self = "bad-answer"
    /// A limit of an execution outside its range.
    public static let badLimit: Self = "bad-limit"
}
