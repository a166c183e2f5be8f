/* A policy as lines that an operator reads: one fact a line, 78 columns. */
#ifndef POLICY_LINES_H
#define POLICY_LINES_H

#include "span.h"

#define POLICY_LINE 78

/*
 * Lines end in '\n'. A statement begins with a line in column one, its
 * members are indented. The caller frees out.
 */
int policy_lines(const struct buf *policy, struct buf *out, struct err *err);

#endif
