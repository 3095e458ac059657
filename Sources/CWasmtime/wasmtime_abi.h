// What this shim uses of Wasmtime's C API (release 50), declared here so that nothing of Wasmtime is needed to build.
// Names and layouts are those of the published ABI; the assertions hold the sizes that were measured on it.
#ifndef NEXUS_WASMTIME_ABI_H
#define NEXUS_WASMTIME_ABI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct wasm_config_t wasm_config_t;
typedef struct wasm_engine_t wasm_engine_t;
typedef struct wasm_trap_t wasm_trap_t;
typedef struct wasm_memorytype_t wasm_memorytype_t;
typedef struct wasmtime_error wasmtime_error_t;
typedef struct wasmtime_module wasmtime_module_t;
typedef struct wasmtime_store wasmtime_store_t;
typedef struct wasmtime_context wasmtime_context_t;

typedef struct { size_t size; char *data; } wasm_byte_vec_t;

typedef struct { uint64_t store_id; void *private_; } wasmtime_func_t;
typedef struct { uint64_t store_id; size_t private_; } wasmtime_instance_t;
typedef struct { struct { uint64_t store_id; uint32_t private_1; } head; uint32_t private_2; } wasmtime_memory_t;
typedef struct { uint64_t store_id; uint32_t private_1; uint32_t private_2; void *private_3; } wasmtime_anyref_t;
typedef union { wasmtime_func_t func; wasmtime_memory_t memory; } wasmtime_extern_union_t;
typedef struct { uint8_t kind; wasmtime_extern_union_t of; } wasmtime_extern_t;
typedef union {
    int32_t i32; int64_t i64; float f32; double f64;
    wasmtime_anyref_t anyref; wasmtime_func_t funcref; uint8_t v128[16];
} wasmtime_valunion_t;
typedef struct { uint8_t kind; wasmtime_valunion_t of; } wasmtime_val_t;

enum { WASMTIME_I32 = 0, WASMTIME_I64 = 1 };
enum { WASMTIME_EXTERN_FUNC = 0, WASMTIME_EXTERN_MEMORY = 3 };
enum { WASMTIME_OPT_LEVEL_SPEED = 1 };

typedef struct {
    void *env;
    uint8_t *(*get_memory)(void *env, size_t *byte_size, size_t *byte_capacity);
    wasmtime_error_t *(*grow_memory)(void *env, size_t new_size);
    void (*finalizer)(void *env);
} wasmtime_linear_memory_t;

typedef struct {
    void *env;
    wasmtime_error_t *(*new_memory)(void *env, const wasm_memorytype_t *type, size_t minimum, size_t maximum,
                                    size_t reserved, size_t guard, wasmtime_linear_memory_t *memory);
    void (*finalizer)(void *env);
} wasmtime_memory_creator_t;

_Static_assert(sizeof(wasmtime_val_t) == 32, "layout of wasmtime_val");
_Static_assert(sizeof(wasmtime_extern_t) == 32, "layout of wasmtime_extern");
_Static_assert(sizeof(wasmtime_instance_t) == 16, "layout of wasmtime_instance");
_Static_assert(sizeof(wasmtime_func_t) == 16, "layout of wasmtime_func");
_Static_assert(sizeof(wasmtime_memory_t) == 24, "layout of wasmtime_memory");
_Static_assert(sizeof(wasmtime_anyref_t) == 24, "layout of wasmtime_anyref");
_Static_assert(offsetof(wasmtime_val_t, of) == 8 && offsetof(wasmtime_extern_t, of) == 8, "layout of unions");

// The functions: result, name, parameters.
#define WASMTIME_FUNCTIONS(F) \
    F(wasm_config_t *, wasm_config_new, (void)) \
    F(void, wasmtime_config_consume_fuel_set, (wasm_config_t *, bool)) \
    F(void, wasmtime_config_epoch_interruption_set, (wasm_config_t *, bool)) \
    F(void, wasmtime_config_max_wasm_stack_set, (wasm_config_t *, size_t)) \
    F(void, wasmtime_config_cranelift_nan_canonicalization_set, (wasm_config_t *, bool)) \
    F(void, wasmtime_config_cranelift_opt_level_set, (wasm_config_t *, uint8_t)) \
    F(void, wasmtime_config_parallel_compilation_set, (wasm_config_t *, bool)) \
    F(void, wasmtime_config_wasm_relaxed_simd_deterministic_set, (wasm_config_t *, bool)) \
    F(void, wasmtime_config_wasm_bulk_memory_set, (wasm_config_t *, bool)) \
    F(void, wasmtime_config_wasm_multi_value_set, (wasm_config_t *, bool)) \
    F(void, wasmtime_config_wasm_reference_types_set, (wasm_config_t *, bool)) \
    F(void, wasmtime_config_wasm_simd_set, (wasm_config_t *, bool)) \
    F(void, wasmtime_config_wasm_relaxed_simd_set, (wasm_config_t *, bool)) \
    F(void, wasmtime_config_wasm_threads_set, (wasm_config_t *, bool)) \
    F(void, wasmtime_config_shared_memory_set, (wasm_config_t *, bool)) \
    F(void, wasmtime_config_wasm_tail_call_set, (wasm_config_t *, bool)) \
    F(void, wasmtime_config_wasm_function_references_set, (wasm_config_t *, bool)) \
    F(void, wasmtime_config_wasm_gc_set, (wasm_config_t *, bool)) \
    F(void, wasmtime_config_gc_support_set, (wasm_config_t *, bool)) \
    F(void, wasmtime_config_wasm_multi_memory_set, (wasm_config_t *, bool)) \
    F(void, wasmtime_config_wasm_memory64_set, (wasm_config_t *, bool)) \
    F(void, wasmtime_config_wasm_wide_arithmetic_set, (wasm_config_t *, bool)) \
    F(void, wasmtime_config_wasm_exceptions_set, (wasm_config_t *, bool)) \
    F(void, wasmtime_config_wasm_custom_page_sizes_set, (wasm_config_t *, bool)) \
    F(void, wasmtime_config_wasm_stack_switching_set, (wasm_config_t *, bool)) \
    F(void, wasmtime_config_wasm_component_model_set, (wasm_config_t *, bool)) \
    F(void, wasmtime_config_memory_init_cow_set, (wasm_config_t *, bool)) \
    F(void, wasmtime_config_host_memory_creator_set, (wasm_config_t *, wasmtime_memory_creator_t *)) \
    F(wasm_engine_t *, wasm_engine_new_with_config, (wasm_config_t *)) \
    F(void, wasm_engine_delete, (wasm_engine_t *)) \
    F(void, wasmtime_engine_increment_epoch, (wasm_engine_t *)) \
    F(wasmtime_error_t *, wasmtime_error_new, (const char *)) \
    F(void, wasmtime_error_message, (const wasmtime_error_t *, wasm_byte_vec_t *)) \
    F(void, wasmtime_error_delete, (wasmtime_error_t *)) \
    F(void, wasm_byte_vec_delete, (wasm_byte_vec_t *)) \
    F(void, wasm_trap_message, (const wasm_trap_t *, wasm_byte_vec_t *)) \
    F(bool, wasmtime_trap_code, (const wasm_trap_t *, uint8_t *)) \
    F(void, wasm_trap_delete, (wasm_trap_t *)) \
    F(wasmtime_error_t *, wasmtime_module_new, (wasm_engine_t *, const uint8_t *, size_t, wasmtime_module_t **)) \
    F(wasmtime_error_t *, wasmtime_module_serialize, (wasmtime_module_t *, wasm_byte_vec_t *)) \
    F(void, wasmtime_module_delete, (wasmtime_module_t *)) \
    F(wasmtime_store_t *, wasmtime_store_new, (wasm_engine_t *, void *, void (*)(void *))) \
    F(wasmtime_context_t *, wasmtime_store_context, (wasmtime_store_t *)) \
    F(void, wasmtime_store_limiter, (wasmtime_store_t *, int64_t, int64_t, int64_t, int64_t, int64_t)) \
    F(void, wasmtime_store_delete, (wasmtime_store_t *)) \
    F(wasmtime_error_t *, wasmtime_context_set_fuel, (wasmtime_context_t *, uint64_t)) \
    F(wasmtime_error_t *, wasmtime_context_get_fuel, (const wasmtime_context_t *, uint64_t *)) \
    F(void, wasmtime_context_set_epoch_deadline, (wasmtime_context_t *, uint64_t)) \
    F(wasmtime_error_t *, wasmtime_instance_new, (wasmtime_context_t *, const wasmtime_module_t *, \
        const wasmtime_extern_t *, size_t, wasmtime_instance_t *, wasm_trap_t **)) \
    F(bool, wasmtime_instance_export_get, (wasmtime_context_t *, const wasmtime_instance_t *, const char *, size_t, \
        wasmtime_extern_t *)) \
    F(wasmtime_error_t *, wasmtime_func_call, (wasmtime_context_t *, const wasmtime_func_t *, \
        const wasmtime_val_t *, size_t, wasmtime_val_t *, size_t, wasm_trap_t **)) \
    F(uint8_t *, wasmtime_memory_data, (const wasmtime_context_t *, const wasmtime_memory_t *)) \
    F(size_t, wasmtime_memory_data_size, (const wasmtime_context_t *, const wasmtime_memory_t *))

#define WASMTIME_FIELD(result, name, parameters) result (*name) parameters;
struct wasmtime_functions { WASMTIME_FUNCTIONS(WASMTIME_FIELD) };
#undef WASMTIME_FIELD

#endif
