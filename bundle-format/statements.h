/*
 * The statements that cross the gap after the plan, each naming the one
 * before: request -> transfer -> receipts, and the tokens that stay online.
 *
 * _read() takes untrusted JSON and is strict; _write() gives the same members
 * in the same order, so that what was read re-encodes to the same bytes.
 * After _read() strings belong to the document inside; a statement that is
 * being made up for _write() borrows them from its maker, doc empty.
 */
#ifndef STATEMENTS_H
#define STATEMENTS_H

#include <stdbool.h>
#include <stdint.h>

#include "bundle.h"
#include "plan.h"

#define NONCE_LEN 16
#define TOKEN_MAX 6144
#define WRAPPED_MAX 6144
#define SPKI_MAX 8192

/* Where a journal stood when a statement was made. */
struct journal_mark {
	int64_t line; /* 0: none, and the member is absent */
	uint8_t head[SHA256_LEN];
};

struct request_target {
	const char *name, *key_arn;
	const char *wrapping_algorithm, *wrapping_key_spec;
	struct buf public_key; /* SPKI DER */
	uint8_t token_sha256[SHA256_LEN];
	int64_t valid_to;
	uint8_t policy_sha256[SHA256_LEN], grants_sha256[SHA256_LEN];
	const char *requested_by, *request_id;
};

struct request {
	struct json_doc doc;
	const char *ceremony;
	uint8_t plan[SHA256_LEN];
	uint8_t nonce[NONCE_LEN];
	bool has_replaces;
	uint8_t replaces[SHA256_LEN];
	int64_t made;
	struct request_target *targets;
	size_t n_targets;
};

struct token {
	const char *name; /* the target's */
	struct buf token;
};

struct tokens {
	struct json_doc doc;
	const char *ceremony;
	uint8_t plan[SHA256_LEN], request[SHA256_LEN];
	struct token *targets;
	size_t n_targets;
};

struct transfer_target {
	const char *name, *key_arn;
	uint8_t wrapping_key_sha256[SHA256_LEN];
	struct buf wrapped;
};

struct share_record {
	const char *custodian;
	struct buf salt; /* 16 bytes */
	uint8_t sha256[SHA256_LEN];
	struct buf signature; /* 64 bytes, or empty: not authenticated */
};

struct entropy_record {
	const char *by, *method;
	int64_t count;
	uint8_t receipt[SHA256_LEN];
};

struct transfer {
	struct json_doc doc;
	const char *ceremony;
	uint8_t plan[SHA256_LEN], request[SHA256_LEN];
	int64_t made;
	bool clock_witnessed;
	uint8_t (*approved_by)[SHA256_LEN];
	size_t n_approved_by;
	const char *program_version;
	uint8_t program_sha256[SHA256_LEN];
	struct {
		const char *spec, *way;
		bool plaintext_networked;
		bool has_receiver;
		uint8_t receiver_sha256[SHA256_LEN];
		uint8_t commitment[SHA256_LEN];
		struct buf public_key; /* SPKI DER, asymmetric specs only */
		struct buf mac;        /* HMAC specs only */
	} key;
	struct transfer_target *targets;
	size_t n_targets;
	struct entropy_record *entropy;
	size_t n_entropy;
	struct {
		const char *scheme; /* NULL: none */
		const char *set;
		int64_t threshold;
		struct share_record *shares;
		size_t n_shares;
		struct buf sealed;
	} escrow;
	bool has_recovers;
	uint8_t recovers_transfer[SHA256_LEN], recovers_commitment[SHA256_LEN];
	bool has_attest;
	uint8_t attest_sha256[SHA256_LEN];
	const char **attest_exceptions;
	size_t n_attest_exceptions;
	struct journal_mark journal;
};

struct receipt_call {
	const char *operation, *request_id;
	int64_t date;
};

struct receipt_target {
	const char *name, *key_arn;
	const char *state; /* "imported" "pending" "unproven" "alarm" */
	const char *key_material_id; /* NULL but for symmetric keys */
	bool has_valid_to;
	int64_t valid_to;
	const char *imported_by; /* NULL when not imported */
	const char *proof_kind;  /* NULL: no proof */
	const char *proof_strength, *proof_result;
	const char **deviations;
	size_t n_deviations;
	struct receipt_call *calls;
	size_t n_calls;
};

struct receipt_grant {
	const char *target, *what, *name, *result;
	bool has_before, has_after;
	uint8_t before_sha256[SHA256_LEN], after_sha256[SHA256_LEN];
};

struct receipt {
	struct json_doc doc;
	const char *ceremony;
	uint8_t plan[SHA256_LEN], transfer[SHA256_LEN];
	int64_t number;
	bool has_previous;
	uint8_t previous[SHA256_LEN];
	int64_t made;
	uint8_t (*approved_by)[SHA256_LEN];
	size_t n_approved_by;
	struct endpoints endpoints;
	struct receipt_target *targets;
	size_t n_targets;
	struct receipt_grant *grants;
	size_t n_grants;
	struct journal_mark journal;
};

int request_read(const struct buf *json, struct request *r, struct err *err);
int request_write(const struct request *r, struct buf *json, struct err *err);
void request_free(struct request *r);

int tokens_read(const struct buf *json, struct tokens *t, struct err *err);
int tokens_write(const struct tokens *t, struct buf *json, struct err *err);
void tokens_free(struct tokens *t);

int transfer_read(const struct buf *json, struct transfer *t, struct err *err);
int transfer_write(const struct transfer *t, struct buf *json, struct err *err);
void transfer_free(struct transfer *t);

int receipt_read(const struct buf *json, struct receipt *r, struct err *err);
int receipt_write(const struct receipt *r, struct buf *json, struct err *err);
void receipt_free(struct receipt *r);

#endif
