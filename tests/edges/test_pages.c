/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is given back is what nothing is lost with. */
#include "../unit/cmocka_prelude.h"

#include "pages.h"

#include <fcntl.h>
#include <glib.h>
#include <stdio.h>
#include <unistd.h>

#define DEEP_BYTES (512 * 1024)

/* Text that the loader has written to, of this program: it is no file's. */
extern const gpointer relocated;
__asm__(".pushsection .text; .balign 8; .globl relocated; relocated: .quad puts; .popsection");

static const char *const words[] = { "sun", "food", "pill" }; /* read-only since they were relocated */
static int counted = 3;
static int never_set[5000];

/* Whether the page is in the map of this process (the 63rd bit of its row, kernel's pagemap.rst). */
static gboolean
is_mapped(const void *address)
{
  guint64 row = 0;
  const gsize page = (gsize)address / (gsize)sysconf(_SC_PAGESIZE);
  const int fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
  assert_int_equal(pread(fd, &row, sizeof row, (off_t)(page * sizeof row)), sizeof row);
  close(fd);
  return (row >> 63 & 1) != 0;
}

static void
touch(const void *address)
{
  (void)*(const volatile guint8 *)address;
}

/* Code of a library that nobody runs here. */
static const void *
some_text(void)
{
  return (const void *)(gsize)g_bookmark_file_get_icon;
}

static void
test_example(void **state)
{
  (void)state;
  touch(some_text());
  assert_true(is_mapped(some_text()));
  cal_pages_give_back();
  assert_false(is_mapped(some_text()));
  g_autofree char *joined = g_strjoin(" ", words[0], words[2], NULL); /* and all runs as before */
  assert_string_equal(joined, "sun pill");
}

static void
test_what_was_written_stays(void **state)
{
  (void)state;
  g_autofree char *heap = g_strdup("heap");
  char stack[] = "stack";
  counted++;
  never_set[4321] = 7;
  cal_pages_give_back();
  assert_int_equal(counted, 4);
  assert_int_equal(never_set[4321], 7);
  assert_string_equal(heap, "heap");
  assert_string_equal(stack, "stack");
  assert_string_equal(words[1], "food");
}

static void
test_text_that_was_relocated_stays(void **state)
{
  (void)state;
  cal_pages_give_back();
  assert_ptr_equal(relocated, (gpointer)(gsize)puts);
}

/* Where its deepest byte was, which is nobody's any more. */
static G_GNUC_NO_INLINE gsize
go_deep(void)
{
  volatile guint8 frame[DEEP_BYTES];
  for (gsize i = 0; i < sizeof frame; i += 1024)
    frame[i] = 1;
  return (gsize)frame;
}

static void
test_the_stack_below(void **state)
{
  (void)state;
  const gsize deepest = go_deep();
  assert_true(is_mapped((const void *)deepest));
  cal_pages_give_back();
  assert_false(is_mapped((const void *)deepest));
  assert_int_equal(go_deep(), deepest);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_example),
    cmocka_unit_test(test_what_was_written_stays),
    cmocka_unit_test(test_text_that_was_relocated_stays),
    cmocka_unit_test(test_the_stack_below),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
