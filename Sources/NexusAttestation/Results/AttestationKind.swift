/// What kind of evidence it is: always what verification found, never what a sender said.
public enum AttestationKind: String, Sendable, Hashable, CaseIterable {
    /// Nothing vouches for the machine: no evidence at all, or a TPM whose maker nobody approved.
    case simulated
    case sevSNP = "sev-snp"
    case tdx
    case sgx
    case tpm
}

/// Whether the machine can be debugged, in the words of RFC 9711 section 4.2.9.
public enum DebugStatus: String, Sendable, Hashable, CaseIterable {
    case enabled
    case disabled
    case disabledSinceBoot = "disabled-since-boot"
    case disabledPermanently = "disabled-permanently"
}

/// Where a platform's firmware and microcode stand in the vendor's list (Intel PCS, `tcbStatus`), mildest first.
public enum TCBStatus: String, Sendable, Hashable, CaseIterable, Comparable {
    case upToDate = "UpToDate"
    case swHardeningNeeded = "SWHardeningNeeded"
    case configurationNeeded = "ConfigurationNeeded"
    case configurationAndSWHardeningNeeded = "ConfigurationAndSWHardeningNeeded"
    case outOfDate = "OutOfDate"
    case outOfDateConfigurationNeeded = "OutOfDateConfigurationNeeded"
    case revoked = "Revoked"
    /// Older than every level in the list: not even the lowest one is reached.
    case olderThanListed = "OlderThanListed"

    private var severity: Int { Self.allCases.firstIndex(of: self) ?? Self.allCases.count }
    public static func < (left: Self, right: Self) -> Bool { left.severity < right.severity }

    /// A platform with a part (quoting enclave, TDX module) of a status of its own: the worse of the two, where a
    /// platform that needs configuration and has an outdated part is both.
    func joined(with part: TCBStatus) -> TCBStatus {
        let needsConfiguration = self == .configurationNeeded || self == .configurationAndSWHardeningNeeded
        if part == .outOfDate, needsConfiguration { return .outOfDateConfigurationNeeded }
        return max(self, part)
    }
}
