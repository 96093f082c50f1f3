/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fault.h"

static const struct {
  const char *name;
  gsize offset;
} knobs[] = {
  { "drop", G_STRUCT_OFFSET(SimFaults, drop) },
  { "duplicate", G_STRUCT_OFFSET(SimFaults, duplicate) },
  { "shuffle", G_STRUCT_OFFSET(SimFaults, shuffle) },
  { "early-answer", G_STRUCT_OFFSET(SimFaults, early_answer) },
  { "never-answer", G_STRUCT_OFFSET(SimFaults, never_answer) },
  { "junk", G_STRUCT_OFFSET(SimFaults, junk) },
  { "lie-report", G_STRUCT_OFFSET(SimFaults, lie_report) },
  { "lie-delete", G_STRUCT_OFFSET(SimFaults, lie_delete) },
  { "alter", G_STRUCT_OFFSET(SimFaults, alter) },
  { "racp-error", G_STRUCT_OFFSET(SimFaults, racp_error) },
};

gboolean
sim_faults_set(SimFaults *faults, const char *name, guint value)
{
  for (gsize i = 0; i < G_N_ELEMENTS(knobs); i++)
    if (g_str_equal(knobs[i].name, name)) {
      G_STRUCT_MEMBER(guint, faults, knobs[i].offset) = value;
      return TRUE;
    }
  return FALSE;
}
