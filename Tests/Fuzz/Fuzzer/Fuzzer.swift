import Foundation
import NexusFuzzDecoders

/// libFuzzer's target for one decoder, which `NEXUS_DECODER` names.
private let decoder: Decoder = {
    let name = ProcessInfo.processInfo.environment["NEXUS_DECODER"] ?? ""
    guard let found = Decoder.all.first(where: { $0.name == name }) else {
        fatalError("NEXUS_DECODER is one of: \(Decoder.all.map(\.name).joined(separator: " "))")
    }
    return found
}()

private typealias Arguments = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>

@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
    _ count: UnsafeMutablePointer<CInt>, _ arguments: UnsafeMutablePointer<Arguments?>,
    _ callback: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

/// The package manager names a program's entry after its module, so that libFuzzer's own `main` is not taken.
@_cdecl("fuzzer_main")
func fuzzerMain(_ count: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> CInt {
    var (count, arguments) = (count, arguments)
    return runDriver(&count, &arguments) { data, count in
        switch decoder.run(Array(UnsafeBufferPointer(start: data, count: count))) {
        case .taken, .refused: return 0
        case .otherForm: fatalError("\(decoder.name) reads another form")
        case .uncoded(let error): fatalError("\(decoder.name) fails without a code: \(error)")
        }
    }
}
