/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "refuse.h"

#include <string.h>

#define DISTANCE_BYTES 32

/* Cuts at the beginning of a UTF-8 character, never inside one. */
static void
copy_cut(char to[CAL_REFUSAL_WORD_SIZE], CalWord word)
{
  size_t length = word.length < CAL_REFUSAL_WORD_SIZE ? word.length : CAL_REFUSAL_WORD_SIZE - 1;
  while (length > 0 && length < word.length && ((unsigned char)word.start[length] & 0xc0) == 0x80)
    length--;
  memcpy(to, word.start, length);
  to[length] = '\0';
}

bool
cal_refuse(CalRefusal *refusal, CalRefusalReason reason, const char *text, CalWord word, const char *expected)
{
  if (refusal == NULL)
    return false;
  *refusal = (CalRefusal){ .reason = reason, .expected = expected };
  refusal->offset = (size_t)(word.start - text);
  copy_cut(refusal->word, word);
  return false;
}

CalRefusalReason
cal_refusal_of_amount(CalAmountResult result)
{
  switch (result) {
  case CAL_AMOUNT_OK:
    return CAL_REFUSAL_NONE;
  case CAL_AMOUNT_NO_NUMBER:
    return CAL_REFUSAL_NO_NUMBER;
  case CAL_AMOUNT_NO_UNIT:
    return CAL_REFUSAL_NO_UNIT;
  case CAL_AMOUNT_UNKNOWN_UNIT:
    return CAL_REFUSAL_UNKNOWN_UNIT;
  case CAL_AMOUNT_AMBIGUOUS_SEPARATOR:
    return CAL_REFUSAL_AMBIGUOUS_SEPARATOR;
  case CAL_AMOUNT_OUT_OF_RANGE:
    return CAL_REFUSAL_OUT_OF_RANGE;
  }
  return CAL_REFUSAL_NO_NUMBER;
}

static int
least(int a, int b, int c)
{
  const int ab = a < b ? a : b;
  return ab < c ? ab : c;
}

static size_t
bounded_length(const char *text)
{
  size_t length = 0;
  while (length < DISTANCE_BYTES && text[length] != '\0')
    length++;
  return length;
}

/* Levenshtein's, one row at a time. */
int
cal_refuse_distance(const char *a, const char *b)
{
  const size_t length_a = bounded_length(a), length_b = bounded_length(b);
  int row[DISTANCE_BYTES + 1];
  for (size_t j = 0; j <= length_b; j++)
    row[j] = (int)j;
  for (size_t i = 1; i <= length_a; i++) {
    int diagonal = row[0];
    row[0] = (int)i;
    for (size_t j = 1; j <= length_b; j++) {
      const int above = row[j];
      row[j] = least(above + 1, row[j - 1] + 1, diagonal + (a[i - 1] != b[j - 1]));
      diagonal = above;
    }
  }
  return row[length_b];
}

/* A third of the word may differ, or the one be how the other begins. */
static int
likeness(const char *word, const char *name)
{
  const size_t length = strlen(word);
  if (length >= 2 && strncmp(word, name, length) == 0)
    return 0;
  const int distance = cal_refuse_distance(word, name);
  return distance <= 1 + (int)length / 3 ? distance : -1;
}

void
cal_refuse_offer(CalRefusal *refusal, const char *name)
{
  if (refusal == NULL || strlen(name) >= CAL_REFUSAL_WORD_SIZE)
    return;
  const int mine = likeness(refusal->word, name);
  if (mine < 0)
    return;
  for (size_t i = 0; i < CAL_REFUSAL_NEAREST; i++) {
    char *const kept = refusal->nearest[i];
    if (kept[0] != '\0' && likeness(refusal->word, kept) <= mine)
      continue;
    memmove(refusal->nearest[i + 1 < CAL_REFUSAL_NEAREST ? i + 1 : i], kept,
            (CAL_REFUSAL_NEAREST - 1 - i) * CAL_REFUSAL_WORD_SIZE);
    memcpy(kept, name, strlen(name) + 1);
    return;
  }
}
