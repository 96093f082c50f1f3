/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "journal.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

/* More fields than GLib gives to any message. */
#define FIELDS_MAX 24

struct CalJournal {
  int least; /* a GLogLevelFlags, read by every thread that logs */
  gboolean is_journal;
};

/* 128 random bits each, as sd-id128(3) asks; systemd/calciferd.catalog has the same. */
static const char *const ids[] = {
  [CAL_JOURNAL_READY] = "ca6e5ec09f4d41e8b6b4555ac8e75b58",
  [CAL_JOURNAL_STOPPING] = "559f0a7949a4471b8265d4900285cd16",
  [CAL_JOURNAL_LEDGER] = "21731119d93543c1979f95112b015b57",
  [CAL_JOURNAL_SETTINGS] = "cf5f70df5b1a47f8bb87dc2c92ad782d",
  [CAL_JOURNAL_NAME_TAKEN] = "f16031cbd9ad480aa868db46618b8dec",
  [CAL_JOURNAL_WATCHDOG] = "8c2e8b02a3624f4fab1e0a6f40e6d6c4",
  [CAL_JOURNAL_COUNTER] = "b267d84d64c8446daac9bc64d539fc0c",
  [CAL_JOURNAL_BOND] = "645e4bb7258b4e7780f46fc5d66db764",
  [CAL_JOURNAL_FOODS] = "a018cee55fb645a6b9f103a33a7b9f1c",
};

static gboolean
is_harmless(gunichar c)
{
  return g_unichar_isprint(c) && c != 0x2028 && c != 0x2029; /* ends of a line and of a paragraph */
}

/* Control characters, ends of lines, bidirectional overrides and broken UTF-8 replaced. */
static char *
escape(const char *text, gssize length)
{
  g_autofree char *valid = g_utf8_make_valid(text, length);
  GString *escaped = g_string_new(NULL);
  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char(p)) {
    const gunichar c = g_utf8_get_char(p);
    g_string_append_unichar(escaped, is_harmless(c) ? c : 0xfffd);
  }
  return g_string_free(escaped, FALSE);
}

static const GLogField *
find_field(const GLogField *fields, gsize n_fields, const char *key)
{
  for (gsize i = 0; i < n_fields; i++) {
    if (g_str_equal(fields[i].key, key))
      return &fields[i];
  }
  return NULL;
}

/* What is less severe than asked for, and the chatter of libraries that nobody asked for (G_MESSAGES_DEBUG
 * does). */
static gboolean
is_dropped(CalJournal *journal, GLogLevelFlags level, const GLogField *domain)
{
  const GLogLevelFlags severity = level & G_LOG_LEVEL_MASK;
  if (domain != NULL && domain->length < 0)
    return g_log_writer_default_would_drop(severity, domain->value);
  return severity > (GLogLevelFlags)g_atomic_int_get(&journal->least);
}

static const char *
level_word(GLogLevelFlags level)
{
  if (level & G_LOG_LEVEL_ERROR)
    return "ERROR: ";
  if (level & G_LOG_LEVEL_CRITICAL)
    return "CRITICAL: ";
  if (level & G_LOG_LEVEL_WARNING)
    return "WARNING: ";
  return level & G_LOG_LEVEL_DEBUG ? "debug: " : "";
}

static GLogWriterOutput
write_line(GLogLevelFlags level, const char *message)
{
  fprintf(stderr, "calciferd: %s%s\n", level_word(level), message);
  return G_LOG_WRITER_HANDLED;
}

/* With all its fields, and the message escaped: the journal would keep each byte. */
static GLogWriterOutput
write_fields(GLogLevelFlags level, const char *message, const GLogField *fields, gsize n_fields)
{
  GLogField copy[FIELDS_MAX];
  const gsize n = MIN(n_fields, FIELDS_MAX - 1);
  for (gsize i = 0; i < n; i++) {
    copy[i] = fields[i];
    if (g_str_equal(fields[i].key, "MESSAGE"))
      copy[i] = (GLogField){ "MESSAGE", message, -1 };
  }
  copy[n] = (GLogField){ "SYSLOG_IDENTIFIER", "calciferd", -1 };
  return g_log_writer_journald(level, copy, n + 1, NULL);
}

static GLogWriterOutput
write_message(GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer data)
{
  CalJournal *journal = data;
  const GLogField *field = find_field(fields, n_fields, "MESSAGE");
  if (field == NULL || is_dropped(journal, level, find_field(fields, n_fields, "GLIB_DOMAIN")))
    return G_LOG_WRITER_HANDLED;
  g_autofree char *message = escape(field->value, field->length);
  if (journal->is_journal && write_fields(level, message, fields, n_fields) == G_LOG_WRITER_HANDLED)
    return G_LOG_WRITER_HANDLED;
  return write_line(level, message);
}

CalJournal *
cal_journal_new(GLogLevelFlags least)
{
  CalJournal *journal = g_new0(CalJournal, 1);
  journal->is_journal = g_log_writer_is_journald(STDERR_FILENO);
  cal_journal_set_level(journal, least);
  g_log_set_writer_func(write_message, journal, NULL);
  return journal;
}

void
cal_journal_set_level(CalJournal *journal, GLogLevelFlags least)
{
  g_atomic_int_set(&journal->least, (int)least);
}

void
cal_journal(GLogLevelFlags level, CalJournalMessage message, const char *format, ...)
{
  va_list arguments;
  va_start(arguments, format);
  g_autofree char *text = g_strdup_vprintf(format, arguments);
  va_end(arguments);
  g_log_structured(NULL, level, "MESSAGE_ID", ids[message], "MESSAGE", "%s", text);
}
