import NexusBase

/// What the interface rules need of a module's bytes: imports, start function, tables, memory and exports.
///
/// Reads the sections of the WebAssembly binary format (core specification, section 5.5) that hold these and skips
/// the others. The engine validates the whole module afterwards, so a misreading can only refuse.
struct ModuleStructure {
    enum ExternalKind: UInt8 { case function, table, memory, global }
    enum ValueType: UInt8 { case i32 = 0x7F, i64 = 0x7E, other = 0 }
    struct FunctionType: Equatable {
        var parameters: [ValueType]
        var results: [ValueType]
    }
    struct SizeLimits {
        var minimum: UInt32
        var maximum: UInt32?
    }

    private(set) var importCount: UInt32 = 0
    private(set) var hasStart = false
    private(set) var tables: [SizeLimits] = []
    private(set) var memories: [SizeLimits] = []
    private var types: [FunctionType] = []
    private var functions: [UInt32] = []
    private var exports: [(name: [UInt8], kind: ExternalKind?, index: UInt32)] = []

    /// Throws `runtime.not-a-module` or `runtime.invalid-module`.
    init(reading bytes: [UInt8]) throws {
        guard bytes.starts(with: [0x00, 0x61, 0x73, 0x6D, 0x01, 0x00, 0x00, 0x00]) else {
            throw RuntimeError(.notAModule, "a WebAssembly 1.0 module begins with 00 61 73 6d 01 00 00 00")
        }
        var reader = BinaryReader(bytes[8...])
        while !reader.isAtEnd {
            let section = try reader.byte()
            var body = BinaryReader(try reader.take(Int(reader.u32())))
            switch section {
            case 1: types = try body.vector { try $0.functionType() }
            case 2: importCount = try body.u32()
            case 3: functions = try body.vector { try $0.u32() }
            case 4: tables = try body.vector { try $0.table() }
            case 5: memories = try body.vector { try $0.sizeLimits() }
            case 7:
                exports = try body.vector { reader in
                    let name = Array(try reader.take(Int(reader.u32())))
                    return (name, ExternalKind(rawValue: try reader.byte()), try reader.u32())
                }
            case 8: hasStart = true
            default: break
            }
        }
    }

    /// Throws the code of the first rule of model-abi-v1 that the module breaks.
    func checkInterface() throws {
        guard importCount == 0 else {
            throw RuntimeError(.importsPresent, "a model imports nothing; this module has \(importCount) imports")
        }
        guard !hasStart else { throw RuntimeError(.startFunction, "a model has no start function") }
        guard tables.count <= RuntimeLimits.tablesMax else {
            throw RuntimeError(.tooLarge, "a module has at most \(RuntimeLimits.tablesMax) tables")
        }
        for table in tables {
            guard table.minimum == table.maximum else {
                throw RuntimeError(.growableTable, "a table's maximum size is its minimum size")
            }
            guard table.minimum <= RuntimeLimits.tableElementsMax else {
                throw RuntimeError(.tooLarge, "a table has at most \(RuntimeLimits.tableElementsMax) elements")
            }
        }
        guard memories.allSatisfy({ Int($0.minimum) * 65_536 <= RuntimeLimits.memoryBytesMax }) else {
            throw RuntimeError(.tooLarge, "a memory begins with at most \(RuntimeLimits.memoryBytesMax) bytes")
        }
        guard try exported("memory").kind == .memory else {
            throw RuntimeError(.wrongExportType, "the export is not a memory", at: "memory")
        }
        try check("nexus_alloc", FunctionType(parameters: [.i32], results: [.i32]), "(i32) -> i32")
        try check("evaluate", FunctionType(parameters: [.i32, .i32], results: [.i64]), "(i32, i32) -> i64")
    }

    private func exported(_ name: String) throws -> (kind: ExternalKind?, index: UInt32) {
        guard let export = exports.first(where: { $0.name.elementsEqual(name.utf8) }) else {
            throw RuntimeError(.missingExport, "the module exports no \(name)", at: name)
        }
        return (export.kind, export.index)
    }

    private func check(_ name: String, _ type: FunctionType, _ form: String) throws {
        let export = try exported(name)
        guard export.kind == .function, Int(export.index) < functions.count,
            Int(functions[Int(export.index)]) < types.count, types[Int(functions[Int(export.index)])] == type
        else { throw RuntimeError(.wrongExportType, "the export is not a function \(form)", at: name) }
    }
}

/// Reads the binary format's numbers and vectors.
private struct BinaryReader {
    private var bytes: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { self.bytes = bytes }

    var isAtEnd: Bool { bytes.isEmpty }

    private var truncated: RuntimeError {
        RuntimeError(.invalidModule, "the module ends early", at: "byte \(bytes.startIndex)")
    }

    mutating func byte() throws -> UInt8 {
        guard let byte = bytes.popFirst() else { throw truncated }
        return byte
    }

    mutating func take(_ count: Int) throws -> ArraySlice<UInt8> {
        guard count <= bytes.count else { throw truncated }
        defer { bytes = bytes.dropFirst(count) }
        return bytes.prefix(count)
    }

    /// LEB128, at most five bytes.
    mutating func u32() throws -> UInt32 {
        var value: UInt64 = 0
        for shift in stride(from: 0, to: 35, by: 7) {
            let byte = try byte()
            value |= UInt64(byte & 0x7F) << shift
            if byte & 0x80 == 0, value <= UInt64(UInt32.max) { return UInt32(value) }
        }
        throw RuntimeError(.invalidModule, "a number has more than 32 bits", at: "byte \(bytes.startIndex)")
    }

    mutating func vector<Element>(_ element: (inout Self) throws -> Element) throws -> [Element] {
        let count = try u32()
        // Each element has at least one byte, so a false count ends with the section.
        var elements: [Element] = []
        for _ in 0..<count { elements.append(try element(&self)) }
        return elements
    }

    mutating func functionType() throws -> ModuleStructure.FunctionType {
        guard try byte() == 0x60 else {
            throw RuntimeError(.invalidModule, "types other than functions are not in the feature set")
        }
        return .init(parameters: try vector { try $0.valueType() }, results: try vector { try $0.valueType() })
    }

    private mutating func valueType() throws -> ModuleStructure.ValueType { .init(rawValue: try byte()) ?? .other }

    mutating func table() throws -> ModuleStructure.SizeLimits {
        guard [0x70, 0x6F].contains(try byte()) else {
            throw RuntimeError(.invalidModule, "a table holds funcref or externref")
        }
        return try sizeLimits()
    }

    mutating func sizeLimits() throws -> ModuleStructure.SizeLimits {
        switch try byte() {
        case 0: .init(minimum: try u32(), maximum: nil)
        case 1: .init(minimum: try u32(), maximum: try u32())
        default: throw RuntimeError(.invalidModule, "shared and 64-bit memories are not in the feature set")
        }
    }
}
