/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The settings file, $XDG_CONFIG_HOME/calciferd/calciferd.conf: what changes no number. The daemon reads it
 * and never writes it. A missing file is a file that says nothing.
 */
#ifndef CALCIFERD_SETTINGS_H
#define CALCIFERD_SETTINGS_H

#include <glib.h>

typedef enum CalDiscretion {
  CAL_DISCRETION_CONDITIONS, /* bubbles about conditions and medicines say only that there is a note */
  CAL_DISCRETION_ALWAYS,     /* all bubbles do */
  CAL_DISCRETION_NEVER,
} CalDiscretion;

typedef struct CalSettings {
  gboolean quiet;        /* there are quiet hours */
  guint16 quiet_from;    /* minutes after local midnight, 0 to 1439 */
  guint16 quiet_to;      /* likewise; before quiet_from: they run over midnight */
  guint bubbles_per_day; /* 0 to 100; critical ones do not count */
  CalDiscretion discretion;
  GLogLevelFlags log_level; /* the least severe that is written */
} CalSettings;

/* What an empty file means. */
void cal_settings_default(CalSettings *settings);

/* Reads a file. On CAL_ERROR_INVALID, whose message names file, line and what was expected, or
 * CAL_ERROR_STORAGE, *settings is untouched: the last good settings stay. */
gboolean cal_settings_read(const char *path, CalSettings *settings, GError **error);

/* The same of text, `path` being what messages call it. */
gboolean cal_settings_parse(const char *text, const char *path, CalSettings *settings, GError **error);

/* The table as text, one setting a paragraph: "[section] name = default", then its help. For the manual page.
 * Free with g_free(). */
char *cal_settings_describe(void);

#endif
