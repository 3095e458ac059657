#define _GNU_SOURCE
#include "CWasmtime.h"

#include "execution.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// What the engine itself may need of the caller's stack besides the module's share.
enum { HOST_STACK_BYTES = 128 << 10 };

struct nexus_wasmtime_engine {
    struct wasmtime_functions functions;
    wasm_engine_t *engine;
    size_t wasm_stack_bytes;
};

static void say(nexus_wasmtime_message *message, const char *text, size_t size) {
    size_t kept = size < sizeof message->text - 1 ? size : sizeof message->text - 1;
    memcpy(message->text, text, kept);
    message->text[kept] = 0;
}

static void say_text(nexus_wasmtime_message *message, const char *text) { say(message, text, strlen(text)); }

/// Moves the error's text to `message` and frees the error.
static void say_error(const struct wasmtime_functions *f, wasmtime_error_t *error, nexus_wasmtime_message *message) {
    wasm_byte_vec_t text = {0, NULL};
    f->wasmtime_error_message(error, &text);
    say(message, text.data ? text.data : "", text.size);
    f->wasm_byte_vec_delete(&text);
    f->wasmtime_error_delete(error);
}

static bool resolve(void *library, struct wasmtime_functions *functions, nexus_wasmtime_message *message) {
    const char *name = NULL;
// POSIX lets an object pointer from dlsym be read as a function pointer; memcpy says so without a cast ISO C forbids.
#define RESOLVE(result, symbol, parameters) \
    if (!name) { \
        void *address = dlsym(library, #symbol); \
        memcpy(&functions->symbol, &address, sizeof address); \
        if (!address) name = #symbol; \
    }
    WASMTIME_FUNCTIONS(RESOLVE)
#undef RESOLVE
    if (name) snprintf(message->text, sizeof message->text, "the library has no %s", name);
    return name == NULL;
}

/// One configuration for every host: whatever could differ between two of them is off or made canonical.
static wasm_config_t *configuration(const struct wasmtime_functions *f, size_t wasm_stack_bytes) {
    wasm_config_t *config = f->wasm_config_new();
    if (!config) return NULL;
    f->wasmtime_config_consume_fuel_set(config, true);
    f->wasmtime_config_epoch_interruption_set(config, true);
    f->wasmtime_config_max_wasm_stack_set(config, wasm_stack_bytes);
    f->wasmtime_config_cranelift_nan_canonicalization_set(config, true);
    f->wasmtime_config_cranelift_opt_level_set(config, WASMTIME_OPT_LEVEL_SPEED);
    f->wasmtime_config_parallel_compilation_set(config, false);
    f->wasmtime_config_wasm_relaxed_simd_deterministic_set(config, true);
    f->wasmtime_config_wasm_bulk_memory_set(config, true);
    f->wasmtime_config_wasm_multi_value_set(config, true);
    f->wasmtime_config_wasm_reference_types_set(config, true);
    f->wasmtime_config_wasm_simd_set(config, true);
    f->wasmtime_config_wasm_relaxed_simd_set(config, true);
    f->wasmtime_config_wasm_threads_set(config, false);
    f->wasmtime_config_shared_memory_set(config, false);
    f->wasmtime_config_wasm_tail_call_set(config, false);
    f->wasmtime_config_wasm_function_references_set(config, false);
    f->wasmtime_config_wasm_gc_set(config, false);
    f->wasmtime_config_gc_support_set(config, false);
    f->wasmtime_config_wasm_multi_memory_set(config, false);
    f->wasmtime_config_wasm_memory64_set(config, false);
    f->wasmtime_config_wasm_wide_arithmetic_set(config, false);
    f->wasmtime_config_wasm_exceptions_set(config, false);
    f->wasmtime_config_wasm_custom_page_sizes_set(config, false);
    f->wasmtime_config_wasm_stack_switching_set(config, false);
    f->wasmtime_config_wasm_component_model_set(config, false);
    // Images mapped copy-on-write need memories of the engine's own.
    f->wasmtime_config_memory_init_cow_set(config, false);
    wasmtime_memory_creator_t creator;
    nexus_memory_creator(f, &creator);
    f->wasmtime_config_host_memory_creator_set(config, &creator);
    return config;
}

/// The C API has no call for its version, but each compiled module carries it near the front, as a
/// length-prefixed text that the engine compares when it loads one.
static bool compiles_for(const nexus_wasmtime_engine *engine, const char *major, nexus_wasmtime_message *message) {
    static const uint8_t empty[] = {0, 'a', 's', 'm', 1, 0, 0, 0};
    const struct wasmtime_functions *f = &engine->functions;
    wasmtime_module_t *module = NULL;
    wasm_byte_vec_t image = {0, NULL};
    wasmtime_error_t *error = f->wasmtime_module_new(engine->engine, empty, sizeof empty, &module);
    if (!error) {
        error = f->wasmtime_module_serialize(module, &image);
        f->wasmtime_module_delete(module);
    }
    if (error) {
        say_error(f, error, message);
        return false;
    }
    size_t length = strlen(major);
    bool found = false;
    for (size_t at = 0; !found && at < 256 && at + 1 + length <= image.size; at++) {
        found = (uint8_t)image.data[at] == length && memcmp(image.data + at + 1, major, length) == 0;
    }
    f->wasm_byte_vec_delete(&image);
    if (!found) snprintf(message->text, sizeof message->text, "the library is not of release %s", major);
    return found;
}

nexus_wasmtime_opening nexus_wasmtime_open(const char *path, const char *major_version, size_t wasm_stack_bytes,
                                           nexus_wasmtime_engine **out, nexus_wasmtime_message *message) {
    *out = NULL;
    // Never closed: the engine installs signal handlers that point into the library.
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        const char *reason = dlerror();
        say_text(message, reason ? reason : "dlopen failed");
        return NexusWasmtimeOpeningNoLibrary;
    }
    nexus_wasmtime_engine *engine = calloc(1, sizeof *engine);
    if (!engine) {
        say_text(message, "out of memory");
        return NexusWasmtimeOpeningNoEngine;
    }
    if (!resolve(library, &engine->functions, message)) {
        free(engine);
        return NexusWasmtimeOpeningNoSymbol;
    }
    engine->wasm_stack_bytes = wasm_stack_bytes;
    wasm_config_t *config = configuration(&engine->functions, wasm_stack_bytes);
    // Takes the configuration over, also where it fails.
    if (config) engine->engine = engine->functions.wasm_engine_new_with_config(config);
    if (!engine->engine) {
        say_text(message, "the engine refuses the configuration");
        free(engine);
        return NexusWasmtimeOpeningNoEngine;
    }
    if (!compiles_for(engine, major_version, message)) {
        nexus_wasmtime_engine_delete(engine);
        return NexusWasmtimeOpeningWrongVersion;
    }
    *out = engine;
    return NexusWasmtimeOpeningDone;
}

void nexus_wasmtime_engine_delete(nexus_wasmtime_engine *engine) {
    engine->functions.wasm_engine_delete(engine->engine);
    free(engine);
}

void nexus_wasmtime_engine_tick(const nexus_wasmtime_engine *engine) {
    engine->functions.wasmtime_engine_increment_epoch(engine->engine);
}

nexus_wasmtime_module *nexus_wasmtime_module_compile(const nexus_wasmtime_engine *engine, const uint8_t *bytes,
                                                     size_t size, nexus_wasmtime_message *message) {
    wasmtime_module_t *module = NULL;
    wasmtime_error_t *error = engine->functions.wasmtime_module_new(engine->engine, bytes, size, &module);
    if (!error) return (nexus_wasmtime_module *)module;
    say_error(&engine->functions, error, message);
    return NULL;
}

void nexus_wasmtime_module_delete(const nexus_wasmtime_engine *engine, nexus_wasmtime_module *module) {
    engine->functions.wasmtime_module_delete((wasmtime_module_t *)module);
}

/// Ends with what the engine said, and frees it. True where it said nothing: the execution goes on.
static bool went_well(const struct wasmtime_functions *f, wasmtime_error_t *error, wasm_trap_t *trap,
                      nexus_wasmtime_outcome *outcome) {
    if (!error && !trap) return true;
    outcome->end = NexusWasmtimeEndEngineFailure;
    if (error) say_error(f, error, &outcome->message);
    if (trap) {
        uint8_t code = 0;
        if (f->wasmtime_trap_code(trap, &code)) {
            outcome->end = NexusWasmtimeEndTrap;
            outcome->trap_code = code;
        }
        wasm_byte_vec_t text = {0, NULL};
        f->wasm_trap_message(trap, &text);
        if (!error) say(&outcome->message, text.data ? text.data : "", text.size);
        f->wasm_byte_vec_delete(&text);
        f->wasm_trap_delete(trap);
    }
    return false;
}

struct exports {
    wasmtime_extern_t memory, allocate, evaluate;
};

static bool find(const struct wasmtime_functions *f, wasmtime_context_t *context, const wasmtime_instance_t *instance,
                 const char *name, uint8_t kind, wasmtime_extern_t *item) {
    // Functions and memories are plain values: an item of these kinds owns nothing that would need a delete.
    return f->wasmtime_instance_export_get(context, instance, name, strlen(name), item) && item->kind == kind;
}

static bool lies_in(uint32_t offset, uint64_t size, size_t memory_size) { return offset + size <= memory_size; }

static void run(const struct wasmtime_functions *f, wasmtime_context_t *context, const nexus_wasmtime_module *module,
                const uint8_t *input, size_t input_size, const nexus_wasmtime_limits *limits,
                nexus_wasmtime_outcome *outcome) {
    wasm_trap_t *trap = NULL;
    wasmtime_instance_t instance;
    wasmtime_error_t *error =
        f->wasmtime_instance_new(context, (const wasmtime_module_t *)module, NULL, 0, &instance, &trap);
    if (!went_well(f, error, trap, outcome)) return;

    struct exports exports;
    if (!find(f, context, &instance, "memory", WASMTIME_EXTERN_MEMORY, &exports.memory)
        || !find(f, context, &instance, "nexus_alloc", WASMTIME_EXTERN_FUNC, &exports.allocate)
        || !find(f, context, &instance, "evaluate", WASMTIME_EXTERN_FUNC, &exports.evaluate)) {
        say_text(&outcome->message, "an export is missing that was there when the module was loaded");
        return;
    }

    wasmtime_val_t arguments[2] = {{.kind = WASMTIME_I32}, {.kind = WASMTIME_I32}};
    wasmtime_val_t result = {.kind = WASMTIME_I32};
    arguments[0].of.i32 = (int32_t)(uint32_t)input_size;
    error = f->wasmtime_func_call(context, &exports.allocate.of.func, arguments, 1, &result, 1, &trap);
    if (!went_well(f, error, trap, outcome)) return;
    uint32_t block = (uint32_t)result.of.i32;
    if (!lies_in(block, input_size, f->wasmtime_memory_data_size(context, &exports.memory.of.memory))) {
        outcome->end = NexusWasmtimeEndBadAllocation;
        return;
    }
    if (input_size > 0) memcpy(f->wasmtime_memory_data(context, &exports.memory.of.memory) + block, input, input_size);

    arguments[0].of.i32 = (int32_t)block;
    arguments[1].of.i32 = (int32_t)(uint32_t)input_size;
    result.kind = WASMTIME_I64;
    error = f->wasmtime_func_call(context, &exports.evaluate.of.func, arguments, 2, &result, 1, &trap);
    if (!went_well(f, error, trap, outcome)) return;
    uint32_t output = (uint32_t)((uint64_t)result.of.i64 >> 32), size = (uint32_t)(uint64_t)result.of.i64;
    if (!lies_in(output, size, f->wasmtime_memory_data_size(context, &exports.memory.of.memory))) {
        outcome->end = NexusWasmtimeEndBadResult;
    } else if (size > limits->output_bytes) {
        outcome->end = NexusWasmtimeEndOutputTooLarge;
    } else {
        outcome->end = NexusWasmtimeEndOutput;
        outcome->output = f->wasmtime_memory_data(context, &exports.memory.of.memory) + output;
        outcome->output_size = size;
    }
}

void nexus_wasmtime_evaluate(const nexus_wasmtime_engine *engine, const nexus_wasmtime_module *module,
                             const uint8_t *input, size_t input_size, const nexus_wasmtime_limits *limits,
                             nexus_wasmtime_outcome *outcome) {
    const struct wasmtime_functions *f = &engine->functions;
    memset(outcome, 0, sizeof *outcome);
    outcome->end = NexusWasmtimeEndEngineFailure;
    if (!nexus_stack_has(engine->wasm_stack_bytes + HOST_STACK_BYTES)) {
        outcome->end = NexusWasmtimeEndThreadStack;
        return;
    }
    wasmtime_store_t *store = f->wasmtime_store_new(engine->engine, NULL, NULL);
    outcome->store = store;
    wasmtime_context_t *context = f->wasmtime_store_context(store);
    // Memory is bounded by the memories themselves (memory.c), which note that they refused.
    f->wasmtime_store_limiter(store, -1, limits->table_elements, 1, limits->tables, 1);
    f->wasmtime_context_set_epoch_deadline(context, limits->ticks);
    if (!went_well(f, f->wasmtime_context_set_fuel(context, limits->fuel), NULL, outcome)) return;

    struct execution execution = {.memory_bytes = limits->memory_bytes};
    nexus_current_execution = &execution;
    run(f, context, module, input, input_size, limits, outcome);
    nexus_current_execution = NULL;

    outcome->memory_peak = execution.memory_peak;
    uint64_t fuel = 0;
    wasmtime_error_t *error = f->wasmtime_context_get_fuel(context, &fuel);
    if (error) f->wasmtime_error_delete(error);
    else outcome->fuel_used = limits->fuel - fuel;
    // Whatever the module made of a refused growth, another host might have granted it.
    if (execution.host_refused) outcome->end = NexusWasmtimeEndMemoryHost;
    else if (execution.over_limit) outcome->end = NexusWasmtimeEndMemoryLimit;
}

void nexus_wasmtime_outcome_release(const nexus_wasmtime_engine *engine, nexus_wasmtime_outcome *outcome) {
    if (outcome->store) engine->functions.wasmtime_store_delete(outcome->store);
    outcome->store = NULL;
    outcome->output = NULL;
}
