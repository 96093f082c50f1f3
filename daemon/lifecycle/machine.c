/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "machine.h"

#include <pwd.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define TIMEDATE       "org.freedesktop.timedate1"
#define FIRST_PERSON   1000
#define LAST_PERSON    59999
#define SECCOMP_FILTER 2 /* prctl(2), PR_GET_SECCOMP */
#define WHOLE_UID_MAP  "4294967295"

/* -- Accounts ------------------------------------------------------------------------------------------- */

/* None is /bin/sh: passwd(5). */
static gboolean
is_shell(const char *shell)
{
  return !g_str_has_suffix(shell, "/nologin") && !g_str_has_suffix(shell, "/false");
}

char **
cal_machine_accounts(FILE *passwd, guint self)
{
  GPtrArray *names = g_ptr_array_new();
  for (const struct passwd *row; (row = fgetpwent(passwd)) != NULL;) {
    if (row->pw_uid >= FIRST_PERSON && row->pw_uid <= LAST_PERSON && row->pw_uid != self &&
        is_shell(row->pw_shell))
      g_ptr_array_add(names, g_strdup(row->pw_name));
  }
  g_ptr_array_add(names, NULL);
  return (char **)g_ptr_array_free(names, FALSE);
}

/* -- rfkill --------------------------------------------------------------------------------------------- */

static gboolean
reads(const char *folder, const char *name, const char *file, const char *value)
{
  g_autofree char *path = g_build_filename(folder, name, file, NULL);
  g_autofree char *text = NULL;
  return g_file_get_contents(path, &text, NULL, NULL) && g_str_equal(g_strstrip(text), value);
}

const char *
cal_machine_rfkill(const char *folder)
{
  const char *found = "none";
  g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
  for (const char *name; dir != NULL && (name = g_dir_read_name(dir)) != NULL;) {
    if (!reads(folder, name, "type", "bluetooth"))
      continue;
    if (reads(folder, name, "hard", "1"))
      return "hard";
    if (reads(folder, name, "soft", "1"))
      found = "soft";
  }
  return found;
}

/* -- The clock ------------------------------------------------------------------------------------------ */

int
cal_machine_clock_flag(GDBusConnection *bus, const char *property)
{
  g_autoptr(GVariant) value = NULL;
  g_autoptr(GVariant) reply =
      bus != NULL
          ? g_dbus_connection_call_sync(bus, TIMEDATE, "/org/freedesktop/timedate1",
                                        "org.freedesktop.DBus.Properties", "Get",
                                        g_variant_new("(ss)", TIMEDATE, property), G_VARIANT_TYPE("(v)"),
                                        G_DBUS_CALL_FLAGS_NONE, 5000, NULL, NULL)
          : NULL;
  if (reply == NULL)
    return -1;
  g_variant_get(reply, "(v)", &value);
  return g_variant_is_of_type(value, G_VARIANT_TYPE_BOOLEAN) ? g_variant_get_boolean(value) : -1;
}

/* -- The sandbox ---------------------------------------------------------------------------------------- */

static gboolean
internet_is_shut(void)
{
  const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd >= 0)
    close(fd);
  return fd < 0;
}

static gboolean
memory_is_shut(void)
{
  void *page = mmap(NULL, 4096, PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED)
    return TRUE;
  munmap(page, 4096);
  return FALSE;
}

static gboolean
is_read_only(const char *path)
{
  struct statvfs status;
  return statvfs(path, &status) == 0 && (status.f_flag & ST_RDONLY) != 0;
}

static gboolean
users_are_private(void)
{
  g_autofree char *map = NULL;
  return g_file_get_contents("/proc/self/uid_map", &map, NULL, NULL) && strstr(map, WHOLE_UID_MAP) == NULL;
}

/* No interface but lo. */
static gboolean
network_is_private(void)
{
  g_autofree char *text = NULL;
  if (!g_file_get_contents("/proc/self/net/dev", &text, NULL, NULL))
    return FALSE;
  g_auto(GStrv) parts = g_strsplit(text, ":", -1);
  return g_strv_length(parts) <= 2;
}

GVariant *
cal_machine_sandbox(void)
{
  GVariantBuilder layers = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE("a{sb}"));
  g_variant_builder_add(&layers, "{sb}", "no-new-privileges", prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1);
  g_variant_builder_add(&layers, "{sb}", "system-calls", prctl(PR_GET_SECCOMP, 0, 0, 0, 0) == SECCOMP_FILTER);
  g_variant_builder_add(&layers, "{sb}", "sockets", internet_is_shut());
  g_variant_builder_add(&layers, "{sb}", "memory", memory_is_shut());
  g_variant_builder_add(&layers, "{sb}", "users", users_are_private());
  g_variant_builder_add(&layers, "{sb}", "network", network_is_private());
  g_variant_builder_add(&layers, "{sb}", "system-files", is_read_only("/usr"));
  g_variant_builder_add(&layers, "{sb}", "home", is_read_only(g_get_home_dir()));
  return g_variant_builder_end(&layers);
}
