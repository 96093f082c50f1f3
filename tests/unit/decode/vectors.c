/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vectors.h"

#include "../cmocka_prelude.h"

#include <calcifer/hex.h>

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_SIZE 2048

static FILE *
open_vectors(const char *file_name)
{
  char path[1024];
  const char *folder = getenv("CAL_VECTORS");
  assert_non_null(folder);
  snprintf(path, sizeof path, "%s/%s", folder, file_name);
  FILE *file = fopen(path, "r");
  if (file == NULL)
    fail_msg("cannot open %s", path);
  return file;
}

static void
check_line(char *line, VectorRender render, const char *file_name, int number)
{
  char text[LINE_SIZE] = "";
  char *arrow = strstr(line, "->");
  if (arrow == NULL)
    fail_msg("%s:%d has no arrow", file_name, number);
  *arrow = '\0';
  const char *expected = arrow + 2 + strspn(arrow + 2, " ");
  render(line, text, sizeof text);
  if (strcmp(text, expected) != 0)
    fail_msg("%s:%d: expected '%s', got '%s'", file_name, number, expected, text);
}

int
vectors_check(const char *file_name, VectorRender render)
{
  char line[LINE_SIZE];
  int checked = 0;
  FILE *file = open_vectors(file_name);
  for (int number = 1; fgets(line, sizeof line, file) != NULL; number++) {
    line[strcspn(line, "\n")] = '\0';
    if (line[0] == '\0' || line[0] == '#')
      continue;
    check_line(line, render, file_name, number);
    checked++;
  }
  fclose(file);
  return checked;
}

size_t
vectors_take_hex(char **input, uint8_t *bytes, size_t capacity)
{
  size_t count = 0;
  for (char *at = *input;; *input = at) {
    at += strspn(at, " ");
    if (!isxdigit((unsigned char)at[0]) || !isxdigit((unsigned char)at[1]))
      return count;
    const char pair[3] = { at[0], at[1], '\0' };
    size_t size;
    assert_true(count < capacity && cal_hex_parse(pair, bytes + count, 1, &size));
    count++;
    at += 2;
  }
}

void
vectors_append(char *text, size_t size, const char *format, ...)
{
  va_list arguments;
  const size_t used = strlen(text);
  va_start(arguments, format);
  const int length = vsnprintf(text + used, size - used, format, arguments);
  va_end(arguments);
  assert_true(length >= 0 && (size_t)length < size - used);
}
