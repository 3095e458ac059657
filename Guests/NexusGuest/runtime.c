// The C runtime under an Embedded Swift model: what the compiler and the standard library call, and nothing else.
// Built with -ffreestanding -fno-builtin, or the loops below would be compiled to calls of themselves.

typedef __SIZE_TYPE__ size_t;
typedef unsigned char byte;
typedef unsigned long long word;
typedef unsigned __int128 wide;
typedef __int128 signed_wide;

// One instance runs one call: memory is handed out from the end of the data upward and never taken back. The engine
// throws the instance away.
extern byte __heap_base;
enum { PAGE = 65536 };
static size_t next_free;

static void *allocate(size_t alignment, size_t size) {
    if (next_free == 0) next_free = (size_t)&__heap_base;
    size_t start = (next_free + alignment - 1) & ~(alignment - 1);
    size_t end = start + size;
    if (start < next_free || end < start) __builtin_trap();
    size_t have = (size_t)__builtin_wasm_memory_size(0) * PAGE;
    // 65536 pages are 2^32 bytes, which size_t cannot hold: such a memory never comes to be under the engine's limits.
    if (end > have && __builtin_wasm_memory_grow(0, (end - have + PAGE - 1) / PAGE) == (size_t)-1) __builtin_trap();
    next_free = end;
    return (void *)start;
}

int posix_memalign(void **block, size_t alignment, size_t size) {
    *block = allocate(alignment < 16 ? 16 : alignment, size);
    return 0;
}
void *malloc(size_t size) { return allocate(16, size); }
void free(void *block) { (void)block; }

// The interface's allocator: where the engine writes the input.
__attribute__((export_name("nexus_alloc"))) void *nexus_alloc(size_t size) { return allocate(16, size); }

void *memcpy(void *restrict to, const void *restrict from, size_t size) {
    byte *target = to;
    const byte *source = from;
    while (size-- > 0) *target++ = *source++;
    return to;
}

void *memmove(void *to, const void *from, size_t size) {
    byte *target = to;
    const byte *source = from;
    if (target <= source) return memcpy(to, from, size);
    while (size-- > 0) target[size] = source[size];
    return to;
}

void *memset(void *to, int value, size_t size) {
    byte *target = to;
    while (size-- > 0) *target++ = (byte)value;
    return to;
}

int memcmp(const void *left, const void *right, size_t size) {
    const byte *a = left, *b = right;
    for (; size > 0; size--, a++, b++) {
        if (*a != *b) return *a < *b ? -1 : 1;
    }
    return 0;
}

size_t strlen(const char *text) {
    size_t length = 0;
    while (text[length]) length++;
    return length;
}

int putchar(int character) { return character; }

// Swift seeds its hash tables from here. A constant: two nodes must walk a Dictionary in the same order.
void arc4random_buf(void *to, size_t size) { memset(to, 0x4E, size); }

void *__stack_chk_guard = (void *)0x4E585553;
_Noreturn void __stack_chk_fail(void) { __builtin_trap(); }

// 128-bit arithmetic, which WebAssembly lacks and LLVM calls by these names.
wide __ashlti3(wide value, int by) {
    word low = (word)value, high = (word)(value >> 64);
    if (by >= 64) { high = low << (by - 64); low = 0; }
    else if (by > 0) { high = high << by | low >> (64 - by); low <<= by; }
    return (wide)high << 64 | low;
}
wide __lshrti3(wide value, int by) {
    word low = (word)value, high = (word)(value >> 64);
    if (by >= 64) { low = high >> (by - 64); high = 0; }
    else if (by > 0) { low = low >> by | high << (64 - by); high >>= by; }
    return (wide)high << 64 | low;
}
signed_wide __ashrti3(signed_wide value, int by) {
    wide shifted = __lshrti3((wide)value, by);
    return (signed_wide)(value < 0 && by > 0 ? shifted | __ashlti3(~(wide)0, 128 - by) : shifted);
}

wide __multi3(wide left, wide right) {
    word a = (word)left, b = (word)right, mask = 0xFFFFFFFF;
    word low = (a & mask) * (b & mask);
    word middle = (a >> 32) * (b & mask) + (low >> 32);
    word other = (a & mask) * (b >> 32) + (middle & mask);
    word high = (a >> 32) * (b >> 32) + (middle >> 32) + (other >> 32);
    high += (word)(left >> 64) * b + a * (word)(right >> 64);
    return (wide)high << 64 | (other << 32 | (low & mask));
}

// Long division bit by bit, from the first bit that is set.
static wide divide(wide numerator, wide denominator, wide *remainder) {
    if (denominator == 0) __builtin_trap();
    wide quotient = 0, rest = 0;
    word high = (word)(numerator >> 64), low = (word)numerator;
    if (high == 0 && (word)(denominator >> 64) == 0) {
        *remainder = low % (word)denominator;
        return low / (word)denominator;
    }
    int bits = high ? 128 - __builtin_clzll(high) : low ? 64 - __builtin_clzll(low) : 0;
    for (int bit = bits - 1; bit >= 0; bit--) {
        word next = bit >= 64 ? high >> (bit - 64) & 1 : low >> bit & 1;
        int carry = (int)(rest >> 127);
        rest = rest << 1 | next;
        quotient <<= 1;
        if (carry || rest >= denominator) { rest -= denominator; quotient |= 1; }
    }
    *remainder = rest;
    return quotient;
}

static wide magnitude(signed_wide value) { return value < 0 ? -(wide)value : (wide)value; }

wide __udivti3(wide numerator, wide denominator) { wide rest; return divide(numerator, denominator, &rest); }
wide __umodti3(wide numerator, wide denominator) { wide rest; divide(numerator, denominator, &rest); return rest; }
signed_wide __divti3(signed_wide numerator, signed_wide denominator) {
    wide rest, quotient = divide(magnitude(numerator), magnitude(denominator), &rest);
    return (signed_wide)((numerator < 0) != (denominator < 0) ? -quotient : quotient);
}
signed_wide __modti3(signed_wide numerator, signed_wide denominator) {
    wide rest;
    divide(magnitude(numerator), magnitude(denominator), &rest);
    return (signed_wide)(numerator < 0 ? -rest : rest);
}
