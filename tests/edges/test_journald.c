/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The way to the journal, which is the test's own: what comes there, and where it goes when the journal is
 * gone. */
#include "../unit/cmocka_prelude.h"

#include "journal.h"

#include <stdio.h>
#include <unistd.h>

#define N_FIELDS 40

/* The calls below have no argument for it. */
static struct {
  gboolean is_gone;
  guint n;
  char *fields[N_FIELDS]; /* of the last message, KEY=value */
} journald;

/* The linker puts these in the place of GLib's. */
gboolean __wrap_g_log_writer_is_journald(gint fd);
GLogWriterOutput __wrap_g_log_writer_journald(GLogLevelFlags level, const GLogField *fields, gsize n,
                                              gpointer data);

gboolean
__wrap_g_log_writer_is_journald(gint fd)
{
  return fd == STDERR_FILENO;
}

static void
forget(void)
{
  for (guint i = 0; i < journald.n; i++)
    g_free(journald.fields[i]);
  journald.n = 0;
}

GLogWriterOutput
__wrap_g_log_writer_journald(GLogLevelFlags level, const GLogField *fields, gsize n, gpointer data)
{
  (void)level;
  (void)data;
  if (journald.is_gone)
    return G_LOG_WRITER_UNHANDLED;
  forget();
  for (gsize i = 0; i < n && i < N_FIELDS; i++)
    journald.fields[journald.n++] = g_strdup_printf("%s=%s", fields[i].key, (const char *)fields[i].value);
  return G_LOG_WRITER_HANDLED;
}

static gboolean
has(const char *field)
{
  for (guint i = 0; i < journald.n; i++) {
    if (g_str_equal(journald.fields[i], field))
      return TRUE;
  }
  return FALSE;
}

static int
set_up(void **state)
{
  *state = cal_journal_new(G_LOG_LEVEL_MESSAGE);
  return 0;
}

static int
tear_down(void **state)
{
  g_free(*state);
  forget();
  return 0;
}

static void
test_a_message_with_its_fields(void **state)
{
  (void)state;
  cal_journal(G_LOG_LEVEL_WARNING, CAL_JOURNAL_SETTINGS, "%s; the defaults hold", "line 2");
  assert_true(has("MESSAGE=line 2; the defaults hold"));
  assert_true(has("MESSAGE_ID=cf5f70df5b1a47f8bb87dc2c92ad782d"));
  assert_true(has("PRIORITY=4"));
  assert_true(has("SYSLOG_IDENTIFIER=calciferd"));
}

static void
test_text_from_the_air_is_escaped_there_too(void **state)
{
  (void)state;
  g_warning("a tag named '%s'", "one\ntwo\033");
  assert_true(has("MESSAGE=a tag named 'one\ufffdtwo\ufffd'"));
}

static void
test_less_severe_ones_do_not_come(void **state)
{
  (void)state;
  forget();
  g_info("nobody asked");
  assert_int_equal(journald.n, 0);
}

/* More fields than there is room for: whoever wrote is named all the same. */
static void
test_many_fields(void **state)
{
  (void)state;
  GLogField fields[N_FIELDS] = { { "MESSAGE", "many", -1 } };
  for (gsize i = 1; i < N_FIELDS; i++)
    fields[i] = (GLogField){ "CODE_FUNC", "main", -1 };
  g_log_structured_array(G_LOG_LEVEL_WARNING, fields, N_FIELDS);
  assert_true(journald.n < N_FIELDS);
  assert_true(has("MESSAGE=many"));
  assert_true(has("SYSLOG_IDENTIFIER=calciferd"));
}

static void
test_without_a_message_there_is_nothing_to_tell(void **state)
{
  (void)state;
  const GLogField field = { "CODE_FUNC", "main", -1 };
  forget();
  g_log_structured_array(G_LOG_LEVEL_WARNING, &field, 1);
  assert_int_equal(journald.n, 0);
}

static void
test_a_journal_that_is_gone(void **state)
{
  char text[100] = "";
  (void)state;
  FILE *file = tmpfile();
  const int before = dup(STDERR_FILENO);
  journald.is_gone = TRUE;
  assert_true(dup2(fileno(file), STDERR_FILENO) >= 0);
  g_critical("not lost");
  fflush(stderr);
  dup2(before, STDERR_FILENO);
  close(before);
  journald.is_gone = FALSE;
  rewind(file);
  assert_non_null(fgets(text, sizeof text, file));
  fclose(file);
  assert_string_equal(text, "calciferd: CRITICAL: not lost\n");
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_a_message_with_its_fields),
    cmocka_unit_test(test_text_from_the_air_is_escaped_there_too),
    cmocka_unit_test(test_less_severe_ones_do_not_come),
    cmocka_unit_test(test_many_fields),
    cmocka_unit_test(test_without_a_message_there_is_nothing_to_tell),
    cmocka_unit_test(test_a_journal_that_is_gone),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
