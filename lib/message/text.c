/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "text.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

CalFigure
cal_figure(double value, int decimals)
{
  CalFigure figure;
  if (isnan(value))
    snprintf(figure.text, sizeof figure.text, "?");
  else
    snprintf(figure.text, sizeof figure.text, "%.*f", decimals, value);
  return figure;
}

static size_t
length_of_character(char lead)
{
  const unsigned char byte = (unsigned char)lead;
  return byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
}

/* Takes off a UTF-8 character whose end did not fit; one that ends with the room stays. */
static void
cut_at_character(char *text, size_t size)
{
  size_t at = size - 1;
  while (at > 0 && ((unsigned char)text[at - 1] & 0xc0) == 0x80)
    at--;
  if (at > 0 && at + length_of_character(text[at - 1]) > size)
    text[at - 1] = '\0';
}

void
cal_say(char *text, size_t size, const char *before, const char *format, ...)
{
  const size_t length = strlen(text), gap = length > 0 ? strlen(before) : 0;
  va_list arguments;
  if (length + gap + 1 >= size)
    return;
  memcpy(text + length, before, gap);
  va_start(arguments, format);
  const int wanted = vsnprintf(text + length + gap, size - length - gap, format, arguments);
  va_end(arguments);
  if (wanted < 0)
    text[length] = '\0';
  else if (length + gap + (size_t)wanted >= size)
    cut_at_character(text, size);
}
