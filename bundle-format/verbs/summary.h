/* What a person is about to sign or act on, in words, on stderr. */
#ifndef SUMMARY_H
#define SUMMARY_H

#include "statements.h"

void summary_plan(const struct plan *p);
void summary_request(const struct request *r);
void summary_tokens(const struct tokens *t);
void summary_transfer(const struct transfer *t);
void summary_receipt(const struct receipt *r);

#endif
