/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "first_page.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "error.h"
#include "store.h"

/* https://www.sqlite.org/fileformat.html, the database header; numbers are big-endian. */
#define AT_PAGE_SIZE   16
#define AT_N_PAGES     28
#define AT_FREE_PAGES  32 /* the first of them, and how many there are */
#define LEAST_PAGES    2
#define HEADER_SIZE    100
#define N_FREE_NUMBERS 2

static char *
make_file(const char *path, const char *end)
{
  char *made = g_strconcat(path, end, NULL);
  const int fd = g_mkstemp_full(made, O_RDWR | O_CLOEXEC, 0600);
  if (fd >= 0)
    close(fd);
  return made; /* where it could not be made, opening it says why */
}

void
cal_first_page_discard(char *copy)
{
  static const char *const ends[] = { "", "-wal", "-shm" };
  for (gsize i = 0; copy != NULL && i < G_N_ELEMENTS(ends); i++) {
    g_autofree char *name = g_strconcat(copy, ends[i], NULL);
    g_unlink(name);
  }
  g_free(copy);
}

/* The file of a ledger in which nothing is. */
static char *
read_new_ledger(const char *path, gsize *size, GError **error)
{
  char *bytes = NULL;
  char *name = make_file(path, ".new-XXXXXX");
  CalLedger *ledger = cal_ledger_open(name, error);
  const gboolean made = ledger != NULL;
  g_clear_pointer(&ledger, cal_ledger_close); /* closing it writes all of it into the file */
  if (made)
    g_file_get_contents(name, &bytes, size, error);
  cal_first_page_discard(name);
  return bytes;
}

static gboolean
copy_file(const char *path, const char *end, const char *to, GError **error)
{
  g_autofree char *from_name = g_strconcat(path, end, NULL);
  g_autofree char *to_name = g_strconcat(to, end, NULL);
  g_autoptr(GFile) from = g_file_new_for_path(from_name);
  g_autoptr(GFile) target = g_file_new_for_path(to_name);
  return g_file_copy(from, target, G_FILE_COPY_OVERWRITE | G_FILE_COPY_TARGET_DEFAULT_PERMS, NULL, NULL, NULL,
                     error);
}

static void
write_number(guint8 *at, guint32 number)
{
  const guint32 big = GUINT32_TO_BE(number);
  memcpy(at, &big, sizeof big);
}

/* Writes the first page of a new ledger, which is made to say how many pages there are, and none of them
 * free: which were free is not known any more. */
static gboolean
write_first_page(int fd, guint8 *page, gsize page_size, GError **error)
{
  const off_t size = lseek(fd, 0, SEEK_END);
  const guint32 n_pages = size > 0 ? (guint32)((gsize)size / page_size) : 0;
  if (n_pages < LEAST_PAGES) {
    g_set_error_literal(error, CAL_ERROR, CAL_ERROR_DAMAGED, "It is shorter than a ledger can be.");
    return FALSE;
  }
  write_number(page + AT_N_PAGES, n_pages);
  memset(page + AT_FREE_PAGES, 0, N_FREE_NUMBERS * sizeof(guint32));
  if (pwrite(fd, page, page_size, 0) == (ssize_t)page_size)
    return TRUE;
  g_set_error(error, CAL_ERROR, CAL_ERROR_STORAGE, "Its copy could not be written: %s.", g_strerror(errno));
  return FALSE;
}

static gboolean
give_first_page(const char *copy, const char *path, GError **error)
{
  gsize size = 0;
  g_autofree char *bytes = read_new_ledger(path, &size, error);
  if (bytes == NULL || size < HEADER_SIZE)
    return FALSE;
  guint8 *page = (guint8 *)bytes;
  const gsize page_size = (gsize)page[AT_PAGE_SIZE] << 8 | page[AT_PAGE_SIZE + 1];
  const int fd = open(copy, O_RDWR | O_CLOEXEC);
  const gboolean written = fd >= 0 && page_size <= size && write_first_page(fd, page, page_size, error);
  if (fd >= 0)
    close(fd);
  return written;
}

char *
cal_first_page_replace(const char *path, GError **error)
{
  char *copy = make_file(path, ".reading-XXXXXX");
  if (copy_file(path, "", copy, error) && give_first_page(copy, path, error)) {
    copy_file(path, "-wal", copy, NULL); /* there may be none */
    return copy;
  }
  cal_first_page_discard(copy);
  return NULL;
}
