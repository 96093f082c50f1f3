/* SPDX-License-Identifier: GPL-2.0-or-later */
/* landlock(7). The numbers of versions behind the second are given here, since the headers may be older than
 * the kernel that runs. */
#include "confine.h"

#include <fcntl.h>
#include <linux/landlock.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define FS_REFER      (UINT64_C(1) << 13) /* since 2 */
#define FS_TRUNCATE   (UINT64_C(1) << 14) /* since 3 */
#define NET_BIND      (UINT64_C(1) << 0)  /* since 4 */
#define NET_CONNECT   (UINT64_C(1) << 1)
#define FS_IOCTL      (UINT64_C(1) << 15) /* since 5 */
#define SCOPED_SIGNAL (UINT64_C(1) << 1)  /* since 6 */

#define FS_OF_FILES                                                                                          \
  (LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_READ_FILE | FS_TRUNCATE | \
   FS_IOCTL)
#define FS_READ (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define FS_CHANGE                                                                                            \
  (FS_READ | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_REMOVE_FILE |  \
   FS_TRUNCATE)

/* As the kernel's struct landlock_ruleset_attr is since version 6; an older one wants the rest to be 0. */
typedef struct {
  guint64 files;
  guint64 net;
  guint64 scoped;
} Ruleset;

static int
landlock_version(void)
{
  const long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
  return version > 0 ? (int)version : 0;
}

/* All that this version can forbid. */
static Ruleset
all_of(int version)
{
  Ruleset all = { .files = FS_REFER - 1 };
  if (version >= 2)
    all.files |= FS_REFER;
  if (version >= 3)
    all.files |= FS_TRUNCATE;
  if (version >= 4)
    all.net = NET_BIND | NET_CONNECT;
  if (version >= 5)
    all.files |= FS_IOCTL;
  if (version >= 6)
    all.scoped = SCOPED_SIGNAL;
  return all;
}

/* The kernel refuses what is only for folders in a rule about a file. */
static guint64
access_of(const CalConfineRule *rule, int fd)
{
  struct stat status;
  const guint64 wanted = rule->use == CAL_CONFINE_CHANGE ? FS_CHANGE : FS_READ;
  return fstat(fd, &status) == 0 && S_ISDIR(status.st_mode) ? wanted : wanted & FS_OF_FILES;
}

static gboolean
add_rule(int ruleset, const CalConfineRule *rule, guint64 handled)
{
  const int fd = open(rule->path, O_PATH | O_CLOEXEC);
  if (fd < 0)
    return TRUE;
  const struct landlock_path_beneath_attr beneath = { .allowed_access = access_of(rule, fd) & handled,
                                                      .parent_fd = fd };
  const gboolean added =
      syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0) == 0;
  close(fd);
  return added;
}

static gboolean
add_rules(int ruleset, const CalConfineRule *rules, gsize n_rules, guint64 handled)
{
  for (gsize i = 0; i < n_rules; i++) {
    if (!add_rule(ruleset, &rules[i], handled))
      return FALSE;
  }
  return TRUE;
}

int
cal_confine(const CalConfineRule *rules, gsize n_rules)
{
  const int version = landlock_version();
  const Ruleset all = all_of(version);
  if (version == 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
    return 0;
  const int ruleset = (int)syscall(SYS_landlock_create_ruleset, &all, sizeof all, 0);
  if (ruleset < 0)
    return 0;
  const gboolean confined =
      add_rules(ruleset, rules, n_rules, all.files) && syscall(SYS_landlock_restrict_self, ruleset, 0) == 0;
  close(ruleset);
  return confined ? version : 0;
}

gboolean
cal_confine_holds(void)
{
  const int fd = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd >= 0)
    close(fd);
  return fd < 0;
}
