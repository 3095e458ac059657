import Glibc

/// What a crash leaves behind shows where it happened and nothing of the memory, where keys are.
enum CrashReport {
    private static let name = "SWIFT_BACKTRACE"

    /// No core file, and no registers in the report, for it shows what they point to. The runtime has read its
    /// settings before `main`, so where they say otherwise the process becomes itself again with others. Whoever
    /// names registers in `SWIFT_BACKTRACE` is obeyed.
    static func withoutMemory() {
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
        let settings = getenv(name).map { String(cString: $0) } ?? ""
        guard !settings.contains("registers=") else { return }
        setenv(name, settings.isEmpty ? "registers=none" : "\(settings),registers=none", 1)
        // By its own path, so that it keeps its name. Where this fails, the process goes on as it is.
        guard let path = realpath("/proc/self/exe", nil) else { return }
        execv(path, CommandLine.unsafeArgv)
        free(path)
    }
}
