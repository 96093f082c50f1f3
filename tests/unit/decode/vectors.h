/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads the files of tests/vectors: "input -> expected", one a line; '#' begins a comment line. */
#ifndef CALCIFER_TESTS_VECTORS_H
#define CALCIFER_TESTS_VECTORS_H

#include <stddef.h>
#include <stdint.h>

/* Writes what the core makes of the input. */
typedef void (*VectorRender)(char *input, char *text, size_t size);

/* Renders every line of a file in the folder CAL_VECTORS names, and fails at the first that differs from what
 * is expected. Returns how many lines there were. */
int vectors_check(const char *file_name, VectorRender render);

/* Moves past hexadecimal digits, which spaces may part, and returns how many bytes they are. */
size_t vectors_take_hex(char **input, uint8_t *bytes, size_t capacity);

/* Appends to a text of `size` bytes; fails when it is full. */
void vectors_append(char *text, size_t size, const char *format, ...) __attribute__((format(printf, 3, 4)));

#endif
