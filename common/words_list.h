/* The PGP word list itself: for each byte its even word and its odd one. */
#ifndef WORDS_LIST_H
#define WORDS_LIST_H

#define WORD_MAX 11 /* letters */

extern const char words_list[256][2][WORD_MAX + 1];

#endif
