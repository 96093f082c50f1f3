/* SPDX-License-Identifier: GPL-2.0-or-later */
/* calciferd: the daemon. */
#include "app/rescue.h"
#include "app/wire.h"

#include "error.h"

#include <locale.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sysexits.h>

#define BIG_BYTES (64 * 1024)

/* The folder of shared data that holds ours: the first with foods, and its translations are the right ones.
 */
static const char *
data_folder(void)
{
  const char *const *dirs = g_get_system_data_dirs();
  for (; *dirs != NULL; dirs++) {
    g_autofree char *path = g_build_filename(*dirs, "calcifer", "foods.csv", NULL);
    if (g_file_test(path, G_FILE_TEST_EXISTS))
      return *dirs;
  }
  return CALCIFER_DATA;
}

static CalPaths
default_paths(void)
{
  return (CalPaths){
    .settings = g_build_filename(g_get_user_config_dir(), "calciferd", "calciferd.conf", NULL),
    .ledger = g_build_filename(g_get_user_data_dir(), "calciferd", "ledger.db", NULL),
    .keys = g_build_filename(g_get_user_data_dir(), "calciferd", "keys", NULL),
    .foods = g_build_filename(data_folder(), "calcifer", "foods.csv", NULL),
    .translations = g_build_filename(data_folder(), "locale", NULL),
  };
}

static void
free_paths(CalPaths *paths)
{
  g_free(paths->settings);
  g_free(paths->ledger);
  g_free(paths->keys);
  g_free(paths->foods);
  g_free(paths->translations);
}

/* --version, --help, and what calciferctl asks for when there is no daemon to ask. */
static int
run_word(const char *word)
{
  CalPaths paths = default_paths();
  const int status = cal_app_rescue(word, &paths);
  free_paths(&paths);
  if (status >= 0)
    return status;
  printf("calciferd " CALCIFER_VERSION
         ": the daemon of Calcifer. It takes no arguments; see calciferd(8).\n");
  return g_str_equal(word, "--version") || g_str_equal(word, "--help") ? EXIT_SUCCESS : 2;
}

/* What the unit tells apart: what stays so until a person acts is not tried again. */
static int
status_of(const GError *error)
{
  if (g_error_matches(error, CAL_ERROR, CAL_ERROR_DAMAGED))
    return EX_DATAERR;
  if (g_error_matches(error, CAL_ERROR, CAL_ERROR_INVALID))
    return EX_CONFIG;
  return EX_TEMPFAIL;
}

static int
complain(const GError *error)
{
  if (g_error_matches(error, CAL_ERROR, CAL_ERROR_STORAGE) ||
      g_error_matches(error, CAL_ERROR, CAL_ERROR_DAMAGED))
    cal_journal(G_LOG_LEVEL_WARNING, CAL_JOURNAL_LEDGER, "%s", error->message);
  else
    g_warning("%s", error->message);
  return status_of(error);
}

int
main(int argc, char **argv)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);
  setlocale(LC_CTYPE, ""); /* and no more of it: see app/tongue.h */
  /* Health data: no core dump, and no other program of this user reads this memory (prctl(2)). */
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  /* A day that is folded, a reply of a hundred days: pages of their own, which go back when they are freed.
   */
  mallopt(M_MMAP_THRESHOLD, BIG_BYTES);
  /* GDBus's thread has little to do: what it frees may serve the main one. */
  mallopt(M_ARENA_MAX, 1);
  if (argc > 1)
    return run_word(argv[1]);
  CalJournal *journal = cal_journal_new(G_LOG_LEVEL_MESSAGE);
  CalApp *app = cal_app_new(loop, journal, default_paths(), &error);
  if (app == NULL)
    return complain(error);
  g_main_loop_run(loop);
  const int status = app->exit_status;
  cal_app_free(app);
  return status;
}
