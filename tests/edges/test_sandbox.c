/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the doctor hears of the sandbox and of the clock, on a machine of the test's own: each layer stands
 * for one thing that is shut, and for no other. */
#include "../unit/cmocka_prelude.h"

#include "machine.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/statvfs.h>
#include <unistd.h>

/* The calls below have no argument for it. */
static struct {
  const char *shut; /* a layer's name, or "all" */
  gboolean has_proc;
  const char *clock; /* what timedate1 answers, as text; NULL: nothing */
} machine;

/* The linker puts these in the place of the calls of machine.c. */
int __wrap_prctl(int option, ...);
int __wrap_socket(int domain, int type, int protocol);
void *__wrap_mmap64(void *address, size_t length, int protection, int flags, int fd, off_t offset);
void *__real_mmap64(void *address, size_t length, int protection, int flags, int fd, off_t offset);
int __wrap_statvfs64(const char *path, struct statvfs *status);
gboolean __wrap_g_file_get_contents(const char *path, char **text, gsize *length, GError **error);
GVariant *__wrap_g_dbus_connection_call_sync(GDBusConnection *bus, const char *name, const char *path,
                                             const char *interface, const char *method, GVariant *arguments,
                                             const GVariantType *type, GDBusCallFlags flags, gint timeout_ms,
                                             GCancellable *cancellable, GError **error);

static gboolean
is_shut(const char *layer)
{
  return g_str_equal(machine.shut, "all") || g_str_equal(machine.shut, layer);
}

int
__wrap_prctl(int option, ...)
{
  if (option == PR_GET_NO_NEW_PRIVS)
    return is_shut("no-new-privileges") ? 1 : 0;
  assert_int_equal(option, PR_GET_SECCOMP);
  return is_shut("system-calls") ? 2 : 0;
}

int
__wrap_socket(int domain, int type, int protocol)
{
  (void)domain;
  (void)type;
  (void)protocol;
  errno = EAFNOSUPPORT;
  return is_shut("sockets") ? -1 : open("/dev/null", O_RDONLY | O_CLOEXEC);
}

void *
__wrap_mmap64(void *address, size_t length, int protection, int flags, int fd, off_t offset)
{
  assert_int_equal(protection, PROT_WRITE | PROT_EXEC);
  return is_shut("memory") ? MAP_FAILED : __real_mmap64(address, length, PROT_READ, flags, fd, offset);
}

int
__wrap_statvfs64(const char *path, struct statvfs *status)
{
  const gboolean shut = is_shut(g_str_equal(path, "/usr") ? "system-files" : "home");
  *status = (struct statvfs){ .f_flag = ST_NOSUID | (shut ? ST_RDONLY : 0u) };
  return 0;
}

gboolean
__wrap_g_file_get_contents(const char *path, char **text, gsize *length, GError **error)
{
  (void)length;
  (void)error;
  if (g_str_equal(path, "/proc/self/uid_map"))
    *text = g_strdup(is_shut("users") ? "  1000  1000  1\n" : "  0  0 4294967295\n");
  else
    *text = g_strdup(is_shut("network") ? "face |bytes\n  lo: 0\n" : "face |bytes\n  lo: 0\n wlan0: 7\n");
  if (!machine.has_proc)
    g_clear_pointer(text, g_free);
  return machine.has_proc;
}

GVariant *
__wrap_g_dbus_connection_call_sync(GDBusConnection *bus, const char *name, const char *path,
                                   const char *interface, const char *method, GVariant *arguments,
                                   const GVariantType *type, GDBusCallFlags flags, gint timeout_ms,
                                   GCancellable *cancellable, GError **error)
{
  (void)bus;
  (void)path;
  (void)interface;
  (void)method;
  (void)flags;
  (void)cancellable;
  (void)error;
  g_variant_unref(g_variant_ref_sink(arguments));
  assert_string_equal(name, "org.freedesktop.timedate1");
  assert_true(timeout_ms > 0);
  return machine.clock != NULL ? g_variant_parse(type, machine.clock, NULL, NULL, NULL) : NULL;
}

static int
set_up(void **state)
{
  (void)state;
  machine.shut = "none";
  machine.has_proc = TRUE;
  machine.clock = NULL;
  return 0;
}

/* The layers that hold, a word each. */
static char *
layers_that_hold(void)
{
  GString *words = g_string_new(NULL);
  g_autoptr(GVariant) layers = g_variant_ref_sink(cal_machine_sandbox());
  GVariantIter iter;
  const char *layer;
  gboolean holds;
  g_variant_iter_init(&iter, layers);
  while (g_variant_iter_next(&iter, "{&sb}", &layer, &holds)) {
    if (holds)
      g_string_append_printf(words, "%s%s", words->len > 0 ? " " : "", layer);
  }
  return g_string_free(words, FALSE);
}

#define ALL "no-new-privileges system-calls sockets memory users network system-files home"

static void
test_each_layer_is_its_own(void **state)
{
  (void)state;
  g_auto(GStrv) layers = g_strsplit(ALL, " ", -1);
  for (char **layer = layers; *layer != NULL; layer++) {
    machine.shut = *layer;
    g_autofree char *held = layers_that_hold();
    assert_string_equal(held, *layer);
  }
}

static void
test_all_and_none(void **state)
{
  (void)state;
  g_autofree char *none = layers_that_hold();
  machine.shut = "all";
  g_autofree char *all = layers_that_hold();
  assert_string_equal(none, "");
  assert_string_equal(all, ALL);
}

/* What cannot be seen is not promised. */
static void
test_what_proc_does_not_tell_does_not_hold(void **state)
{
  (void)state;
  machine.shut = "all";
  machine.has_proc = FALSE;
  g_autofree char *held = layers_that_hold();
  assert_string_equal(held, "no-new-privileges system-calls sockets memory system-files home");
}

static void
test_what_timedate1_says(void **state)
{
  (void)state;
  GDBusConnection *bus = (GDBusConnection *)&machine; /* only handed through */
  static const struct {
    const char *reply;
    int flag;
  } tries[] = { { "(<true>,)", 1 }, { "(<false>,)", 0 }, { "(<'yes'>,)", -1 }, { NULL, -1 } };
  for (gsize i = 0; i < G_N_ELEMENTS(tries); i++) {
    machine.clock = tries[i].reply;
    assert_int_equal(cal_machine_clock_flag(bus, "NTPSynchronized"), tries[i].flag);
  }
  machine.clock = "(<true>,)";
  assert_int_equal(cal_machine_clock_flag(NULL, "NTPSynchronized"), -1);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup(test_each_layer_is_its_own, set_up),
    cmocka_unit_test_setup(test_all_and_none, set_up),
    cmocka_unit_test_setup(test_what_proc_does_not_tell_does_not_hold, set_up),
    cmocka_unit_test_setup(test_what_timedate1_says, set_up),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
