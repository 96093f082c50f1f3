/* SPDX-License-Identifier: GPL-2.0-or-later */
/* JSON lines that somebody imports. */
#include "import.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  fuzz_import(size > 0 && data[0] == '{' ? "" : "{\"kind\":\"", (const char *)data, size);
  return 0;
}
