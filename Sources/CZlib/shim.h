// The system's zlib (RFC 1952), for Bitstring Status Lists.
#include <zlib.h>
