/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Words of a value text: what stands between spaces, and its parts. Nothing is copied until asked for. */
#ifndef CALCIFER_LIB_WORD_H
#define CALCIFER_LIB_WORD_H

#include <stdbool.h>
#include <stddef.h>

typedef struct CalWord {
  const char *start;
  size_t length;
} CalWord;

/* Takes the next word off the cursor; false at the end of the text. */
bool cal_word_next(const char **cursor, CalWord *word);

/* Takes the part up to the next `mark` off `rest`; false when nothing is left. An empty part is a part. */
bool cal_word_next_part(CalWord *rest, char mark, CalWord *part);

/* The same, without the spaces around it: how people put a list. */
bool cal_word_next_item(CalWord *rest, char mark, CalWord *item);

CalWord cal_word_of(const char *text);

bool cal_word_is(CalWord word, const char *text);

/* Splits at the first `mark`; false when there is none. */
bool cal_word_split(CalWord word, char mark, CalWord *before, CalWord *behind);

/* Copies with a NUL; false, and an empty text, when it does not fit. */
bool cal_word_copy(CalWord word, char *to, size_t size);

/* The same in lower case (ASCII and the Latin letters to U+00DE) with '-' for spaces and '_': how names of
 * closed lists are compared. */
bool cal_word_fold(CalWord word, char *to, size_t size);

#endif
