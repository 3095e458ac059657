/// What a key of a DID document may be used for (W3C DID Core 1.0 section 5.3).
public enum VerificationRelationship: String, Sendable, Hashable, CaseIterable {
    case assertionMethod, authentication, capabilityDelegation, capabilityInvocation, keyAgreement
}
