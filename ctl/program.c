/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "program.h"

#include <unistd.h>

#define SERVICE_FILE "org.calciferd.service"

/* Exec= of an activation file in this data directory. */
static char *
executable_in(const char *data_dir)
{
  g_autofree char *path = g_build_filename(data_dir, "dbus-1", "services", SERVICE_FILE, NULL);
  g_autoptr(GKeyFile) file = g_key_file_new();
  if (!g_key_file_load_from_file(file, path, G_KEY_FILE_NONE, NULL))
    return NULL;
  return g_key_file_get_string(file, "D-BUS Service", "Exec", NULL);
}

static char *
find_executable(void)
{
  const char *const *dirs = g_get_system_data_dirs();
  char *found = executable_in(g_get_user_data_dir());
  for (; found == NULL && *dirs != NULL; dirs++)
    found = executable_in(*dirs);
  return found != NULL ? found : g_strdup(CALCIFERD_PATH);
}

gboolean
ctl_program_is_installed(void)
{
  g_autofree char *program = find_executable();
  return g_file_test(program, G_FILE_TEST_IS_EXECUTABLE);
}

GVariant *
ctl_program_run(const char *argument, int input, GError **error)
{
  g_autofree char *program = find_executable();
  const char *const words[] = { program, argument, NULL };
  g_autofree char *out = NULL, *complaint = NULL;
  g_autoptr(GSubprocessLauncher) launcher =
      g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
  if (input >= 0)
    g_subprocess_launcher_take_stdin_fd(launcher, input);
  g_autoptr(GSubprocess) process = g_subprocess_launcher_spawnv(launcher, words, error);
  if (process == NULL || !g_subprocess_communicate_utf8(process, NULL, NULL, &out, &complaint, error))
    return NULL;
  if (g_subprocess_get_successful(process))
    return g_variant_parse(G_VARIANT_TYPE("a{sv}"), out, NULL, NULL, error);
  g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_FAILED, g_strstrip(complaint));
  return NULL;
}
