/*
 * What this machine knows by itself, in $XDG_STATE_HOME/gapseal (or
 * ~/.local/state/gapseal), where a prepared stick cannot reach: the plans
 * anchored here and the heads of the journals written here.
 */
#ifndef STATE_H
#define STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "buf.h"
#include "encode.h"

struct anchor {
	bool there;
	int64_t version;
	uint8_t digest[SHA256_LEN];
};

/* The anchored plan of that name; practice and real are kept apart. */
int state_anchor_get(
    const char *plan_name, bool practice, struct anchor *a, struct err *err);
/*
 * Is a plan of that digest anchored here? For looking before anything of the
 * plan is inflated. any: is there an anchored plan at all (of that side)?
 */
int state_anchor_find(bool practice, const uint8_t digest[static SHA256_LEN],
    bool *there, bool *any, struct err *err);
int state_anchor_put(const char *plan_name, bool practice, int64_t version,
    const uint8_t digest[static SHA256_LEN], struct err *err);

/* A request that was sealed on this machine, and by which transfer. */
struct sealed {
	uint8_t request[SHA256_LEN];
	uint8_t transfer[SHA256_LEN];
};

/*
 * All that were sealed here for a plan, the last one last; n is 0 when none
 * was. Kept here and not in the ceremony's directory, where files can be lost
 * or put: a request is never sealed twice, and only what is named here is
 * this machine's own transfer. The caller frees list with free().
 */
int state_sealed_get(const uint8_t plan[static SHA256_LEN],
    struct sealed **list, size_t *n, struct err *err);
int state_sealed_add(const uint8_t plan[static SHA256_LEN],
    const struct sealed *sealed, struct err *err);

#define STATE_NAME 64 /* of a plan's target, with the zero byte */

/* Of which target of which transfer the last alarm was. */
struct alarm {
	bool there;
	uint8_t transfer[SHA256_LEN];
	char target[STATE_NAME];
};

/*
 * The alarm that this machine met when it imported for a plan. Kept here as
 * well as in journal and receipt, which the directory can lose.
 */
int state_alarm_get(
    const uint8_t plan[static SHA256_LEN], struct alarm *a, struct err *err);
int state_alarm_put(const uint8_t plan[static SHA256_LEN],
    const uint8_t transfer[static SHA256_LEN], const char *target,
    struct err *err);

/*
 * A journal is known by the hash of its first line. Kept is its last line,
 * written here before it is written there, so that a crash between the two
 * loses nothing and nobody else can add one.
 */
int state_journal_get(const uint8_t id[static SHA256_LEN], bool *there,
    int64_t *line, struct buf *text, struct err *err);
int state_journal_put(const uint8_t id[static SHA256_LEN], int64_t line,
    const struct buf *text, struct err *err);

#endif
