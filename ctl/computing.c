/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "computing.h"

#include "language.h"

#define LOOK_AGAIN_US (100 * G_TIME_SPAN_MILLISECOND)

gboolean
ctl_computing(CtlClient *client)
{
  g_autoptr(GVariant) computing = ctl_client_get(client, "Service1", "Computing", NULL);
  return ctl_computing_is(computing);
}

gboolean
ctl_computing_is(GVariant *computing)
{
  return computing != NULL && g_variant_is_of_type(computing, G_VARIANT_TYPE_BOOLEAN) &&
         g_variant_get_boolean(computing);
}

void
ctl_computing_tell(FILE *file)
{
  fprintf(file, "%s\n", _("Earlier days are being computed; what depends on them comes by itself."));
}

gboolean
ctl_computing_wait(CtlClient *client)
{
  if (!ctl_computing(client))
    return FALSE;
  do
    g_usleep(LOOK_AGAIN_US);
  while (ctl_computing(client));
  return TRUE;
}
