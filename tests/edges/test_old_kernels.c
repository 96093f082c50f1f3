/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the kernel is asked for, by a kernel of the test's own: each version of Landlock knows other rights
 * and refuses a ruleset with one that it does not know, which would leave the daemon with no confinement at
 * all. */
#include "../unit/cmocka_prelude.h"

#include "confine.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <linux/landlock.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define NEWEST  7 /* newer than what confine.c knows */
#define N_RULES 8

typedef enum { NOTHING, PRIVILEGES, RULESET, RULE, RESTRICTION } Refusal;

typedef struct {
  guint64 files, net, scoped;
} Rights;

/* As landlock(7) lists them by version: how many rights on files, and what else. */
static const struct {
  guint n_files;
  guint64 net, scoped;
} known[NEWEST + 1] = { { 0, 0, 0 },  { 13, 0, 0 }, { 14, 0, 0 }, { 15, 0, 0 },
                        { 15, 3, 0 }, { 16, 3, 0 }, { 16, 3, 2 }, { 16, 3, 2 } };

/* The calls below have no argument for it. */
static struct {
  int version;
  Refusal refusal;
  guint n_rulesets, n_rules, n_restrictions;
  Rights asked;
  guint64 allowed[N_RULES];
} kernel;

/* The linker puts these in the place of the calls of confine.c. */
long __wrap_syscall(long number, ...);
int __wrap_prctl(int option, ...);

static long
refuse(int error)
{
  errno = error;
  return -1;
}

static long
create_ruleset(const Rights *rights)
{
  if (rights == NULL)
    return kernel.version > 0 ? kernel.version : refuse(ENOSYS);
  kernel.n_rulesets++;
  kernel.asked = *rights;
  return kernel.refusal == RULESET ? refuse(EINVAL) : open("/dev/null", O_RDONLY | O_CLOEXEC);
}

static long
add_rule(const struct landlock_path_beneath_attr *beneath)
{
  if (kernel.refusal == RULE)
    return refuse(EINVAL);
  assert_true(kernel.n_rules < N_RULES);
  kernel.allowed[kernel.n_rules++] = beneath->allowed_access;
  return 0;
}

long
__wrap_syscall(long number, ...)
{
  va_list arguments;
  long answer = 0;
  va_start(arguments, number);
  if (number == SYS_landlock_create_ruleset) {
    answer = create_ruleset(va_arg(arguments, const Rights *));
  } else if (number == SYS_landlock_add_rule) {
    (void)va_arg(arguments, int);
    (void)va_arg(arguments, int);
    answer = add_rule(va_arg(arguments, const struct landlock_path_beneath_attr *));
  } else {
    assert_int_equal(number, SYS_landlock_restrict_self);
    kernel.n_restrictions++;
    answer = kernel.refusal == RESTRICTION ? refuse(E2BIG) : 0;
  }
  va_end(arguments);
  return answer;
}

int
__wrap_prctl(int option, ...)
{
  assert_int_equal(option, PR_SET_NO_NEW_PRIVS);
  return kernel.refusal == PRIVILEGES ? (int)refuse(EINVAL) : 0;
}

static int
confine_on(int version, Refusal refusal)
{
  static const CalConfineRule rules[] = { { "/usr", CAL_CONFINE_READ },
                                          { "/nowhere/at/all", CAL_CONFINE_CHANGE },
                                          { "/dev/null", CAL_CONFINE_CHANGE },
                                          { "/tmp", CAL_CONFINE_CHANGE } };
  memset(&kernel, 0, sizeof kernel);
  kernel.version = version;
  kernel.refusal = refusal;
  return cal_confine(rules, G_N_ELEMENTS(rules));
}

static guint
n_open(void)
{
  guint n = 0;
  g_autoptr(GDir) dir = g_dir_open("/proc/self/fd", 0, NULL);
  while (g_dir_read_name(dir) != NULL)
    n++;
  return n;
}

static void
test_each_version_is_asked_for_all_it_knows(void **state)
{
  (void)state;
  for (int version = 1; version <= NEWEST; version++) {
    assert_int_equal(confine_on(version, NOTHING), version);
    assert_int_equal(kernel.asked.files, (G_GUINT64_CONSTANT(1) << known[version].n_files) - 1);
    assert_int_equal(kernel.asked.net, known[version].net);
    assert_int_equal(kernel.asked.scoped, known[version].scoped);
    assert_int_equal(kernel.n_restrictions, 1);
  }
}

/* /usr, /dev/null and /tmp; the one that is not there is left out. A rule that allows what the ruleset does
 * not handle, or to a file what only folders have, is refused by the kernel. */
static void
test_a_rule_allows_what_is_handled(void **state)
{
  (void)state;
  const guint64 of_folders =
      LANDLOCK_ACCESS_FS_READ_DIR | LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_REMOVE_FILE;
  for (int version = 1; version <= NEWEST; version++) {
    confine_on(version, NOTHING);
    assert_int_equal(kernel.n_rules, 3);
    for (guint i = 0; i < kernel.n_rules; i++)
      assert_int_equal(kernel.allowed[i] & ~kernel.asked.files, 0);
    assert_int_equal(kernel.allowed[0], LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR);
    assert_int_equal(kernel.allowed[1] & of_folders, 0);
    assert_true(kernel.allowed[1] & LANDLOCK_ACCESS_FS_WRITE_FILE);
    assert_int_equal(kernel.allowed[2] & of_folders, of_folders);
  }
}

static void
test_a_kernel_without_landlock(void **state)
{
  (void)state;
  assert_int_equal(confine_on(0, NOTHING), 0);
  assert_int_equal(kernel.n_rulesets, 0);
}

/* Any step that the kernel refuses: not confined, said so, and nothing left open. */
static void
test_a_refusal_is_no_confinement(void **state)
{
  (void)state;
  const guint before = n_open();
  for (Refusal refusal = PRIVILEGES; refusal <= RESTRICTION; refusal++) {
    assert_int_equal(confine_on(NEWEST, refusal), 0);
    assert_int_equal(kernel.n_restrictions, refusal == RESTRICTION ? 1 : 0);
    assert_int_equal(n_open(), before);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_each_version_is_asked_for_all_it_knows),
    cmocka_unit_test(test_a_rule_allows_what_is_handled),
    cmocka_unit_test(test_a_kernel_without_landlock),
    cmocka_unit_test(test_a_refusal_is_no_confinement),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
