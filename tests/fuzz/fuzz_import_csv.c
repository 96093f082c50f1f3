/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A CSV file that somebody imports. The first byte says what head stands before the rest: that of an export,
 * that of a table of foods, or none. */
#include "import.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  static const char *const heads[] = {
    "", "id,kind,way,at,recorded,name,value,address,log,raw,received,uv_index\n",
    "Shrt_Desc,Vit_D_IU,Calcium_(mg),GmWt_1\n", "kind,at,name,value\n"
  };
  if (size > 0)
    fuzz_import(heads[data[0] % 4], (const char *)data + 1, size - 1);
  return 0;
}
