/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `export`, `import` and `backup`: the file is opened here, and the daemon is handed its descriptor. */
#include "archive.h"

#include "client.h"
#include "daemon_says.h"
#include "job.h"
#include "json.h"
#include "language.h"
#include "new_file.h"
#include "options.h"
#include "verb.h"
#include "verbs.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gunixfdlist.h>
#include <gio/gunixinputstream.h>
#include <gio/gunixoutputstream.h>
#include <glib-unix.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Calls a method whose only descriptor is `fd`, and waits for its job, see ctl_job_wait(). The descriptor is
 * closed. */
static GVariant *
run_job(CtlClient *client, const char *interface, const char *method, GVariant *arguments, int fd,
        gboolean quiet, GVariant **so_far, GError **error)
{
  const char *path;
  g_autoptr(GUnixFDList) list = g_unix_fd_list_new_from_array(&fd, 1); /* takes it */
  g_autoptr(GVariant) reply = g_dbus_connection_call_with_unix_fd_list_sync(
      ctl_client_bus(client), "org.calciferd", "/org/calciferd", interface, method, arguments,
      G_VARIANT_TYPE("(o)"), G_DBUS_CALL_FLAGS_NONE, -1, list, NULL, NULL, error);
  g_clear_object(&list); /* the daemon's copy is the last one: a pipe ends when it closes it */
  if (reply == NULL)
    return NULL;
  g_variant_get(reply, "(&o)", &path);
  return ctl_job_wait(client, path, quiet, so_far, error);
}

/* -- Export
 * ------------------------------------------------------------------------------------------------------- */

typedef struct {
  gboolean done;
  GError *error;
} Splice;

static void
on_spliced(GObject *source, GAsyncResult *result, gpointer data)
{
  Splice *splice = data;
  g_output_stream_splice_finish(G_OUTPUT_STREAM(source), result, &splice->error);
  splice->done = TRUE;
}

/* What stopped standard output is what there is to say, and not that the daemon's pipe broke of it. */
static GVariant *
blame_output(GVariant *result, GError *problem, GError **error)
{
  if (problem == NULL)
    return result;
  const gboolean is_read_enough = g_error_matches(problem, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE);
  g_clear_error(error);
  g_set_error_literal(error, G_FILE_ERROR, is_read_enough ? G_FILE_ERROR_PIPE : G_FILE_ERROR_FAILED,
                      problem->message);
  g_error_free(problem);
  g_clear_pointer(&result, g_variant_unref);
  return NULL;
}

/* Standard output may be anything; the daemon gets a pipe, and what comes out of it is passed on here. */
static GVariant *
export_to_stdout(CtlClient *client, const char *format, GError **error)
{
  int ends[2];
  Splice splice = { FALSE, NULL };
  if (!g_unix_open_pipe(ends, FD_CLOEXEC, error))
    return NULL;
  g_autoptr(GInputStream) from = g_unix_input_stream_new(ends[0], TRUE);
  g_autoptr(GOutputStream) to = g_unix_output_stream_new(STDOUT_FILENO, FALSE);
  g_output_stream_splice_async(to, from, G_OUTPUT_STREAM_SPLICE_CLOSE_SOURCE, G_PRIORITY_DEFAULT, NULL,
                               on_spliced, &splice);
  GVariant *result = run_job(client, "org.calciferd.Ledger1", "Export", g_variant_new("(sh)", format, 0),
                             ends[1], TRUE, NULL, error);
  while (!splice.done)
    g_main_context_iteration(NULL, TRUE);
  return blame_output(result, splice.error, error);
}

/* run_job() closes it. */
static int
hand_on(CtlNewFile *file)
{
  const int fd = file->fd;
  file->fd = -1;
  return fd;
}

int
ctl_archive_open(const char *path)
{
  struct stat facts;
  const int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0 || fstat(fd, &facts) != 0 || !S_ISDIR(facts.st_mode))
    return fd;
  close(fd);
  errno = EISDIR;
  return -1;
}

typedef enum { WRITTEN_EVENTS, WRITTEN_DAYS, WRITTEN_LEDGER } Written;

static void
print_written(Written what, gulong count, const char *path)
{
  g_autoptr(JsonBuilder) builder = json_builder_begin_object(json_builder_new());
  ctl_json_text(builder, "file", path);
  if (what != WRITTEN_LEDGER)
    ctl_json_number(builder, what == WRITTEN_DAYS ? "days" : "events", (double)count);
  json_builder_end_object(builder);
  ctl_json_print(builder);
}

static void
tell_written(Written what, gulong count, const char *path)
{
  switch (what) {
  case WRITTEN_EVENTS:
    printf(P_("%lu event is in %s.\n", "%lu events are in %s.\n", count), count, path);
    break;
  case WRITTEN_DAYS:
    printf(P_("%lu day is in %s.\n", "%lu days are in %s.\n", count), count, path);
    break;
  case WRITTEN_LEDGER:
    printf(_("the ledger is copied to %s.\n"), path);
    break;
  }
}

/* A reader of a pipe that has read enough is told nothing. */
static int
complain_unwritten(const char *path, GError *error)
{
  if (error->domain == G_FILE_ERROR) {
    g_autoptr(GError) owned = error;
    return g_error_matches(owned, G_FILE_ERROR, G_FILE_ERROR_PIPE)
               ? CTL_EXIT_FAILED
               : ctl_failure(_("standard output: %s; 'calciferctl export FILE' writes a file."),
                             owned->message);
  }
  if (path == NULL || !ctl_client_was_interrupted(error))
    return ctl_client_complain(error);
  g_error_free(error);
  return ctl_failure(_("interrupted; %s was not whole and is removed. The same command begins anew."), path);
}

/* Tells what was written; a file gets its name. */
static int
conclude(GVariant *result, GError *error, CtlNewFile *file, Written what, gboolean json)
{
  gint64 events = 0;
  const char *path = file->path;
  if (result == NULL)
    return complain_unwritten(path, error);
  if (path != NULL && !ctl_new_file_keep(file))
    return CTL_EXIT_FAILED;
  g_variant_lookup(result, "events", "x", &events);
  if (path != NULL)
    (json ? print_written : tell_written)(what, (gulong)events, path);
  return CTL_EXIT_DONE;
}

int
ctl_export(int argc, char **argv)
{
  g_autofree char *format = NULL;
  gboolean json = FALSE;
  GError *error = NULL;
  g_auto(CtlNewFile) file = { .fd = -1 };
  g_autoptr(GVariant) result = NULL;
  const GOptionEntry entries[] = {
    { "format", 0, 0, G_OPTION_ARG_STRING, &format, N_("csv, jsonl or fhir (jsonl)"), "F" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_("what was written, as JSON"), NULL },
    { NULL },
  };
  if (!ctl_options_parse(&argc, &argv, "[FILE]", entries))
    return CTL_EXIT_USAGE;
  if (argc == 1 && !json && isatty(STDOUT_FILENO))
    return ctl_usage_error(_("all of the ledger is much for a terminal, which would obey what a tag calls "
                             "itself: type 'calciferctl export FILE', or 'calciferctl export | less'."));
  if (argc > 2 || (json && argc < 2))
    return ctl_usage_error(_("export [--format csv|jsonl|fhir] [FILE]: one file, or standard output."));
  const char *as = format != NULL ? format : "jsonl", *path = argc > 1 ? argv[1] : NULL;
  g_autoptr(CtlClient) client = ctl_client_new(&error);
  if (client == NULL)
    return ctl_client_complain(error);
  if (path != NULL && !ctl_new_file_begin(&file, path))
    return CTL_EXIT_FAILED;
  result = path == NULL ? export_to_stdout(client, as, &error)
                        : run_job(client, "org.calciferd.Ledger1", "Export", g_variant_new("(sh)", as, 0),
                                  hand_on(&file), json, NULL, &error);
  return conclude(result, error, &file, g_str_equal(as, "fhir") ? WRITTEN_DAYS : WRITTEN_EVENTS, json);
}

int
ctl_backup(int argc, char **argv)
{
  gboolean json;
  GError *error = NULL;
  if (!ctl_options_parse_json(&argc, &argv, "FILE", &json))
    return CTL_EXIT_USAGE;
  if (argc != 2)
    return ctl_usage_error(_("backup FILE: the file that the copy goes into."));
  g_autoptr(CtlClient) client = ctl_client_new(&error);
  if (client == NULL)
    return ctl_client_complain(error);
  g_auto(CtlNewFile) file = { .fd = -1 };
  if (!ctl_new_file_begin(&file, argv[1]))
    return CTL_EXIT_FAILED;
  g_autoptr(GVariant) result = run_job(client, "org.calciferd.Service1", "Backup", g_variant_new("(h)", 0),
                                       hand_on(&file), json, NULL, &error);
  return conclude(result, error, &file, WRITTEN_LEDGER, json);
}

/* -- Import
 * ------------------------------------------------------------------------------------------------------- */

static guint32
count_of(GVariant *result, const char *name)
{
  guint32 count = 0;
  g_variant_lookup(result, name, "u", &count);
  return count;
}

static void
print_json(GVariant *result, const char *const *problems)
{
  static const char *const counts[] = { "fresh", "known", "conflicts", "bad" };
  g_autoptr(JsonBuilder) builder = json_builder_new();
  json_builder_begin_object(builder);
  for (gsize i = 0; i < G_N_ELEMENTS(counts); i++) {
    json_builder_set_member_name(builder, counts[i]);
    json_builder_add_int_value(builder, count_of(result, counts[i]));
  }
  json_builder_set_member_name(builder, "problems");
  json_builder_begin_array(builder);
  for (; *problems != NULL; problems++)
    json_builder_add_string_value(builder, *problems);
  json_builder_end_array(builder);
  json_builder_end_object(builder);
  ctl_json_print(builder);
}

static int
tell_import(GVariant *result, gboolean dry_run, gboolean json)
{
  g_autofree const char **problems = NULL;
  g_variant_lookup(result, "problems", "^a&s", &problems);
  const guint32 bad = count_of(result, "bad");
  if (json)
    print_json(result, problems);
  else
    printf(dry_run ? _("%u would be new, %u known already, %u differ from what is here, which stays.\n")
                   : _("%u new, %u known already, %u differ from what is here, which stays.\n"),
           count_of(result, "fresh"), count_of(result, "known"), count_of(result, "conflicts"));
  for (const char **problem = problems; !json && *problem != NULL; problem++) {
    g_autofree char *said = ctl_daemon_says(*problem);
    ctl_failure("%s", said);
  }
  if (bad > 0 && !json)
    ctl_failure(
        P_("%u line was left out; mend it and import the file again, which adds only what is missing.",
           "%u lines were left out; mend them and import the file again, which adds only what is missing.",
           bad),
        bad);
  return bad > 0 ? CTL_EXIT_FAILED : CTL_EXIT_DONE;
}

/* Neither JSON nor a header with a column `kind`: what kind of table it is then, the daemon says. */
static gboolean
may_be_foods(int fd)
{
  char head[4096];
  const gssize n = pread(fd, head, sizeof head - 1, 0);
  head[MAX(n, 0)] = '\0';
  head[strcspn(head, "\r\n")] = '\0';
  g_auto(GStrv) cells = g_strsplit_set(head, ",\"", -1);
  return head[0] != '{' && !g_strv_contains((const char *const *)cells, "kind");
}

/* What Ctrl-C ended: what was read by then is in. */
static int
tell_interrupted(GVariant *so_far, const char *file, gboolean dry_run, gboolean json)
{
  if (json)
    tell_import(so_far, dry_run, json);
  if (dry_run)
    return ctl_failure(_("interrupted after %u new and %u known; nothing was to be written."),
                       count_of(so_far, "fresh"), count_of(so_far, "known"));
  return ctl_failure(
      _("interrupted: %u new are in, %u were known. Type 'calciferctl import %s' to go on with the rest."),
      count_of(so_far, "fresh"), count_of(so_far, "known"), file);
}

int
ctl_import(int argc, char **argv)
{
  gboolean dry_run = FALSE, foods = FALSE, json = FALSE;
  GError *error = NULL;
  const GOptionEntry entries[] = {
    { "foods", 0, 0, G_OPTION_ARG_NONE, &foods, N_("only if it is a table of foods, per 100 g"), NULL },
    { "dry-run", 0, 0, G_OPTION_ARG_NONE, &dry_run, N_("only say what it would bring"), NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_("as JSON"), NULL },
    { NULL },
  };
  if (!ctl_options_parse(&argc, &argv, "FILE", entries))
    return CTL_EXIT_USAGE;
  if (argc != 2)
    return ctl_usage_error(
        _("import FILE [--foods] [--dry-run]: one file, as export wrote it, or a table of foods."));
  const int fd = ctl_archive_open(argv[1]);
  if (fd < 0)
    return ctl_failure(_("%s: %s; type the path of a file that export wrote."), argv[1], g_strerror(errno));
  if (foods && !may_be_foods(fd)) {
    close(fd);
    return ctl_failure(_("%s is no table of foods, but what export wrote; leave --foods out."), argv[1]);
  }
  g_autoptr(CtlClient) client = ctl_client_new(&error);
  if (client == NULL) {
    close(fd);
    return ctl_client_complain(error);
  }
  g_autoptr(GVariant) so_far = NULL;
  g_autoptr(GVariant) result = run_job(client, "org.calciferd.Ledger1", "Import",
                                       g_variant_new("(hb)", 0, dry_run), fd, json, &so_far, &error);
  if (result != NULL)
    return tell_import(result, dry_run, json);
  if (so_far == NULL || !ctl_client_was_interrupted(error))
    return ctl_client_complain(error);
  g_error_free(error);
  return tell_interrupted(so_far, argv[1], dry_run, json);
}
