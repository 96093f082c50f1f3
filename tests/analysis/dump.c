/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Linked into each program of the coverage build, so that its counts are written where they would be lost:
 * one that a signal ends, one that ends by _exit, and one that Landlock keeps from all folders but its own,
 * which may also change COUNTS, the build's. The linker leads the calls here (--wrap); the product is
 * unchanged. */
#include <fcntl.h>
#include <linux/landlock.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#define N_ARGUMENTS 6

void __gcov_dump(void);
long __real_syscall(long number, ...);
long __wrap_syscall(long number, ...);
void __real__exit(int status) __attribute__((noreturn));
void __wrap__exit(int status) __attribute__((noreturn));

static uint64_t handled; /* of the rules that are being made */

static void
on_end(int number)
{
  __gcov_dump();
  signal(number, SIG_DFL);
  raise(number);
}

__attribute__((constructor)) static void
watch(void)
{
  const int ends[] = { SIGTERM, SIGINT, SIGHUP, SIGPIPE };
  for (int i = 0; i < 4; i++) {
    if (signal(ends[i], on_end) == SIG_IGN)
      signal(ends[i], SIG_IGN);
  }
}

void
__wrap__exit(int status)
{
  __gcov_dump();
  __real__exit(status);
}

static void
let_counts(int ruleset)
{
  const int fd = open(COUNTS, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const struct landlock_path_beneath_attr beneath = { .allowed_access = handled, .parent_fd = fd };
  __real_syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0);
  close(fd);
}

/* Weak: a test that stands in the kernel's place itself goes first. */
__attribute__((weak)) long
__wrap_syscall(long number, ...)
{
  long words[N_ARGUMENTS];
  va_list arguments;
  va_start(arguments, number);
  for (int i = 0; i < N_ARGUMENTS; i++)
    words[i] = va_arg(arguments, long);
  va_end(arguments);
  if (number == SYS_landlock_create_ruleset && words[0] != 0)
    handled = *(const uint64_t *)words[0];
  if (number == SYS_landlock_restrict_self)
    let_counts((int)words[0]);
  return __real_syscall(number, words[0], words[1], words[2], words[3], words[4], words[5]);
}
