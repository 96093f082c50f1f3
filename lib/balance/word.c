/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "word.h"

#include <string.h>

static bool
is_space(char c)
{
  return c == ' ' || c == '\t';
}

bool
cal_word_next(const char **cursor, CalWord *word)
{
  const char *at = *cursor;
  while (is_space(*at))
    at++;
  word->start = at;
  while (*at != '\0' && !is_space(*at))
    at++;
  word->length = (size_t)(at - word->start);
  *cursor = at;
  return word->length > 0;
}

bool
cal_word_next_part(CalWord *rest, char mark, CalWord *part)
{
  if (rest->start == NULL)
    return false;
  CalWord behind = { NULL, 0 };
  if (!cal_word_split(*rest, mark, part, &behind))
    *part = *rest;
  *rest = behind;
  return true;
}

bool
cal_word_next_item(CalWord *rest, char mark, CalWord *item)
{
  if (!cal_word_next_part(rest, mark, item))
    return false;
  while (item->length > 0 && item->start[0] == ' ') {
    item->start++;
    item->length--;
  }
  while (item->length > 0 && item->start[item->length - 1] == ' ')
    item->length--;
  return true;
}

CalWord
cal_word_of(const char *text)
{
  return (CalWord){ text, strlen(text) };
}

bool
cal_word_is(CalWord word, const char *text)
{
  return strlen(text) == word.length && memcmp(text, word.start, word.length) == 0;
}

bool
cal_word_split(CalWord word, char mark, CalWord *before, CalWord *behind)
{
  const char *const at = memchr(word.start, mark, word.length);
  if (at == NULL)
    return false;
  const size_t length = (size_t)(at - word.start);
  *behind = (CalWord){ at + 1, word.length - length - 1 };
  *before = (CalWord){ word.start, length };
  return true;
}

bool
cal_word_copy(CalWord word, char *to, size_t size)
{
  to[0] = '\0';
  if (word.length >= size)
    return false;
  memcpy(to, word.start, word.length);
  to[word.length] = '\0';
  return true;
}

/* The second byte of U+00C0 to U+00DE in UTF-8, but for the multiplication sign among them. */
static bool
is_latin_capital(char before, char c)
{
  const unsigned char lead = (unsigned char)before, byte = (unsigned char)c;
  return lead == 0xc3 && byte >= 0x80 && byte <= 0x9e && byte != 0x97;
}

bool
cal_word_fold(CalWord word, char *to, size_t size)
{
  while (word.length > 0 && is_space(word.start[0]))
    word.start++, word.length--;
  while (word.length > 0 && is_space(word.start[word.length - 1]))
    word.length--;
  if (!cal_word_copy(word, to, size))
    return false;
  for (char *c = to; *c != '\0'; c++)
    if (*c >= 'A' && *c <= 'Z')
      *c = (char)(*c - 'A' + 'a');
    else if (*c == ' ' || *c == '_')
      *c = '-';
    else if (c > to && is_latin_capital(c[-1], *c))
      *c = (char)(*c + 0x20);
  return true;
}
