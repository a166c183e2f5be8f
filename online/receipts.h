/* The receipts that lie in the ceremony's directory, and the next one. */
#ifndef RECEIPTS_H
#define RECEIPTS_H

#include "ceremony.h"
#include "cloud.h"
#include "signer.h"
#include "statement_file.h"

struct receipts {
	int64_t last; /* its number; 0: there is none */
	struct loaded file;
	struct receipt receipt; /* the last one, when there is one */
	bool about_this;        /* it tells of the transfer that lies here */
	bool alarm;             /* some receipt of the chain tells of one */
};

/*
 * Load the last receipt and check that all of them form one chain from the
 * first, with no key but the transfer's; earlier ones may tell of a transfer
 * that was replaced. The caller frees r.
 */
int receipts_load(const struct ceremony *c, const struct statement *transfer,
    struct receipts *r, struct err *err);
void receipts_free(struct receipts *r);

/* "receipt-3.gsb" */
void receipts_name(int64_t number, char out[static 32]);

/*
 * Fill in what every receipt has (ceremony, digests, number, time,
 * approvals, journal), sign it and save it as the next one. endpoints and
 * targets and grants are the caller's. digest is the new receipt's.
 */
int receipts_save_next(struct ceremony *c, const struct receipts *before,
    const struct loaded *transfer, const struct signers *signers,
    const char *person, const char *step, struct receipt *next,
    uint8_t digest[static SHA256_LEN], struct err *err);

/* Where the calls went, "{region}" filled out again; strings are kept in e. */
struct receipt_endpoints {
	char kms[512], sts[512], s3[512], heroku[512];
};
int receipts_endpoints(const struct cloud *cloud, bool grants,
    struct receipt_endpoints *e, struct endpoints *out, struct err *err);

#endif
