// Modules that break a rule each. Made from the texts beside them with the wat2wasm of the wasmtime package and kept
// as bytes, so that the tests need nothing but the engine. The parts that most of them share are left out of the texts:
// (memory (export "memory") 1) and a nexus_alloc that always returns 1024.

import NexusBase

enum Fixture {
    /// Gives back its input.
    // (evaluate local.get 0 i64.extend_i32_u i64.const 32 i64.shl local.get 1 i64.extend_i32_u i64.or)
    static let echo = module(
        "AGFzbQEAAAABDAJgAX8Bf2ACf38BfgMDAgABBQMBAAEHIwMGbWVtb3J5AgALbmV4dXNfYWxsb2MAAAhldmFsdWF0ZQABChQCBQBB"
            + "gAgLDAAgAK1CIIYgAa2ECw==")

    /// Never ends.
    // (evaluate (loop br 0) unreachable)
    static let endlessLoop = module(
        "AGFzbQEAAAABDAJgAX8Bf2ACf38BfgMDAgABBQMBAAEHIwMGbWVtb3J5AgALbmV4dXNfYWxsb2MAAAhldmFsdWF0ZQABChACBQBB"
            + "gAgLCAADQAwACwAL")

    /// Grows memory until it is refused, then traps.
    // (evaluate (loop (br_if 0 (i32.ne (memory.grow (i32.const 16)) (i32.const -1)))) unreachable)
    static let memoryBomb = module(
        "AGFzbQEAAAABDAJgAX8Bf2ACf38BfgMDAgABBQMBAAEHIwMGbWVtb3J5AgALbmV4dXNfYWxsb2MAAAhldmFsdWF0ZQABChcCBQBB"
            + "gAgLDwADQEEQQABBf0cNAAsACw==")

    /// Grows memory until it is refused and answers all the same.
    // (evaluate (loop (br_if 0 (i32.ne (memory.grow (i32.const 16)) (i32.const -1)))) local.get 0 i64.extend_i32_u
    // i64.const 32 i64.shl local.get 1 i64.extend_i32_u i64.or)
    static let growsAndGoesOn = module(
        "AGFzbQEAAAABDAJgAX8Bf2ACf38BfgMDAgABBQMBAAEHIwMGbWVtb3J5AgALbmV4dXNfYWxsb2MAAAhldmFsdWF0ZQABCiACBQBB"
            + "gAgLGAADQEEQQABBf0cNAAsgAK1CIIYgAa2ECw==")

    /// Declares at most 2 pages, asks for 5 more, answers "0" or "1" by whether it got them.
    // (memory (export "memory") 1 2) (evaluate (i32.store8 (i32.const 0) (select (i32.const 48) (i32.const 49)
    // (i32.eq (memory.grow (i32.const 5)) (i32.const -1)))) i64.const 0 i64.const 32 i64.shl i64.const 1 i64.or)
    static let growsPastItsOwnMaximum = module(
        "AGFzbQEAAAABDAJgAX8Bf2ACf38BfgMDAgABBQQBAQECByMDBm1lbW9yeQIAC25leHVzX2FsbG9jAAAIZXZhbHVhdGUAAQojAgUA"
            + "QYAICxsAQQBBMEExQQVAAEF/Rhs6AABCAEIghkIBhAs=")

    /// Grows memory by 15 pages to 1 MiB and answers its input, or traps.
    // (evaluate (if (i32.eq (memory.grow (i32.const 15)) (i32.const -1)) (then unreachable)) local.get 0
    // i64.extend_i32_u i64.const 32 i64.shl local.get 1 i64.extend_i32_u i64.or)
    static let grows = module(
        "AGFzbQEAAAABDAJgAX8Bf2ACf38BfgMDAgABBQMBAAEHIwMGbWVtb3J5AgALbmV4dXNfYWxsb2MAAAhldmFsdWF0ZQABCh8CBQBB"
            + "gAgLFwBBD0AAQX9GBEAACyAArUIghiABrYQL")

    /// Declares 2 MiB of memory.
    // (memory (export "memory") 32) (evaluate local.get 0 i64.extend_i32_u i64.const 32 i64.shl local.get 1
    // i64.extend_i32_u i64.or)
    static let largeMemory = module(
        "AGFzbQEAAAABDAJgAX8Bf2ACf38BfgMDAgABBQMBACAHIwMGbWVtb3J5AgALbmV4dXNfYWxsb2MAAAhldmFsdWF0ZQABChQCBQBB"
            + "gAgLDAAgAK1CIIYgAa2ECw==")

    /// Answers 4096 zero bytes.
    // (evaluate i64.const 0 i64.const 32 i64.shl i64.const 4096 i64.or)
    static let outputOf4096 = module(
        "AGFzbQEAAAABDAJgAX8Bf2ACf38BfgMDAgABBQMBAAEHIwMGbWVtb3J5AgALbmV4dXNfYWxsb2MAAAhldmFsdWF0ZQABChMCBQBB"
            + "gAgLCwBCAEIghkKAIIQL")

    /// Answers a block that begins in memory and ends outside.
    // (evaluate i64.const 65535 i64.const 32 i64.shl i64.const 2 i64.or)
    static let badResult = module(
        "AGFzbQEAAAABDAJgAX8Bf2ACf38BfgMDAgABBQMBAAEHIwMGbWVtb3J5AgALbmV4dXNfYWxsb2MAAAhldmFsdWF0ZQABChQCBQBB"
            + "gAgLDABC//8DQiCGQgKECw==")

    /// Answers a block whose end wraps around 2^32.
    // (evaluate i64.const 4294967295 i64.const 32 i64.shl i64.const 4294967295 i64.or)
    static let badResultWraps = module(
        "AGFzbQEAAAABDAJgAX8Bf2ACf38BfgMDAgABBQMBAAEHIwMGbWVtb3J5AgALbmV4dXNfYWxsb2MAAAhldmFsdWF0ZQABChoCBQBB"
            + "gAgLEgBC/////w9CIIZC/////w+ECw==")

    /// Answers no bytes at the very end of memory.
    // (evaluate i64.const 65536 i64.const 32 i64.shl i64.const 0 i64.or)
    static let emptyAtEnd = module(
        "AGFzbQEAAAABDAJgAX8Bf2ACf38BfgMDAgABBQMBAAEHIwMGbWVtb3J5AgALbmV4dXNfYWxsb2MAAAhldmFsdWF0ZQABChQCBQBB"
            + "gAgLDABCgIAEQiCGQgCECw==")

    /// nexus_alloc returns a block outside memory.
    // (func (export "nexus_alloc") (param i32) (result i32) i32.const -16) (evaluate i64.const 0)
    static let badAllocation = module(
        "AGFzbQEAAAABDAJgAX8Bf2ACf38BfgMDAgABBQMBAAEHIwMGbWVtb3J5AgALbmV4dXNfYWxsb2MAAAhldmFsdWF0ZQABCgsCBABB"
            + "cAsEAEIACw==")

    // (evaluate unreachable)
    static let trapUnreachable = module(
        "AGFzbQEAAAABDAJgAX8Bf2ACf38BfgMDAgABBQMBAAEHIwMGbWVtb3J5AgALbmV4dXNfYWxsb2MAAAhldmFsdWF0ZQABCgsCBQBB"
            + "gAgLAwAACw==")

    // (evaluate (drop (i32.div_u (i32.const 1) (i32.const 0))) i64.const 0)
    static let trapDivisionByZero = module(
        "AGFzbQEAAAABDAJgAX8Bf2ACf38BfgMDAgABBQMBAAEHIwMGbWVtb3J5AgALbmV4dXNfYWxsb2MAAAhldmFsdWF0ZQABChICBQBB"
            + "gAgLCgBBAUEAbhpCAAs=")

    // (evaluate (drop (i32.div_s (i32.const 0x80000000) (i32.const -1))) i64.const 0)
    static let trapOverflow = module(
        "AGFzbQEAAAABDAJgAX8Bf2ACf38BfgMDAgABBQMBAAEHIwMGbWVtb3J5AgALbmV4dXNfYWxsb2MAAAhldmFsdWF0ZQABChYCBQBB"
            + "gAgLDgBBgICAgHhBf20aQgAL")

    // (evaluate (drop (i32.trunc_f64_s (f64.const nan))) i64.const 0)
    static let trapConversion = module(
        "AGFzbQEAAAABDAJgAX8Bf2ACf38BfgMDAgABBQMBAAEHIwMGbWVtb3J5AgALbmV4dXNfYWxsb2MAAAhldmFsdWF0ZQABChcCBQBB"
            + "gAgLDwBEAAAAAAAA+H+qGkIACw==")

    /// Loads from outside its memory.
    // (evaluate (drop (i32.load (i32.const 65533))) i64.const 0)
    static let trapMemory = module(
        "AGFzbQEAAAABDAJgAX8Bf2ACf38BfgMDAgABBQMBAAEHIwMGbWVtb3J5AgALbmV4dXNfYWxsb2MAAAhldmFsdWF0ZQABChQCBQBB"
            + "gAgLDABB/f8DKAIAGkIACw==")

    /// Calls past the end of its table.
    // (table 1 1 funcref) (evaluate (call_indirect (i32.const 7)) i64.const 0)
    static let trapTable = module(
        "AGFzbQEAAAABDwNgAX8Bf2ACf38BfmAAAAMDAgABBAUBcAEBAQUDAQABByMDBm1lbW9yeQIAC25leHVzX2FsbG9jAAAIZXZhbHVh"
            + "dGUAAQoRAgUAQYAICwkAQQcRAgBCAAs=")

    /// Calls an empty element of its table.
    // (table 1 1 funcref) (evaluate (call_indirect (i32.const 0)) i64.const 0)
    static let trapNull = module(
        "AGFzbQEAAAABDwNgAX8Bf2ACf38BfmAAAAMDAgABBAUBcAEBAQUDAQABByMDBm1lbW9yeQIAC25leHVzX2FsbG9jAAAIZXZhbHVh"
            + "dGUAAQoRAgUAQYAICwkAQQARAgBCAAs=")

    /// Calls a function through another type.
    // (table 1 1 funcref) (func $f (param i32)) (elem (i32.const 0) $f) (evaluate (call_indirect (i32.const 0))
    // i64.const 0)
    static let trapSignature = module(
        "AGFzbQEAAAABEwRgAX8AYAF/AX9gAn9/AX5gAAADBAMAAQIEBQFwAQEBBQMBAAEHIwMGbWVtb3J5AgALbmV4dXNfYWxsb2MAAQhl"
            + "dmFsdWF0ZQACCQcBAEEACwEAChQDAgALBQBBgAgLCQBBABEDAEIACwALBG5hbWUBBAEAAWY=")

    /// Its data does not fit its memory: traps before it runs.
    // (data (i32.const 65535) "ab") (evaluate i64.const 0)
    static let trapData = module(
        "AGFzbQEAAAABDAJgAX8Bf2ACf38BfgMDAgABBQMBAAEHIwMGbWVtb3J5AgALbmV4dXNfYWxsb2MAAAhldmFsdWF0ZQABCgwCBQBB"
            + "gAgLBABCAAsLCgEAQf//AwsCYWI=")

    /// Calls itself for ever.
    // (func $f (export "evaluate") (param i32 i32) (result i64) (i64.add (call $f (local.get 0) (local.get 1))
    // (i64.const 1)))
    static let deepRecursion = module(
        "AGFzbQEAAAABDAJgAX8Bf2ACf38BfgMDAgABBQMBAAEHIwMGbWVtb3J5AgALbmV4dXNfYWxsb2MAAAhldmFsdWF0ZQABChMCBQBB"
            + "gAgLCwAgACABEAFCAXwLAAsEbmFtZQEEAQEBZg==")

    /// Answers the bits of 0/0, of its negation plus 1, of a NaN with a payload plus 1, of sqrt(-1), and of that plus
    /// 1 in a vector.
    // (evaluate (f64.store (i32.const 0) (f64.div (f64.const 0) (f64.const 0))) (f64.store (i32.const 8) (f64.add
    // (f64.neg (f64.div (f64.const 0) (f64.const 0))) (f64.const 1))) (f64.store (i32.const 16) (f64.add (f64.const
    // nan:0x8000000000123) (f64.const 1))) (f64.store (i32.const 24) (f64.sqrt (f64.const -1))) (v128.store
    // (i32.const 32) (f64x2.add (f64x2.splat (f64.sqrt (f64.const -1))) (v128.const f64x2 1 1))) i64.const 0
    // i64.const 32 i64.shl i64.const 48 i64.or)
    static let nanBits = module(
        "AGFzbQEAAAABDAJgAX8Bf2ACf38BfgMDAgABBQMBAAEHIwMGbWVtb3J5AgALbmV4dXNfYWxsb2MAAAhldmFsdWF0ZQABCpwBAgUA"
            + "QYAIC5MBAEEARAAAAAAAAAAARAAAAAAAAAAAozkDAEEIRAAAAAAAAAAARAAAAAAAAAAAo5pEAAAAAAAA8D+gOQMAQRBEIwEAAAAA"
            + "+H9EAAAAAAAA8D+gOQMAQRhEAAAAAAAA8L+fOQMAQSBEAAAAAAAA8L+f/RT9DAAAAAAAAPA/AAAAAAAA8D/98AH9CwQAQgBCIIZC"
            + "MIQL")

    /// Imports a function.
    // (import "env" "f" (func)) (evaluate i64.const 0)
    static let imports = module(
        "AGFzbQEAAAABDwNgAABgAX8Bf2ACf38BfgIJAQNlbnYBZgAAAwMCAQIFAwEAAQcjAwZtZW1vcnkCAAtuZXh1c19hbGxvYwABCGV2"
            + "YWx1YXRlAAIKDAIFAEGACAsEAEIACw==")

    /// Imports its memory.
    // (import "env" "memory" (memory 1)) (export "memory" (memory 0)) (evaluate i64.const 0)
    static let importsMemory = module(
        "AGFzbQEAAAABDAJgAX8Bf2ACf38BfgIPAQNlbnYGbWVtb3J5AgABAwMCAAEHIwMGbWVtb3J5AgALbmV4dXNfYWxsb2MAAAhldmFs"
            + "dWF0ZQABCgwCBQBBgAgLBABCAAs=")

    /// Has a start function.
    // (func $s) (start $s) (evaluate i64.const 0)
    static let start = module(
        "AGFzbQEAAAABDwNgAABgAX8Bf2ACf38BfgMEAwABAgUDAQABByMDBm1lbW9yeQIAC25leHVzX2FsbG9jAAEIZXZhbHVhdGUAAggB"
            + "AAoPAwIACwUAQYAICwQAQgALAAsEbmFtZQEEAQABcw==")

    // (evaluate i64.const 0)
    static let noMemory = module(
        "AGFzbQEAAAABDAJgAX8Bf2ACf38BfgMDAgABBxoCC25leHVzX2FsbG9jAAAIZXZhbHVhdGUAAQoMAgUAQYAICwQAQgAL")

    // (evaluate i64.const 0)
    static let noAllocate = module(
        "AGFzbQEAAAABBwFgAn9/AX4DAgEABQMBAAEHFQIGbWVtb3J5AgAIZXZhbHVhdGUAAAoGAQQAQgAL")

    static let noEvaluate = module(
        "AGFzbQEAAAABBgFgAX8BfwMCAQAFAwEAAQcYAgZtZW1vcnkCAAtuZXh1c19hbGxvYwAACgcBBQBBgAgL")

    /// Exports a function as memory.
    // (func (export "memory")) (evaluate i64.const 0)
    static let memoryIsFunction = module(
        "AGFzbQEAAAABDwNgAABgAX8Bf2ACf38BfgMEAwABAgcjAwZtZW1vcnkAAAtuZXh1c19hbGxvYwABCGV2YWx1YXRlAAIKDwMCAAsF"
            + "AEGACAsEAEIACw==")

    // (func (export "nexus_alloc") (param i64) (result i32) i32.const 0) (evaluate i64.const 0)
    static let allocateTakesI64 = module(
        "AGFzbQEAAAABDAJgAX4Bf2ACf38BfgMDAgABBQMBAAEHIwMGbWVtb3J5AgALbmV4dXNfYWxsb2MAAAhldmFsdWF0ZQABCgsCBABB"
            + "AAsEAEIACw==")

    // (func (export "evaluate") (param i32 i32) (result i32) i32.const 0)
    static let evaluateGivesI32 = module(
        "AGFzbQEAAAABDAJgAX8Bf2ACf38BfwMDAgABBQMBAAEHIwMGbWVtb3J5AgALbmV4dXNfYWxsb2MAAAhldmFsdWF0ZQABCgwCBQBB"
            + "gAgLBABBAAs=")

    // (global (export "evaluate") i64 (i64.const 0))
    static let evaluateIsGlobal = module(
        "AGFzbQEAAAABBgFgAX8BfwMCAQAFAwEAAQYGAX4AQgALByMDBm1lbW9yeQIAC25leHVzX2FsbG9jAAAIZXZhbHVhdGUDAAoHAQUA"
            + "QYAICw==")

    /// A table without a maximum.
    // (table 1 funcref) (evaluate local.get 0 i64.extend_i32_u i64.const 32 i64.shl local.get 1 i64.extend_i32_u
    // i64.or)
    static let growableTable = module(
        "AGFzbQEAAAABDAJgAX8Bf2ACf38BfgMDAgABBAQBcAABBQMBAAEHIwMGbWVtb3J5AgALbmV4dXNfYWxsb2MAAAhldmFsdWF0ZQAB"
            + "ChQCBQBBgAgLDAAgAK1CIIYgAa2ECw==")

    /// A table of 65537 elements.
    // (table 65537 65537 funcref) (evaluate local.get 0 i64.extend_i32_u i64.const 32 i64.shl local.get 1
    // i64.extend_i32_u i64.or)
    static let largeTable = module(
        "AGFzbQEAAAABDAJgAX8Bf2ACf38BfgMDAgABBAkBcAGBgASBgAQFAwEAAQcjAwZtZW1vcnkCAAtuZXh1c19hbGxvYwAACGV2YWx1"
            + "YXRlAAEKFAIFAEGACAsMACAArUIghiABrYQL")

    /// A table of 65536 elements.
    // (table 65536 65536 funcref) (evaluate local.get 0 i64.extend_i32_u i64.const 32 i64.shl local.get 1
    // i64.extend_i32_u i64.or)
    static let fullTable = module(
        "AGFzbQEAAAABDAJgAX8Bf2ACf38BfgMDAgABBAkBcAGAgASAgAQFAwEAAQcjAwZtZW1vcnkCAAtuZXh1c19hbGxvYwAACGV2YWx1"
            + "YXRlAAEKFAIFAEGACAsMACAArUIghiABrYQL")

    // (table 1 1 funcref)(table 1 1 funcref)(table 1 1 funcref)(table 1 1 funcref) (evaluate local.get 0
    // i64.extend_i32_u i64.const 32 i64.shl local.get 1 i64.extend_i32_u i64.or)
    static let fourTables = module(
        "AGFzbQEAAAABDAJgAX8Bf2ACf38BfgMDAgABBBEEcAEBAXABAQFwAQEBcAEBAQUDAQABByMDBm1lbW9yeQIAC25leHVzX2FsbG9j"
            + "AAAIZXZhbHVhdGUAAQoUAgUAQYAICwwAIACtQiCGIAGthAs=")

    // (table 1 1 funcref)(table 1 1 funcref)(table 1 1 funcref)(table 1 1 funcref)(table 1 1 funcref) (evaluate
    // local.get 0 i64.extend_i32_u i64.const 32 i64.shl local.get 1 i64.extend_i32_u i64.or)
    static let fiveTables = module(
        "AGFzbQEAAAABDAJgAX8Bf2ACf38BfgMDAgABBBUFcAEBAXABAQFwAQEBcAEBAXABAQEFAwEAAQcjAwZtZW1vcnkCAAtuZXh1c19h"
            + "bGxvYwAACGV2YWx1YXRlAAEKFAIFAEGACAsMACAArUIghiABrYQL")

    /// Declares 1 GiB of memory.
    // (memory (export "memory") 16384) (evaluate local.get 0 i64.extend_i32_u i64.const 32 i64.shl local.get 1
    // i64.extend_i32_u i64.or)
    static let mostMemory = module(
        "AGFzbQEAAAABDAJgAX8Bf2ACf38BfgMDAgABBQUBAICAAQcjAwZtZW1vcnkCAAtuZXh1c19hbGxvYwAACGV2YWx1YXRlAAEKFAIF"
            + "AEGACAsMACAArUIghiABrYQL")

    /// Declares 64 KiB more.
    // (memory (export "memory") 16385) (evaluate local.get 0 i64.extend_i32_u i64.const 32 i64.shl local.get 1
    // i64.extend_i32_u i64.or)
    static let tooMuchMemory = module(
        "AGFzbQEAAAABDAJgAX8Bf2ACf38BfgMDAgABBQUBAIGAAQcjAwZtZW1vcnkCAAtuZXh1c19hbGxvYwAACGV2YWx1YXRlAAEKFAIF"
            + "AEGACAsMACAArUIghiABrYQL")

    /// Uses the threads proposal.
    // (memory (export "memory") 1 1 shared) (evaluate i64.const 0)
    static let sharedMemory = module(
        "AGFzbQEAAAABDAJgAX8Bf2ACf38BfgMDAgABBQQBAwEBByMDBm1lbW9yeQIAC25leHVzX2FsbG9jAAAIZXZhbHVhdGUAAQoMAgUA"
            + "QYAICwQAQgAL")

    /// Uses 64-bit memory.
    // (memory (export "memory") i64 1) (evaluate i64.const 0)
    static let memory64 = module(
        "AGFzbQEAAAABDAJgAX8Bf2ACf38BfgMDAgABBQMBBAEHIwMGbWVtb3J5AgALbmV4dXNfYWxsb2MAAAhldmFsdWF0ZQABCgwCBQBB"
            + "gAgLBABCAAs=")

    /// Uses tail calls.
    // (func $f (export "evaluate") (param i32 i32) (result i64) (return_call $f (local.get 0) (local.get 1)))
    static let tailCall = module(
        "AGFzbQEAAAABDAJgAX8Bf2ACf38BfgMDAgABBQMBAAEHIwMGbWVtb3J5AgALbmV4dXNfYWxsb2MAAAhldmFsdWF0ZQABChACBQBB"
            + "gAgLCAAgACABEgELAAsEbmFtZQEEAQEBZg==")

    /// Uses two memories.
    // (memory 1) (evaluate i64.const 0)
    static let twoMemories = module(
        "AGFzbQEAAAABDAJgAX8Bf2ACf38BfgMDAgABBQUCAAEAAQcjAwZtZW1vcnkCAAtuZXh1c19hbGxvYwAACGV2YWx1YXRlAAEKDAIF"
            + "AEGACAsEAEIACw==")

    /// A component, not a module.
    // (component
    static let component = module(
        "AGFzbQ0AAQA=")

    private static func module(_ base64: String) -> [UInt8] {
        // SAFETY: the texts above are constants.
        try! Base64.decode(base64)
    }
}
