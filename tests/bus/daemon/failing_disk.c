/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Preloaded into a program: the n-th call of one kind that changes a file fails, and with "ever" all after
 * it. What is to fail stands in the file that $CALCIFER_FAILING names, "LOT KIND N once|ever"; a new lot
 * begins a new count. Whether one failed is seen by the file beside it, ".failed", which then holds the lot.
 *
 *   open    of a file that may be written, and mkstemp
 *   write   to a file, ftruncate and sendfile; it is a full disk
 *   sync    fsync and fdatasync
 *   name    rename and link
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define EXPORTED __attribute__((visibility("default")))

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

typedef struct Order {
  char lot[32], kind[16], often[8];
  unsigned n;
} Order;

static int
read_order(Order *order)
{
  char text[128] = "";
  const char *path = getenv("CALCIFER_FAILING");
  const int fd = path ? (int)syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC) : -1;
  if (fd < 0)
    return 0;
  const ssize_t length = read(fd, text, sizeof text - 1);
  close(fd);
  return length > 0 &&
         sscanf(text, "%31s %15s %u %7s", order->lot, order->kind, &order->n, order->often) == 4;
}

static void
tell_failed(const char *lot)
{
  char path[4200];
  snprintf(path, sizeof path, "%s.failed", getenv("CALCIFER_FAILING"));
  const int fd = (int)syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0 || syscall(SYS_write, fd, lot, strlen(lot)) < 0)
    abort();
  close(fd);
}

static int
fails(const char *kind)
{
  static char lot[32];
  static unsigned count;
  Order order;
  const int saved = errno;
  pthread_mutex_lock(&lock);
  int hit = 0;
  if (read_order(&order) && strcmp(order.kind, kind) == 0) {
    if (strcmp(lot, order.lot) != 0)
      count = 0;
    strcpy(lot, order.lot);
    count++;
    hit = count == order.n || (count > order.n && strcmp(order.often, "ever") == 0);
    if (hit)
      tell_failed(lot);
  }
  pthread_mutex_unlock(&lock);
  errno = hit ? (strcmp(kind, "write") == 0 ? ENOSPC : EIO) : saved;
  return hit;
}

static int
is_file(int fd)
{
  struct stat status;
  return fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
}

static int
open_file(int folder, const char *path, int flags, unsigned mode)
{
  if ((flags & (O_CREAT | O_TMPFILE)) != 0 && fails("open"))
    return -1;
  return (int)syscall(SYS_openat, folder, path, flags, mode);
}

/* The mode is there only when something is made. */
#define MODE_AFTER(flags, mode)                                                                              \
  do {                                                                                                       \
    va_list arguments;                                                                                       \
    va_start(arguments, flags);                                                                              \
    mode = ((flags) & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(arguments, unsigned int) : 0;                     \
    va_end(arguments);                                                                                       \
  } while (0)

EXPORTED int
open(const char *path, int flags, ...)
{
  unsigned mode;
  MODE_AFTER(flags, mode);
  return open_file(AT_FDCWD, path, flags, mode);
}

EXPORTED int
open64(const char *path, int flags, ...)
{
  unsigned mode;
  MODE_AFTER(flags, mode);
  return open_file(AT_FDCWD, path, flags, mode);
}

EXPORTED ssize_t
write(int fd, const void *bytes, size_t n_bytes)
{
  return is_file(fd) && fails("write") ? -1 : syscall(SYS_write, fd, bytes, n_bytes);
}

EXPORTED ssize_t
pwrite64(int fd, const void *bytes, size_t n_bytes, off64_t at)
{
  return fails("write") ? -1 : syscall(SYS_pwrite64, fd, bytes, n_bytes, at);
}

EXPORTED ssize_t
sendfile64(int to, int from, off64_t *at, size_t n_bytes)
{
  return is_file(to) && fails("write") ? -1 : syscall(SYS_sendfile, to, from, at, n_bytes);
}

EXPORTED ssize_t
sendfile(int to, int from, off_t *at, size_t n_bytes)
{
  return sendfile64(to, from, at, n_bytes);
}

EXPORTED int
ftruncate64(int fd, off64_t length)
{
  return fails("write") ? -1 : (int)syscall(SYS_ftruncate, fd, length);
}

EXPORTED int
ftruncate(int fd, off_t length)
{
  return ftruncate64(fd, length);
}

EXPORTED int
fsync(int fd)
{
  return fails("sync") ? -1 : (int)syscall(SYS_fsync, fd);
}

EXPORTED int
fdatasync(int fd)
{
  return fails("sync") ? -1 : (int)syscall(SYS_fdatasync, fd);
}

EXPORTED int
rename(const char *from, const char *to)
{
  return fails("name") ? -1 : (int)syscall(SYS_rename, from, to);
}

EXPORTED int
link(const char *from, const char *to)
{
  return fails("name") ? -1 : (int)syscall(SYS_link, from, to);
}
