/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "pages.h"

#include <glib.h>
#include <link.h>
#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

/* Beside each other, so that few pages of ours come back to end this. */
#define COLD __attribute__((cold))

/* Text, and constants on one or on both sides of it: ld makes no more, and what is beyond stays. */
#define PARTS_AT_MOST 4

/* Deeper calls are not given back. The kernel lets nothing be mapped so near to the stack (stack_guard_gap),
 * and the rest of the address space below is not mapped at all. */
#define STACK_BYTES (1024 * 1024)

typedef struct {
  guint8 *start;
  gsize size;
} Part;

/* Text that was relocated is not the file's any more. */
static COLD gboolean
is_relocated(const struct dl_phdr_info *object, const ElfW(Phdr) * dynamic)
{
  const ElfW(Dyn) *row = (const ElfW(Dyn) *)(object->dlpi_addr + dynamic->p_vaddr);
  for (; row->d_tag != DT_NULL; row++)
    if (row->d_tag == DT_TEXTREL || (row->d_tag == DT_FLAGS && (row->d_un.d_val & DF_TEXTREL) != 0))
      return TRUE;
  return FALSE;
}

static COLD Part
part_of(const struct dl_phdr_info *object, const ElfW(Phdr) * segment)
{
  const gsize page = (gsize)sysconf(_SC_PAGESIZE);
  const gsize address = object->dlpi_addr + segment->p_vaddr, start = address & ~(page - 1);
  return (Part){ (guint8 *)start, ((address + segment->p_memsz + page - 1) & ~(page - 1)) - start };
}

/* What can be written to is left alone, also where it is read-only since it was relocated. The table of the
 * parts is in one of them: all are known before the first is gone. */
static COLD int
give_back_object(struct dl_phdr_info *object, size_t size, void *unused)
{
  Part part[PARTS_AT_MOST];
  guint n = 0;
  for (guint i = 0; i < object->dlpi_phnum; i++) {
    const ElfW(Phdr) *segment = &object->dlpi_phdr[i];
    if (segment->p_type == PT_DYNAMIC && is_relocated(object, segment))
      return 0;
    if (segment->p_type == PT_LOAD && (segment->p_flags & PF_W) == 0 && n < PARTS_AT_MOST)
      part[n++] = part_of(object, segment);
  }
  for (guint i = 0; i < n; i++)
    madvise(part[i].start, part[i].size, MADV_DONTNEED);
  (void)size;
  (void)unused;
  return 0;
}

/* All below the page under this frame, which itself may be in use. */
static COLD void
give_back_stack(void)
{
  const gsize page = (gsize)sysconf(_SC_PAGESIZE);
  const gsize end = ((gsize)__builtin_frame_address(0) & ~(page - 1)) - page;
  madvise((guint8 *)(end - STACK_BYTES), STACK_BYTES, MADV_DONTNEED);
}

COLD void
cal_pages_give_back(void)
{
  malloc_trim(0);
  give_back_stack();
  dl_iterate_phdr(give_back_object, NULL);
}
