public import NexusBase

public enum ModelDomain: ErrorDomain { public static let name = "model" }

/// An error of this room. Its place is a byte offset, a node's name or a tensor's name.
public typealias ModelError = CodedError<ModelDomain>

extension CodedError<ModelDomain>.Code {
    /// The bytes are not a protobuf message of the ONNX schema.
    public static let malformed: Self = "malformed"
    /// More bytes, nodes, elements or multiplications than a named limit.
    public static let tooLarge: Self = "too-large"
    /// An operator, attribute or element type that the engine does not run; the message names it.
    public static let unsupported: Self = "unsupported"
    /// A name that nothing defines, or that two things define.
    public static let badName: Self = "bad-name"
    /// Shapes that do not fit each other.
    public static let badShape: Self = "bad-shape"
    /// A scale or zero point outside what the symmetric int8 scheme allows.
    public static let badQuantisation: Self = "bad-quantisation"
    /// A weight of -128, or sums that could leave 31 bits.
    public static let badBound: Self = "bad-bound"
    /// A float network without calibration samples, or a value without a scale.
    public static let notQuantised: Self = "not-quantised"
    /// An input of the wrong size, or with a value that is not finite.
    public static let badInput: Self = "bad-input"
}
