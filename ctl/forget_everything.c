/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `forget --everything`: after a typed confirmation the daemon removes ledger and keys, the client the
 * settings. */
#include "forget_everything.h"

#include "client.h"
#include "language.h"
#include "verb.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

#define CONFIRMATION "forget everything" /* VERBATIM */
#define WAIT_S       10

static gboolean
is_confirmed(void)
{
  char line[64] = "";
  fprintf(stderr,
          _("This removes the ledger with all that you entered or received, the keys of your tags, and the "
            "settings.\n"
            "There is no way back; 'calciferctl backup FILE' makes a copy first.\n"
            "Type '%s' to go on: "),
          CONFIRMATION);
  if (fgets(line, sizeof line, stdin) == NULL) {
    fputc('\n', stderr); /* what follows begins a line of its own */
    return FALSE;
  }
  line[strcspn(line, "\n")] = '\0';
  return g_str_equal(line, CONFIRMATION);
}

static int
remove_settings(void)
{
  g_autofree char *path = g_build_filename(g_get_user_config_dir(), "calciferd", "calciferd.conf", NULL);
  if (g_unlink(path) == 0 || errno == ENOENT)
    return CTL_EXIT_DONE;
  return ctl_failure(_("%s: %s; remove it yourself."), path, g_strerror(errno));
}

int
ctl_forget_everything(void)
{
  GError *error = NULL;
  if (!is_confirmed())
    return ctl_failure(
        _("nothing was removed: '%s' was not typed. 'calciferctl forget --everything' asks again."),
        CONFIRMATION);
  g_autoptr(CtlClient) client = ctl_client_new(&error);
  g_autoptr(GVariant) reply = client != NULL
                                  ? ctl_client_call(client, "Service1", "ForgetEverything",
                                                    g_variant_new("(s)", CONFIRMATION), "()", &error)
                                  : NULL;
  if (reply == NULL)
    return ctl_client_complain(error);
  /* The files go when the daemon ends. */
  if (!ctl_client_wait_for_end(client, WAIT_S))
    return ctl_failure(_("the daemon has not ended yet; type 'systemctl --user stop calciferd'."));
  const int status = remove_settings();
  if (status == CTL_EXIT_DONE)
    printf(
        _("Everything is forgotten. What your tags still hold, they would send to a new ledger when adopted "
          "again.\n"));
  return status;
}
