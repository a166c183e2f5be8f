/*
 * Keys that somebody could guess: patterns, published test keys, RSA moduli
 * that fall to known attacks. For received material; a key that passes is not
 * thereby a good one.
 */
#ifndef WEAK_H
#define WEAK_H

#include "key_spec.h"
#include "secret.h"

/* STATUS_REJECTED with the reason when material is obviously weak. */
int weak_check(const struct secret *material, const struct key_spec *spec,
    struct err *err);

#endif
