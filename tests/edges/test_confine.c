/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Each try is a child's of its own, since what is confined stays so. */
#include "../unit/cmocka_prelude.h"

#include "confine.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define NO_LANDLOCK 200 /* a child's status */

typedef struct {
  char *root;
  char *ours;   /* a folder that is allowed */
  char *theirs; /* one that is not, with a file in it */
  char *file;
} Place;

static int
set_up(void **state)
{
  Place *place = g_new0(Place, 1);
  place->root = g_dir_make_tmp("calcifer-confine-XXXXXX", NULL);
  place->ours = g_build_filename(place->root, "ours", NULL);
  place->theirs = g_build_filename(place->root, "theirs", NULL);
  place->file = g_build_filename(place->theirs, "file", NULL);
  assert_int_equal(g_mkdir(place->ours, 0700) + g_mkdir(place->theirs, 0700), 0);
  assert_true(g_file_set_contents(place->file, "secret", -1, NULL));
  *state = place;
  return 0;
}

static void
empty(const char *folder)
{
  g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
  for (const char *name; (name = g_dir_read_name(dir)) != NULL;) {
    g_autofree char *path = g_build_filename(folder, name, NULL);
    g_unlink(path);
  }
  g_rmdir(folder);
}

static int
tear_down(void **state)
{
  Place *place = *state;
  empty(place->ours);
  empty(place->theirs);
  g_rmdir(place->root);
  g_free(place->root);
  g_free(place->ours);
  g_free(place->theirs);
  g_free(place->file);
  g_free(place);
  return 0;
}

/* What an act answers once confined: 0, or the error; NO_LANDLOCK where the kernel has none. `least`: the
 * version that it takes. */
static int
confined(const Place *place, int least, int (*act)(const Place *))
{
  int status;
  const pid_t child = fork();
  if (child == 0) {
    const CalConfineRule rules[] = { { "/usr", CAL_CONFINE_READ },
                                     { "/nowhere/at/all", CAL_CONFINE_READ },
                                     { "/dev/null", CAL_CONFINE_CHANGE },
                                     { place->ours, CAL_CONFINE_CHANGE } };
    const int version = cal_confine(rules, G_N_ELEMENTS(rules));
    _exit(version < least ? NO_LANDLOCK : act(place));
  }
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_true(WIFEXITED(status));
  return WEXITSTATUS(status);
}

static int
try_to_open(const char *path, int flags)
{
  const int fd = open(path, flags | O_CLOEXEC, 0600);
  return fd < 0 ? errno : 0;
}

static int
read_theirs(const Place *place)
{
  return try_to_open(place->file, O_RDONLY);
}

static int
list_theirs(const Place *place)
{
  return try_to_open(place->theirs, O_RDONLY | O_DIRECTORY);
}

static int
make_there(const Place *place)
{
  g_autofree char *path = g_build_filename(place->theirs, "new", NULL);
  return try_to_open(path, O_WRONLY | O_CREAT);
}

static int
remove_there(const Place *place)
{
  return g_unlink(place->file) == 0 ? 0 : errno;
}

static int
look_at_processes(const Place *place)
{
  (void)place;
  return try_to_open("/proc/1/cmdline", O_RDONLY);
}

static int
run_a_program(const Place *place)
{
  char *const argv[] = { (char *)"true", NULL };
  (void)place;
  execv("/usr/bin/true", argv);
  return errno;
}

static int
write_to_usr(const Place *place)
{
  (void)place;
  return try_to_open("/usr/calcifer-was-here", O_WRONLY | O_CREAT);
}

static int
connect_by_tcp(const Place *place)
{
  const struct sockaddr_in to = { .sin_family = AF_INET,
                                  .sin_port = htons(9),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  (void)place;
  return connect(fd, (const struct sockaddr *)(const void *)&to, sizeof to) == 0 ? 0 : errno;
}

static int
signal_the_parent(const Place *place)
{
  (void)place;
  return kill(getppid(), 0) == 0 ? 0 : errno;
}

static int
trace_the_parent(const Place *place)
{
  (void)place;
  return ptrace(PTRACE_SEIZE, getppid(), NULL, NULL) == 0 ? 0 : errno;
}

static int
do_what_a_daemon_does(const Place *place)
{
  g_autofree char *one = g_build_filename(place->ours, "one", NULL);
  g_autofree char *two = g_build_filename(place->ours, "two", NULL);
  g_autofree char *text = NULL;
  const gboolean kept = g_file_set_contents(one, "1", -1, NULL) && g_file_set_contents(one, "2", -1, NULL) &&
                        link(one, two) == 0 && rename(two, one) == 0 && truncate(one, 0) == 0 &&
                        g_file_get_contents(one, &text, NULL, NULL) && g_unlink(one) == 0;
  const gboolean reads = try_to_open("/usr/share/zoneinfo/Europe/Berlin", O_RDONLY) == 0 &&
                         try_to_open(place->ours, O_RDONLY | O_DIRECTORY) == 0 &&
                         try_to_open("/dev/null", O_RDWR) == 0;
  return kept && reads && (cal_confine_holds() != 0) ? 0 : MAX(errno, 1);
}

static const struct {
  const char *what;
  int least;
  int (*act)(const Place *place);
  int error;
} tries[] = {
  { "what is needed", 1, do_what_a_daemon_does, 0 },
  { "reading elsewhere", 1, read_theirs, EACCES },
  { "listing elsewhere", 1, list_theirs, EACCES },
  { "making a file elsewhere", 1, make_there, EACCES },
  { "removing a file elsewhere", 1, remove_there, EACCES },
  { "looking at other processes", 1, look_at_processes, EACCES },
  { "running a program", 1, run_a_program, EACCES },
  { "writing to the system", 1, write_to_usr, EACCES },
  { "tracing", 1, trace_the_parent, EPERM },
  { "a connection", 4, connect_by_tcp, EACCES },
  { "a signal", 6, signal_the_parent, EPERM },
};

/* Where the kernel lacks it, nothing is forbidden and nothing fails. */
static void
test_each_try(void **state)
{
  for (gsize i = 0; i < G_N_ELEMENTS(tries); i++) {
    const int answer = confined(*state, tries[i].least, tries[i].act);
    print_message("%s: %s\n", tries[i].what,
                  answer == NO_LANDLOCK ? "this kernel cannot" : g_strerror(answer));
    assert_true(answer == tries[i].error || answer == NO_LANDLOCK);
  }
}

/* Not confined, the same tries succeed, or fail otherwise: they are no empty promises. */
static void
test_the_tries_are_real(void **state)
{
  const Place *place = *state;
  assert_false(cal_confine_holds());
  assert_int_equal(read_theirs(place), 0);
  assert_int_equal(list_theirs(place), 0);
  assert_int_equal(make_there(place), 0);
  assert_int_equal(look_at_processes(place), 0);
  assert_int_equal(signal_the_parent(place), 0);
  assert_int_not_equal(connect_by_tcp(place), EACCES);
  assert_int_equal(remove_there(place), 0);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup_teardown(test_each_try, set_up, tear_down),
    cmocka_unit_test_setup_teardown(test_the_tries_are_real, set_up, tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
