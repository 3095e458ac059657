// Counts calls of malloc and its kin. Preload it: the benchmark asks for `allocation_count`.
// calloc is left out: dlsym may call it, and Swift's allocator does not.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stddef.h>

static unsigned long count;
unsigned long allocation_count(void) { return count; }

void *malloc(size_t size) {
    static void *(*next)(size_t);
    if (!next) next = (void *(*)(size_t))dlsym(RTLD_NEXT, "malloc");
    count++;
    return next(size);
}

void *realloc(void *memory, size_t size) {
    static void *(*next)(void *, size_t);
    if (!next) next = (void *(*)(void *, size_t))dlsym(RTLD_NEXT, "realloc");
    count++;
    return next(memory, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    static void *(*next)(size_t, size_t);
    if (!next) next = (void *(*)(size_t, size_t))dlsym(RTLD_NEXT, "aligned_alloc");
    count++;
    return next(alignment, size);
}

int posix_memalign(void **memory, size_t alignment, size_t size) {
    static int (*next)(void **, size_t, size_t);
    if (!next) next = (int (*)(void **, size_t, size_t))dlsym(RTLD_NEXT, "posix_memalign");
    count++;
    return next(memory, alignment, size);
}
