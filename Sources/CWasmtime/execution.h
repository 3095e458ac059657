// The state of the one execution that a thread is in; the memory callbacks reach it through the thread.
#ifndef NEXUS_WASMTIME_EXECUTION_H
#define NEXUS_WASMTIME_EXECUTION_H

#include "wasmtime_abi.h"

struct execution {
    uint64_t memory_bytes;
    uint64_t memory_peak;
    bool over_limit;
    bool host_refused;
};

/// NULL outside nexus_wasmtime_evaluate.
extern _Thread_local struct execution *nexus_current_execution;

/// Fills in the creator; `functions` must outlive the engine.
void nexus_memory_creator(const struct wasmtime_functions *functions, wasmtime_memory_creator_t *creator);

/// Whether the calling thread has `bytes` of stack left.
bool nexus_stack_has(size_t bytes);

#endif
