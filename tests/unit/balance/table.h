/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines of tests/vectors/findings.txt: fields with " | " between them, the first one of words. */
#ifndef CALCIFER_TESTS_TABLE_H
#define CALCIFER_TESTS_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define TABLE_FIELDS 5
#define TABLE_LINE   1024

typedef struct TableRow {
  int line;
  size_t n_fields;
  const char *field[TABLE_FIELDS]; /* into text */
  char text[TABLE_LINE];
} TableRow;

typedef struct Table {
  FILE *file;
  int line;
} Table;

/* The file that the environment's CAL_VECTORS has under this name; it must be there. */
void table_open(Table *table, const char *file_name);

/* The next line that is neither empty nor a comment; false and closed behind the last. */
bool table_next(Table *table, TableRow *row);

/* The n-th part (0 ...) of a text whose parts have `between` between them; false behind the last. */
bool table_part(const char *text, const char *between, size_t n, char *part, size_t size);

#endif
