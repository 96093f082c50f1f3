/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tries what a sandbox may forbid, one line "NAME done" or "NAME the error" each. Confines itself first as
 * the daemon does, by the same code.
 *
 *   sandbox-probe PID    a process of the same user that may be traced and signalled
 */
#include "fence.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static pid_t other;

static int
try_socket(int family, int type)
{
  const int fd = socket(family, type | SOCK_CLOEXEC, 0);
  if (fd < 0)
    return errno;
  close(fd);
  return 0;
}

static int
try_open(const char *folder, const char *name, int flags)
{
  g_autofree char *path = g_build_filename(folder, name, NULL);
  const int fd = open(path, flags | O_CLOEXEC, 0600);
  if (fd < 0)
    return errno;
  close(fd);
  return 0;
}

static int
inet(void)
{
  return try_socket(AF_INET, SOCK_STREAM);
}

static int
inet6(void)
{
  return try_socket(AF_INET6, SOCK_DGRAM);
}

static int
netlink(void)
{
  return try_socket(AF_NETLINK, SOCK_RAW);
}

static int
bluetooth(void)
{
  return try_socket(AF_BLUETOOTH, SOCK_SEQPACKET);
}

static int
local(void)
{
  return try_socket(AF_UNIX, SOCK_STREAM);
}

/* Whether another interface than lo is seen. */
static int
interfaces(void)
{
  char line[512];
  int n_lines = 0;
  FILE *file = fopen("/proc/self/net/dev", "re");
  if (file == NULL)
    return errno;
  while (fgets(line, sizeof line, file) != NULL)
    n_lines += strchr(line, ':') != NULL;
  fclose(file);
  return n_lines > 1 ? 0 : ENODEV;
}

static int
home_read(void)
{
  return try_open(g_get_home_dir(), "secret", O_RDONLY);
}

static int
home_write(void)
{
  return try_open(g_get_home_dir(), "made", O_WRONLY | O_CREAT);
}

static int
settings_read(void)
{
  return try_open(g_get_user_config_dir(), "calciferd", O_RDONLY | O_DIRECTORY);
}

static int
settings_write(void)
{
  return try_open(g_get_user_config_dir(), "calciferd/made", O_WRONLY | O_CREAT);
}

static int
data_write(void)
{
  return try_open(g_get_user_data_dir(), "calciferd/made", O_WRONLY | O_CREAT);
}

static int
temporary(void)
{
  return try_open("/tmp", "of-others", O_RDONLY);
}

static int
device(void)
{
  return try_open("/dev", "calcifer-device", O_RDWR);
}

static int
environment(void)
{
  g_autofree char *folder = g_strdup_printf("/proc/%d", other);
  return try_open(folder, "environ", O_RDONLY);
}

/* What a child that runs the act ends with. */
static int
in_child(int (*act)(void))
{
  int status;
  const pid_t child = fork();
  if (child == 0)
    _exit(act());
  if (child < 0 || waitpid(child, &status, 0) != child)
    return errno;
  return WIFEXITED(status) ? WEXITSTATUS(status) : EFAULT;
}

static int
become_true(void)
{
  char *const argv[] = { (char *)"true", NULL };
  execv("/usr/bin/true", argv);
  return errno;
}

static int
program(void)
{
  return in_child(become_true);
}

static int
trace(void)
{
  return ptrace(PTRACE_SEIZE, other, NULL, NULL) == 0 ? 0 : errno;
}

static int
memory_of_others(void)
{
  char byte;
  const struct iovec here = { &byte, 1 }, there = { (void *)1, 1 };
  return process_vm_readv(other, &here, 1, &there, 1, 0) >= 0 || errno == EFAULT ? 0 : errno;
}

static int
unshare_user(void)
{
  return unshare(CLONE_NEWUSER) == 0 ? 0 : errno;
}

static int namespace(void)
{
  return in_child(unshare_user);
}

static int
writable_code(void)
{
  return mmap(NULL, 4096, PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED ? 0
                                                                                                    : errno;
}

static int
set_id_bit(void)
{
  g_autofree char *path = g_build_filename(g_get_user_data_dir(), "calciferd", "made", NULL);
  return chmod(path, 04755) == 0 ? 0 : errno;
}

static int
limits(void)
{
  const struct rlimit none = { 0, 0 };
  return setrlimit(RLIMIT_CORE, &none) == 0 ? 0 : errno;
}

static const struct {
  const char *name;
  int (*act)(void);
} tries[] = {
  { "local", local },
  { "inet", inet },
  { "inet6", inet6 },
  { "netlink", netlink },
  { "bluetooth", bluetooth },
  { "interfaces", interfaces },
  { "data-write", data_write },
  { "settings-read", settings_read },
  { "settings-write", settings_write },
  { "home-read", home_read },
  { "home-write", home_write },
  { "temporary", temporary },
  { "device", device },
  { "environment", environment },
  { "program", program },
  { "trace", trace },
  { "memory-of-others", memory_of_others },
  { "namespace", namespace },
  { "writable-code", writable_code },
  { "set-id-bit", set_id_bit },
  { "limits", limits },
};

static CalPaths
paths_of_daemon(void)
{
  return (CalPaths){
    .settings = g_build_filename(g_get_user_config_dir(), "calciferd", "calciferd.conf", NULL),
    .ledger = g_build_filename(g_get_user_data_dir(), "calciferd", "ledger.db", NULL),
    .keys = g_build_filename(g_get_user_data_dir(), "calciferd", "keys", NULL),
    .foods = g_strdup("/usr/share/calcifer/foods.csv"),
    .translations = g_strdup("/usr/share/locale"),
  };
}

int
main(int argc, char **argv)
{
  const CalPaths paths = paths_of_daemon();
  g_autoptr(GVariant) layers = g_variant_ref_sink(cal_app_fence(&paths));
  other = argc > 1 ? atoi(argv[1]) : 0;
  for (gsize i = 0; i < G_N_ELEMENTS(tries); i++) {
    const int error = tries[i].act();
    printf("%s %s\n", tries[i].name, error == 0 ? "done" : g_strerror(error));
  }
  g_autofree char *text = g_variant_print(layers, FALSE);
  printf("layers %s\n", text);
  return 0;
}
