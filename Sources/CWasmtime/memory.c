// Linear memories of our own, because the engine tells nobody why a memory.grow failed: the module just sees -1 and
// may go on to an answer that depends on this host. Here each refusal is noted in the thread's execution.
#define _GNU_SOURCE
#include "execution.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>

_Thread_local struct execution *nexus_current_execution;

struct memory {
    const struct wasmtime_functions *functions;
    uint8_t *base;
    size_t size;
    size_t reserved;
    size_t mapped;
};

static wasmtime_error_t *refuse(const struct wasmtime_functions *functions, bool over_limit) {
    struct execution *execution = nexus_current_execution;
    if (execution && over_limit) execution->over_limit = true;
    if (execution && !over_limit) execution->host_refused = true;
    return functions->wasmtime_error_new(over_limit ? "memory limit reached" : "the host gives no more memory");
}

static bool exceeds_limit(size_t size) {
    return nexus_current_execution && size > nexus_current_execution->memory_bytes;
}

static void note_peak(size_t size) {
    struct execution *execution = nexus_current_execution;
    if (execution && size > execution->memory_peak) execution->memory_peak = size;
}

static uint8_t *memory_get(void *env, size_t *size, size_t *capacity) {
    struct memory *memory = env;
    *size = memory->size;
    *capacity = memory->reserved;
    return memory->base;
}

static wasmtime_error_t *memory_grow(void *env, size_t new_size) {
    struct memory *memory = env;
    if (exceeds_limit(new_size)) return refuse(memory->functions, true);
    if (new_size > memory->reserved
        || mprotect(memory->base, new_size, PROT_READ | PROT_WRITE) != 0) {
        return refuse(memory->functions, false);
    }
    memory->size = new_size;
    note_peak(new_size);
    return NULL;
}

static void memory_free(void *env) {
    struct memory *memory = env;
    munmap(memory->base, memory->mapped);
    free(memory);
}

static wasmtime_error_t *memory_new(void *env, const wasm_memorytype_t *type, size_t minimum, size_t maximum,
                                    size_t reserved, size_t guard, wasmtime_linear_memory_t *out) {
    (void)type;
    const struct wasmtime_functions *functions = env;
    if (exceeds_limit(minimum)) return refuse(functions, true);
    // An engine that reserves nothing would move memory as it grows; reserve all it can need instead.
    if (reserved < minimum) reserved = minimum;
    if (reserved == 0) reserved = maximum < ((size_t)1 << 32) ? maximum : (size_t)1 << 32;
    struct memory *memory = malloc(sizeof *memory);
    if (!memory) return refuse(functions, false);
    size_t mapped = reserved + guard;
    void *base = mmap(NULL, mapped > 0 ? mapped : 1, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (base == MAP_FAILED) {
        free(memory);
        return refuse(functions, false);
    }
    *memory = (struct memory){functions, base, minimum, reserved, mapped > 0 ? mapped : 1};
    if (minimum > 0 && mprotect(base, minimum, PROT_READ | PROT_WRITE) != 0) {
        memory_free(memory);
        return refuse(functions, false);
    }
    note_peak(minimum);
    *out = (wasmtime_linear_memory_t){memory, memory_get, memory_grow, memory_free};
    return NULL;
}

void nexus_memory_creator(const struct wasmtime_functions *functions, wasmtime_memory_creator_t *creator) {
    *creator = (wasmtime_memory_creator_t){(void *)(uintptr_t)functions, memory_new, NULL};
}

// The low end of the thread's stack, or NULL where it cannot be learned. Asked once a thread: on Linux the answer for
// the main thread is read from /proc.
static char *stack_low_end(void) {
#if defined(__APPLE__)
    pthread_t self = pthread_self();
    return (char *)pthread_get_stackaddr_np(self) - pthread_get_stacksize_np(self);
#else
    pthread_attr_t attributes;
    void *address = NULL;
    size_t size = 0;
    if (pthread_getattr_np(pthread_self(), &attributes) != 0) return NULL;
    if (pthread_attr_getstack(&attributes, &address, &size) != 0) address = NULL;
    pthread_attr_destroy(&attributes);
    return address;
#endif
}

bool nexus_stack_has(size_t bytes) {
    static _Thread_local char *low_end;
    if (!low_end) low_end = stack_low_end();
    char *here = __builtin_frame_address(0);
    return low_end && here > low_end && (size_t)(here - low_end) >= bytes;
}
