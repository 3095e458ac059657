#include "CNexusSignatures.h"

#include <CCryptoBoringSSL.h>
#include <CCryptoBoringSSL_slhdsa.h>

_Static_assert(NEXUS_MLDSA44_PUBLIC_KEY_BYTES == MLDSA44_PUBLIC_KEY_BYTES, "ML-DSA-44 public key");
_Static_assert(NEXUS_MLDSA44_SIGNATURE_BYTES == MLDSA44_SIGNATURE_BYTES, "ML-DSA-44 signature");
_Static_assert(NEXUS_SLHDSA_PUBLIC_KEY_BYTES == SLHDSA_SHA2_128S_PUBLIC_KEY_BYTES, "SLH-DSA public key");
_Static_assert(NEXUS_SLHDSA_PRIVATE_KEY_BYTES == SLHDSA_SHA2_128S_PRIVATE_KEY_BYTES, "SLH-DSA private key");
_Static_assert(NEXUS_SLHDSA_SIGNATURE_BYTES == SLHDSA_SHA2_128S_SIGNATURE_BYTES, "SLH-DSA signature");

// Three entry points that BoringSSL exports without a public header; the prefix comes from the public one. They take
// the seed or the randomness as an argument. The ML-DSA one knows the same key layout under another name.
int BCM_mldsa44_sign_internal(uint8_t *out_signature, const struct MLDSA44_private_key *private_key,
                              const uint8_t *message, size_t message_count, const uint8_t *context_prefix,
                              size_t context_prefix_count, const uint8_t *context, size_t context_count,
                              const uint8_t *randomizer);
int BCM_slhdsa_sha2_128s_generate_key_from_seed(uint8_t *out_public_key, uint8_t *out_private_key,
                                                const uint8_t *seed);
int BCM_slhdsa_sha2_128s_sign_internal(uint8_t *out_signature, const uint8_t *private_key, const uint8_t *header,
                                       const uint8_t *context, size_t context_count, const uint8_t *message,
                                       size_t message_count, const uint8_t *entropy);

enum { CONTEXT_BYTES_MAX = 255, BCM_FAILED = 2 };

int nexus_mldsa44_public_key(uint8_t *out_public_key, const uint8_t *seed) {
  struct MLDSA44_private_key private_key;
  struct MLDSA44_public_key public_key;
  CBB out;
  int ok = MLDSA44_private_key_from_seed(&private_key, seed, NEXUS_MLDSA_SEED_BYTES) &&
           MLDSA44_public_from_private(&public_key, &private_key) &&
           CBB_init_fixed(&out, out_public_key, MLDSA44_PUBLIC_KEY_BYTES) &&
           MLDSA44_marshal_public_key(&out, &public_key) && CBB_len(&out) == MLDSA44_PUBLIC_KEY_BYTES;
  OPENSSL_cleanse(&private_key, sizeof(private_key));
  return ok;
}

int nexus_mldsa44_sign(uint8_t *out_signature, const uint8_t *seed, const uint8_t *message, size_t message_count,
                       const uint8_t *context, size_t context_count, const uint8_t *randomizer) {
  struct MLDSA44_private_key private_key;
  if (context_count > CONTEXT_BYTES_MAX) return 0;
  int ok = MLDSA44_private_key_from_seed(&private_key, seed, NEXUS_MLDSA_SEED_BYTES);
  if (ok && randomizer == NULL) {
    ok = MLDSA44_sign(out_signature, &private_key, message, message_count, context, context_count);
  } else if (ok) {
    // FIPS 204 algorithm 2: a zero for the pure form, the length of the context, the context.
    const uint8_t prefix[2] = {0, (uint8_t)context_count};
    ok = BCM_mldsa44_sign_internal(out_signature, &private_key, message, message_count, prefix, sizeof(prefix), context,
                                   context_count, randomizer) != BCM_FAILED;
  }
  OPENSSL_cleanse(&private_key, sizeof(private_key));
  return ok;
}

int nexus_mldsa44_verify(const uint8_t *public_key, const uint8_t *signature, size_t signature_count,
                         const uint8_t *message, size_t message_count, const uint8_t *context, size_t context_count) {
  struct MLDSA44_public_key key;
  CBS in;
  CBS_init(&in, public_key, MLDSA44_PUBLIC_KEY_BYTES);
  return MLDSA44_parse_public_key(&key, &in) &&
         MLDSA44_verify(&key, signature, signature_count, message, message_count, context, context_count);
}

int nexus_slhdsa_key_pair(uint8_t *out_public_key, uint8_t *out_private_key, const uint8_t *seed) {
  BCM_slhdsa_sha2_128s_generate_key_from_seed(out_public_key, out_private_key, seed);
  return 1;
}

int nexus_slhdsa_sign(uint8_t *out_signature, const uint8_t *private_key, const uint8_t *message, size_t message_count,
                      const uint8_t *context, size_t context_count, const uint8_t *randomizer) {
  if (context_count > CONTEXT_BYTES_MAX) return 0;
  if (randomizer == NULL) {
    return SLHDSA_SHA2_128S_sign(out_signature, private_key, message, message_count, context, context_count);
  }
  // FIPS 205 algorithm 22: a zero for the pure form, then the length of the context.
  const uint8_t header[2] = {0, (uint8_t)context_count};
  BCM_slhdsa_sha2_128s_sign_internal(out_signature, private_key, header, context, context_count, message,
                                     message_count, randomizer);
  return 1;
}

int nexus_slhdsa_verify(const uint8_t *public_key, const uint8_t *signature, size_t signature_count,
                        const uint8_t *message, size_t message_count, const uint8_t *context, size_t context_count) {
  return SLHDSA_SHA2_128S_verify(signature, signature_count, public_key, message, message_count, context,
                                 context_count);
}
