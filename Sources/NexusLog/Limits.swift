/// Named maxima of the log's room.
public enum LogLimits {
    /// Bytes of a signed note.
    public static let noteBytesMax = 1 << 20
    /// Signature lines of a note; signed-note asks for 16 at least.
    public static let noteSignaturesMax = 64
    /// Bytes of a key name or an origin: what the ML-DSA-44 message can hold.
    public static let nameBytesMax = 255
    /// Bytes of a single signature after its key id.
    public static let signatureBytesMax = 8_192
    /// Extension lines of a checkpoint that is read.
    public static let extensionLinesMax = 16
    /// Leaves of a tree.
    public static let treeSizeMax = 1 << 62
    /// Hashes of one proof (tlog-witness, add-checkpoint).
    public static let proofHashesMax = 63
    /// Bytes of one entry: its length has two bytes in a bundle.
    public static let entryBytesMax = 65_535
    /// Hashes of a full tile, and entries of a full bundle.
    public static let tileWidth = 256
    /// Bytes of the extra data of a proof file.
    public static let proofExtraBytesMax = 65_536
    /// Highest level of a tile (tlog-tiles).
    public static let tileLevelMax = 63
    /// Bytes of an anchor's proof.
    public static let anchorBytesMax = 65_536
    /// Bytes of the name of an anchor's kind.
    public static let anchorKindBytesMax = 64
    /// Anchors of one checkpoint.
    public static let anchorsMax = 8
    /// Latest time of a cosignature, in seconds since 1970 (tlog-cosignature).
    public static let cosignatureTimeMax = Int64.max
}
