// The few calls that NexusRuntime makes into Wasmtime's C API, over a library that is opened at run time.
//
// Ownership: an engine is freed by nexus_wasmtime_engine_delete, a module by nexus_wasmtime_module_delete, an
// outcome by nexus_wasmtime_outcome_release. Engines and modules may be used from several threads at once; an outcome
// belongs to the thread that made it until it is released. A module keeps what it needs of its engine alive.
#ifndef NEXUS_CWASMTIME_H
#define NEXUS_CWASMTIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NEXUS_WASMTIME_MESSAGE_SIZE 512

typedef struct nexus_wasmtime_engine nexus_wasmtime_engine;
typedef struct nexus_wasmtime_module nexus_wasmtime_module;

/// A text for people, cut where it is too long, always ended by a zero byte.
typedef struct nexus_wasmtime_message {
    char text[NEXUS_WASMTIME_MESSAGE_SIZE];
} nexus_wasmtime_message;

typedef enum nexus_wasmtime_opening : int32_t {
    NexusWasmtimeOpeningDone,
    /// dlopen failed: the message is the loader's.
    NexusWasmtimeOpeningNoLibrary,
    /// A function that this shim needs is not in the library.
    NexusWasmtimeOpeningNoSymbol,
    /// The library compiles for another release of Wasmtime than the one these declarations are for.
    NexusWasmtimeOpeningWrongVersion,
    /// The engine refused the configuration.
    NexusWasmtimeOpeningNoEngine,
} nexus_wasmtime_opening;

/// Opens the library and makes an engine with the one configuration that Nexus uses.
/// `major_version` is the release the caller pins, as digits.
nexus_wasmtime_opening nexus_wasmtime_open(const char *path, const char *major_version, size_t wasm_stack_bytes,
                                           nexus_wasmtime_engine **engine, nexus_wasmtime_message *message);
void nexus_wasmtime_engine_delete(nexus_wasmtime_engine *engine);
/// Moves the engine's clock on by one tick; from any thread.
void nexus_wasmtime_engine_tick(const nexus_wasmtime_engine *engine);

/// Validates and compiles; NULL with a message where the bytes are refused.
nexus_wasmtime_module *nexus_wasmtime_module_compile(const nexus_wasmtime_engine *engine, const uint8_t *bytes,
                                                     size_t size, nexus_wasmtime_message *message);
void nexus_wasmtime_module_delete(const nexus_wasmtime_engine *engine, nexus_wasmtime_module *module);

typedef struct nexus_wasmtime_limits {
    uint64_t fuel;
    uint64_t memory_bytes;
    uint64_t output_bytes;
    uint32_t table_elements;
    uint32_t tables;
    /// Ticks after which the execution is interrupted; at least 1.
    uint64_t ticks;
} nexus_wasmtime_limits;

typedef enum nexus_wasmtime_end : int32_t {
    NexusWasmtimeEndOutput,
    /// `trap_code` says which.
    NexusWasmtimeEndTrap,
    /// nexus_alloc returned a block that does not lie in memory.
    NexusWasmtimeEndBadAllocation,
    /// evaluate returned a block that does not lie in memory.
    NexusWasmtimeEndBadResult,
    NexusWasmtimeEndOutputTooLarge,
    /// Memory would have grown past `memory_bytes`.
    NexusWasmtimeEndMemoryLimit,
    /// The host did not give the memory.
    NexusWasmtimeEndMemoryHost,
    /// The calling thread has too little stack left to promise the engine its own.
    NexusWasmtimeEndThreadStack,
    /// Anything else; the message is the engine's.
    NexusWasmtimeEndEngineFailure,
} nexus_wasmtime_end;

/// Wasmtime's numbers for traps (wasmtime_trap_code_t).
typedef enum nexus_wasmtime_trap : int32_t {
    NexusWasmtimeTrapStackOverflow = 0,
    NexusWasmtimeTrapMemoryOutOfBounds = 1,
    NexusWasmtimeTrapHeapMisaligned = 2,
    NexusWasmtimeTrapTableOutOfBounds = 3,
    NexusWasmtimeTrapIndirectCallToNull = 4,
    NexusWasmtimeTrapBadSignature = 5,
    NexusWasmtimeTrapIntegerOverflow = 6,
    NexusWasmtimeTrapIntegerDivisionByZero = 7,
    NexusWasmtimeTrapBadConversionToInteger = 8,
    NexusWasmtimeTrapUnreachable = 9,
    NexusWasmtimeTrapInterrupt = 10,
    NexusWasmtimeTrapOutOfFuel = 11,
} nexus_wasmtime_trap;

typedef struct nexus_wasmtime_outcome {
    nexus_wasmtime_end end;
    /// Meaningful at NexusWasmtimeEndTrap only; may be a number that nexus_wasmtime_trap does not name.
    int32_t trap_code;
    uint64_t fuel_used;
    /// The most bytes that linear memory had.
    uint64_t memory_peak;
    /// At NexusWasmtimeEndOutput: bytes in the instance's memory, valid until release.
    const uint8_t *output;
    size_t output_size;
    nexus_wasmtime_message message;
    void *store;
} nexus_wasmtime_outcome;

/// Runs `evaluate` once in a store and an instance of its own. Blocks for as long as the limits allow.
void nexus_wasmtime_evaluate(const nexus_wasmtime_engine *engine, const nexus_wasmtime_module *module,
                             const uint8_t *input, size_t input_size, const nexus_wasmtime_limits *limits,
                             nexus_wasmtime_outcome *outcome);
void nexus_wasmtime_outcome_release(const nexus_wasmtime_engine *engine, nexus_wasmtime_outcome *outcome);

#endif
