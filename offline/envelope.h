/*
 * The transfer: the key wrapped for every target of the request, with what
 * lets others check it, and nothing that gives it away.
 */
#ifndef ENVELOPE_H
#define ENVELOPE_H

#include "ceremony.h"
#include "obtain.h"

struct envelope {
	struct transfer transfer; /* borrows from the ceremony and request */
};

/*
 * Wrap and describe. now and witnessed say whose clock. The caller frees e.
 */
int envelope_make(const struct ceremony *c, const struct request *r,
    const struct loaded *request_file, const struct key_spec *spec,
    const struct obtained *key, int64_t now, bool witnessed, struct envelope *e,
    struct err *err);
void envelope_free(struct envelope *e);

#endif
