/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `restore FILE` and `restore --salvage`: the running daemon does it as it ends, since it holds the ledger.
 * One that cannot begin with the ledger it has cannot be asked: then its program does the work by itself.
 */
#include "archive.h"
#include "client.h"
#include "daemon_says.h"
#include "job.h"
#include "json.h"
#include "language.h"
#include "options.h"
#include "program.h"
#include "verb.h"
#include "verbs.h"
#include "when.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gunixfdlist.h>
#include <math.h>
#include <stdio.h>
#include <unistd.h>

#define WAIT_S 20

static gint64
number_of(GVariant *result, const char *name)
{
  gint64 number = 0;
  g_variant_lookup(result, name, "x", &number);
  return number;
}

static gulong
count_of(GVariant *result, const char *name)
{
  return (gulong)number_of(result, name);
}

static char *
day_of(gint64 at)
{
  g_autoptr(GDateTime) time = g_date_time_new_from_unix_local(at);
  return time != NULL ? g_date_time_format(time, "%Y-%m-%d %H:%M") : g_strdup("?");
}

static void
tell_gone(GVariant *result)
{
  gboolean compared = FALSE;
  const gulong entries = count_of(result, "entries_gone"), records = count_of(result, "records_gone");
  g_autofree char *from = day_of(number_of(result, "from")), *to = day_of(number_of(result, "to"));
  g_variant_lookup(result, "compared", "b", &compared);
  if (!compared)
    return;
  if (entries == 0 && records == 0)
    printf(_("It holds all that the ledger before it held.\n"));
  if (entries > 0)
    printf(P_("%lu newer entry is not in it.\n", "%lu newer entries are not in it.\n", entries), entries);
  if (records > 0 && number_of(result, "from") != 0)
    printf(P_("%lu record of tags is not in it, from %s to %s; what a tag has deleted since does not come "
              "again.\n",
              "%lu records of tags are not in it, from %s to %s; what a tag has deleted since does not come "
              "again.\n",
              records),
           records, from, to);
  else if (records > 0)
    printf(P_("%lu record of tags is not in it; what a tag has deleted since does not come again.\n",
              "%lu records of tags are not in it; what a tag has deleted since does not come again.\n",
              records),
           records);
}

static void
tell_salvaged(GVariant *result)
{
  printf(_("Read %lu entries, %lu records and %lu samples; %lu entries and %lu records could not be read.\n"),
         count_of(result, "entries"), count_of(result, "records"), count_of(result, "samples"),
         count_of(result, "entries_lost"), count_of(result, "records_lost"));
}

/* `file`: NULL when it was salvaged. */
static void
tell(GVariant *result, const char *file)
{
  if (file == NULL)
    tell_salvaged(result);
  else
    printf(_("The ledger is that of %s now.\n"), file);
  tell_gone(result);
  printf(_("The ledger before it lies beside it, under the date of today.\n"));
}

/* An instant that is not known is 0 here, and null there. */
static void
add_instant(JsonBuilder *builder, GVariant *result, const char *name)
{
  const gint64 at = number_of(result, name);
  g_autofree char *iso = at != 0 ? ctl_when_iso(at) : NULL;
  ctl_json_text(builder, name, iso);
}

static void
print_json(GVariant *result)
{
  static const char *const gone[] = { "entries_gone", "records_gone", NULL };
  static const char *const salvaged[] = { "entries",      "records",      "samples",
                                          "entries_lost", "records_lost", NULL };
  gboolean compared = FALSE;
  gint64 number;
  g_autoptr(JsonBuilder) builder = json_builder_begin_object(json_builder_new());
  g_variant_lookup(result, "compared", "b", &compared);
  for (const char *const *name = gone; *name != NULL; name++)
    ctl_json_number(builder, *name, compared ? (double)number_of(result, *name) : NAN);
  add_instant(builder, result, "from");
  add_instant(builder, result, "to");
  for (const char *const *name = salvaged; *name != NULL; name++) {
    if (g_variant_lookup(result, *name, "x", &number))
      ctl_json_number(builder, *name, (double)number);
  }
  json_builder_end_object(builder);
  ctl_json_print(builder);
}

/* -- Through the daemon --------------------------------------------------------------------------------- */

static GVariant *
ask_daemon(CtlClient *client, int fd, gboolean json, GError **error)
{
  const char *path;
  const gboolean salvages = fd < 0;
  g_autoptr(GUnixFDList) list = g_unix_fd_list_new();
  const int index = salvages ? 0 : g_unix_fd_list_append(list, fd, error);
  if (index < 0)
    return NULL;
  g_autoptr(GVariant) reply = g_dbus_connection_call_with_unix_fd_list_sync(
      ctl_client_bus(client), "org.calciferd", "/org/calciferd", "org.calciferd.Service1",
      salvages ? "Salvage" : "Restore", salvages ? NULL : g_variant_new("(h)", index), G_VARIANT_TYPE("(o)"),
      G_DBUS_CALL_FLAGS_NONE, -1, list, NULL, NULL, error);
  if (reply == NULL)
    return NULL;
  g_variant_get(reply, "(&o)", &path);
  return ctl_job_wait(client, path, json, NULL, error);
}

/* The daemon replaces the ledger before it leaves the bus. */
static gboolean
wait_for_end(CtlClient *client, GError **error)
{
  if (ctl_client_wait_for_end(client, WAIT_S))
    return TRUE;
  g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT,
                      _("the daemon has not ended yet, and replaces the ledger when it does; type 'systemctl "
                        "--user stop calciferd'."));
  return FALSE;
}

/* systemd may have given up on a daemon that could not begin. */
static void
start_daemon(CtlClient *client, gboolean json)
{
  g_autoptr(GVariant) reset = g_dbus_connection_call_sync(
      ctl_client_bus(client), "org.freedesktop.systemd1", "/org/freedesktop/systemd1",
      "org.freedesktop.systemd1.Manager", "ResetFailedUnit", g_variant_new("(s)", "calciferd.service"), NULL,
      G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, NULL, NULL);
  g_autoptr(GVariant) version = ctl_client_get(client, "Service1", "Version", NULL);
  if (version == NULL && !json)
    printf(_("Type 'systemctl --user start calciferd' to go on.\n"));
}

/* -- The command ---------------------------------------------------------------------------------------- */

static GVariant *
replace(CtlClient *client, int fd, gboolean json, GError **error)
{
  if (!ctl_client_is_served(client))
    return ctl_program_run(fd >= 0 ? "--restore" : "--salvage", fd >= 0 ? dup(fd) : -1, error);
  g_autoptr(GVariant) result = ask_daemon(client, fd, json, error);
  return result != NULL && wait_for_end(client, error) ? g_steal_pointer(&result) : NULL;
}

static int
run(int fd, const char *file, gboolean json)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(CtlClient) client = ctl_client_new(&error);
  if (client == NULL)
    return ctl_client_complain(g_steal_pointer(&error));
  g_autoptr(GVariant) result = replace(client, fd, json, &error);
  if (result == NULL) {
    if (g_error_matches(error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_METHOD))
      return ctl_client_complain(g_steal_pointer(&error));
    if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
      return ctl_failure("%s", error->message);
    g_autofree char *said = ctl_client_sentence(error);
    return file == NULL
               ? ctl_failure(_("nothing was changed: %s."), said)
               : ctl_failure(_("nothing was changed: %s. Type the path of a file that backup wrote."), said);
  }
  if (json)
    print_json(result);
  else
    tell(result, file);
  start_daemon(client, json);
  return CTL_EXIT_DONE;
}

int
ctl_restore(int argc, char **argv)
{
  gboolean salvage = FALSE, json = FALSE;
  const GOptionEntry entries[] = {
    { "salvage", 0, 0, G_OPTION_ARG_NONE, &salvage, N_("read what can be read of a damaged ledger"), NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_("as JSON"), NULL },
    { NULL },
  };
  if (!ctl_options_parse(&argc, &argv, "FILE | --salvage", entries))
    return CTL_EXIT_USAGE;
  if (argc != (salvage ? 1 : 2))
    return ctl_usage_error(_("restore FILE, a file that backup wrote, or restore --salvage."));
  if (salvage)
    return run(-1, NULL, json);
  const int fd = ctl_archive_open(argv[1]);
  if (fd < 0)
    return ctl_failure(_("%s: %s; type the path of a file that backup wrote."), argv[1], g_strerror(errno));
  const int status = run(fd, argv[1], json);
  close(fd);
  return status;
}
