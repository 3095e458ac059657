/// Named maxima of the log store.
public enum LogStoreLimits {
    /// Entries that wait to be written. More are refused with `log-store.queue-full`.
    public static let queueEntriesMax = 65_536
    /// Bytes of entries that wait, unless a single call brings more.
    public static let queueBytesMax = 256 << 20
    /// Latest entries by whose leaf hash a repeated append is recognised; older ones are appended again.
    public static let indexedEntriesMax = 4 << 20
    /// Bytes of a full bundle: 256 entries at their limit.
    static let bundleBytesMax = 256 * (2 + 65_535)
}
