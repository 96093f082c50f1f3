/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fence.h"

#include "lifecycle/confine.h"
#include "lifecycle/machine.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/* A rule is about what is there when it is made; a folder that is made now is there after a loss of power.
 * One that cannot be made cannot be used either, and who needs it says so. */
static char *
folder_of(const char *path)
{
  char *folder = g_path_get_dirname(path);
  g_autofree char *parent = g_path_get_dirname(folder);
  if (g_file_test(folder, G_FILE_TEST_IS_DIR) || g_mkdir_with_parents(folder, 0700) != 0)
    return folder;
  const int fd = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd >= 0) {
    if (fsync(fd) != 0)
      g_warning("%s may be gone after a loss of power: %s", folder, g_strerror(errno));
    close(fd);
  }
  return folder;
}

/* Time zones, translations, the tables of the C library and the names of accounts are in the first two. */
static int
confine(const CalPaths *paths)
{
  g_autofree char *ledger = folder_of(paths->ledger);
  g_autofree char *keys = folder_of(paths->keys);
  g_autofree char *settings = folder_of(paths->settings);
  g_autofree char *foods = g_path_get_dirname(paths->foods);
  const CalConfineRule rules[] = {
    { "/usr", CAL_CONFINE_READ },        { "/etc", CAL_CONFINE_READ },
    { "/dev/null", CAL_CONFINE_CHANGE }, { "/dev/urandom", CAL_CONFINE_READ },
    { foods, CAL_CONFINE_READ },         { paths->translations, CAL_CONFINE_READ },
    { settings, CAL_CONFINE_READ },      { keys, CAL_CONFINE_CHANGE },
    { ledger, CAL_CONFINE_CHANGE },
  };
  return cal_confine(rules, G_N_ELEMENTS(rules));
}

/* Once confined, the process cannot look at itself in /proc any more. */
GVariant *
cal_app_fence(const CalPaths *paths)
{
  g_autoptr(GVariant) others = g_variant_ref_sink(cal_machine_sandbox());
  GVariantBuilder all = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE("a{sb}"));
  GVariantIter iter;
  const char *name;
  gboolean holds;
  if (g_strcmp0(g_getenv("CALCIFERD_CONFINE"), "yes") == 0 && confine(paths) == 0)
    g_message("this kernel has no Landlock, or does not let us use it; the other layers of the sandbox stay");
  g_variant_iter_init(&iter, others);
  while (g_variant_iter_next(&iter, "{&sb}", &name, &holds))
    g_variant_builder_add(&all, "{sb}", name, holds);
  g_variant_builder_add(&all, "{sb}", "files", cal_confine_holds());
  return g_variant_builder_end(&all);
}
