/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "settings.h"

#include "error.h"

#include <stdio.h>
#include <string.h>

typedef gboolean (*Take)(const char *value, CalSettings *settings);

/* One setting: its default goes through the same parser as the person's words. */
typedef struct {
  const char *section;
  const char *name;
  const char *fallback;
  const char *expected;
  const char *help;
  Take take;
} Row;

static gboolean
parse_clock(const char *text, guint16 *minutes)
{
  unsigned hour, minute;
  int used = 0;
  if (sscanf(text, "%2u:%2u%n", &hour, &minute, &used) != 2 || text[used] != '\0' || hour > 23 || minute > 59)
    return FALSE;
  *minutes = (guint16)(hour * 60 + minute);
  return TRUE;
}

static gboolean
take_quiet_hours(const char *value, CalSettings *settings)
{
  g_auto(GStrv) ends = NULL;
  if (g_str_equal(value, "none")) {
    settings->quiet = FALSE;
    return TRUE;
  }
  ends = g_strsplit(value, "-", 3);
  guint16 from, to;
  if (g_strv_length(ends) != 2 || !parse_clock(ends[0], &from) || !parse_clock(ends[1], &to) || from == to)
    return FALSE;
  settings->quiet = TRUE;
  settings->quiet_from = from;
  settings->quiet_to = to;
  return TRUE;
}

static gboolean
take_bubbles_per_day(const char *value, CalSettings *settings)
{
  guint64 number;
  if (!g_ascii_string_to_unsigned(value, 10, 0, 100, &number, NULL))
    return FALSE;
  settings->bubbles_per_day = (guint)number;
  return TRUE;
}

static gboolean
take_discreet(const char *value, CalSettings *settings)
{
  static const char *const words[] = { "conditions", "always", "never" };
  for (guint i = 0; i < G_N_ELEMENTS(words); i++) {
    if (g_str_equal(value, words[i])) {
      settings->discretion = (CalDiscretion)i;
      return TRUE;
    }
  }
  return FALSE;
}

static gboolean
take_log_level(const char *value, CalSettings *settings)
{
  static const struct {
    const char *word;
    GLogLevelFlags level;
  } levels[] = {
    { "warning", G_LOG_LEVEL_WARNING },
    { "message", G_LOG_LEVEL_MESSAGE },
    { "info", G_LOG_LEVEL_INFO },
    { "debug", G_LOG_LEVEL_DEBUG },
  };
  for (guint i = 0; i < G_N_ELEMENTS(levels); i++) {
    if (g_str_equal(value, levels[i].word)) {
      settings->log_level = levels[i].level;
      return TRUE;
    }
  }
  return FALSE;
}

static const Row rows[] = {
  { "Alerts", "QuietHours", "22:00-07:00", "HH:MM-HH:MM, or none",
    "No bubble appears in these hours of the local day, but for sunburn and an overdose.", take_quiet_hours },
  { "Alerts", "BubblesPerDay", "8", "a number from 0 to 100",
    "At most this many bubbles a day; what is left out stands in 'calciferctl alerts'.",
    take_bubbles_per_day },
  { "Alerts", "Discreet", "conditions", "conditions, always or never",
    "Which bubbles say only that Calcifer has a note: those that concern conditions and medicines, all, or "
    "none.",
    take_discreet },
  { "Log", "Level", "message", "warning, message, info or debug",
    "The least severe message that goes to the journal. No level writes health values.", take_log_level },
};

static const Row *
find_row(const char *section, const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    if (g_str_equal(rows[i].section, section) && g_str_equal(rows[i].name, name))
      return &rows[i];
  }
  return NULL;
}

void
cal_settings_default(CalSettings *settings)
{
  memset(settings, 0, sizeof *settings);
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    const gboolean taken = rows[i].take(rows[i].fallback, settings);
    g_assert(taken);
  }
}

static gboolean
refuse(GError **error, const char *path, guint line, const char *found, const char *expected)
{
  g_set_error(error, CAL_ERROR, CAL_ERROR_INVALID, "%s, line %u: '%s' is not %s", path, line, found,
              expected);
  return FALSE;
}

static gboolean
take_assignment(char *text, const char *section, const char *path, guint line, CalSettings *settings,
                GError **error)
{
  char *equals = strchr(text, '=');
  if (equals == NULL)
    return refuse(error, path, line, text, "a section in brackets or a line NAME=VALUE");
  *equals = '\0';
  const char *name = g_strstrip(text);
  const char *value = g_strstrip(equals + 1);
  const Row *row = find_row(section, name);
  if (row == NULL) {
    g_autofree char *where = g_strdup_printf("a setting of section [%s]; see calciferd.conf(5)", section);
    return refuse(error, path, line, name, where);
  }
  return row->take(value, settings) || refuse(error, path, line, value, row->expected);
}

static gboolean
take_line(char *text, char **section, const char *path, guint line, CalSettings *settings, GError **error)
{
  const gsize length = strlen(g_strstrip(text));
  if (length == 0 || text[0] == '#')
    return TRUE;
  if (text[0] != '[')
    return take_assignment(text, *section, path, line, settings, error);
  if (text[length - 1] != ']')
    return refuse(error, path, line, text, "a section in brackets");
  g_free(*section);
  *section = g_strndup(text + 1, length - 2);
  return TRUE;
}

gboolean
cal_settings_parse(const char *text, const char *path, CalSettings *settings, GError **error)
{
  g_autofree char *section = g_strdup("");
  g_auto(GStrv) lines = NULL;
  CalSettings parsed;
  if (!g_utf8_validate(text, -1, NULL))
    return refuse(error, path, 1, "the file", "UTF-8 text");
  cal_settings_default(&parsed);
  lines = g_strsplit(text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++) {
    if (!take_line(lines[i], &section, path, i + 1, &parsed, error))
      return FALSE;
  }
  *settings = parsed;
  return TRUE;
}

gboolean
cal_settings_read(const char *path, CalSettings *settings, GError **error)
{
  g_autofree char *text = NULL;
  g_autoptr(GError) problem = NULL;
  if (g_file_get_contents(path, &text, NULL, &problem))
    return cal_settings_parse(text, path, settings, error);
  if (g_error_matches(problem, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    return cal_settings_parse("", path, settings, error);
  g_set_error(error, CAL_ERROR, CAL_ERROR_STORAGE, "the settings cannot be read: %s", problem->message);
  return FALSE;
}

char *
cal_settings_describe(void)
{
  GString *text = g_string_new(NULL);
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
    g_string_append_printf(text, "[%s] %s = %s\n    %s\n    Expected: %s.\n\n", rows[i].section, rows[i].name,
                           rows[i].fallback, rows[i].help, rows[i].expected);
  return g_string_free(text, FALSE);
}
