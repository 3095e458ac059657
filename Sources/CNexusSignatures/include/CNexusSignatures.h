// ML-DSA-44 (FIPS 204) and SLH-DSA-SHA2-128s (FIPS 205) of the BoringSSL that swift-crypto builds, which its Swift API
// does not show. Every function returns 1 on success and 0 else; no pointer is kept. An empty context is NULL and 0.
// `randomizer` chooses how a signature is drawn: NULL asks the system for randomness (the hedged form, which is what
// keys in use take), other bytes make the signature repeatable, as the published vectors need it.
#ifndef C_NEXUS_SIGNATURES_H
#define C_NEXUS_SIGNATURES_H

#include <stddef.h>
#include <stdint.h>

#define NEXUS_MLDSA_SEED_BYTES 32
#define NEXUS_MLDSA_RANDOMIZER_BYTES 32
#define NEXUS_MLDSA44_PUBLIC_KEY_BYTES 1312
#define NEXUS_MLDSA44_SIGNATURE_BYTES 2420
#define NEXUS_SLHDSA_SEED_BYTES 48
#define NEXUS_SLHDSA_RANDOMIZER_BYTES 16
#define NEXUS_SLHDSA_PUBLIC_KEY_BYTES 32
#define NEXUS_SLHDSA_PRIVATE_KEY_BYTES 64
#define NEXUS_SLHDSA_SIGNATURE_BYTES 7856

#if defined(__cplusplus)
extern "C" {
#endif

// The public key (1312 bytes) of a 32-byte seed: ML-DSA.KeyGen_internal.
int nexus_mldsa44_public_key(uint8_t *out_public_key, const uint8_t *seed);

// Signs with the key of a seed (2420 bytes). The context has at most 255 bytes.
int nexus_mldsa44_sign(uint8_t *out_signature, const uint8_t *seed, const uint8_t *message, size_t message_count,
                       const uint8_t *context, size_t context_count, const uint8_t *randomizer);

// Whether a signature of any length is one over the message and context.
int nexus_mldsa44_verify(const uint8_t *public_key, const uint8_t *signature, size_t signature_count,
                         const uint8_t *message, size_t message_count, const uint8_t *context, size_t context_count);

// The key pair of a 48-byte seed, SK.seed || SK.prf || PK.seed: slh_keygen_internal.
int nexus_slhdsa_key_pair(uint8_t *out_public_key, uint8_t *out_private_key, const uint8_t *seed);

// Signs with a 64-byte private key (7856 bytes). The context has at most 255 bytes.
int nexus_slhdsa_sign(uint8_t *out_signature, const uint8_t *private_key, const uint8_t *message, size_t message_count,
                      const uint8_t *context, size_t context_count, const uint8_t *randomizer);

// Whether a signature of any length is one over the message and context.
int nexus_slhdsa_verify(const uint8_t *public_key, const uint8_t *signature, size_t signature_count,
                        const uint8_t *message, size_t message_count, const uint8_t *context, size_t context_count);

#if defined(__cplusplus)
}
#endif

#endif
