/*
 * The little XML that STS and S3 answer with, read strictly: elements, text
 * and attributes that are skipped. No doctype, comment, CDATA or processing
 * instruction but the first; whatever is not well-formed has no text at all.
 */
#ifndef XML_H
#define XML_H

#include <stddef.h>

#include "buf.h"

#define XML_DEPTH 16

/*
 * The text of the one element at path ("Error/Code"), its entities undone,
 * into out. -1 without a message when xml is not well-formed, when there is
 * no such element or a second one, when it has children, or no room.
 */
int xml_text(const struct buf *xml, const char *path, char *out, size_t size);

#endif
