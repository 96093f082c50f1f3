/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "table.h"

#include <stdlib.h>
#include <string.h>

#define BETWEEN " | "

void
table_open(Table *table, const char *file_name)
{
  char path[1024];
  const char *const folder = getenv("CAL_VECTORS");
  snprintf(path, sizeof path, "%s/%s", folder == NULL ? "" : folder, file_name);
  table->line = 0;
  table->file = fopen(path, "r");
  if (table->file == NULL) {
    fprintf(stderr, "cannot open %s (CAL_VECTORS names the folder)\n", path);
    abort();
  }
}

static void
split(TableRow *row)
{
  char *at = row->text;
  for (row->n_fields = 0; at != NULL && row->n_fields < TABLE_FIELDS;) {
    char *const end = strstr(at, BETWEEN);
    row->field[row->n_fields++] = at;
    if (end != NULL)
      *end = '\0';
    at = end == NULL ? NULL : end + strlen(BETWEEN);
  }
}

bool
table_next(Table *table, TableRow *row)
{
  while (fgets(row->text, sizeof row->text, table->file) != NULL) {
    row->line = ++table->line;
    if (strchr(row->text, '\n') == NULL)
      abort(); /* longer than a line may be */
    row->text[strcspn(row->text, "\n")] = '\0';
    if (row->text[0] == '\0' || row->text[0] == '#')
      continue;
    split(row);
    return true;
  }
  fclose(table->file);
  return false;
}

bool
table_part(const char *text, const char *between, size_t n, char *part, size_t size)
{
  const char *end;
  for (size_t i = 0; i < n; i++) {
    text = strstr(text, between);
    if (text == NULL)
      return false;
    text += strlen(between);
  }
  end = strstr(text, between);
  snprintf(part, size, "%.*s", (int)(end == NULL ? strlen(text) : (size_t)(end - text)), text);
  return true;
}
