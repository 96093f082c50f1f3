/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The way to stderr; the way to the journal needs a journal, and is the virtual machine's. */
#include "../unit/cmocka_prelude.h"

#include "journal.h"

#include <stdio.h>
#include <unistd.h>

/* GLib takes one writer in a process, so all tests share it. */
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
  return 0;
}

typedef struct {
  FILE *file;
  int stderr_fd;
} Caught;

static Caught
catch_stderr(void)
{
  Caught caught = { tmpfile(), dup(STDERR_FILENO) };
  assert_non_null(caught.file);
  assert_true(dup2(fileno(caught.file), STDERR_FILENO) >= 0);
  return caught;
}

static char *
caught_text(Caught *caught)
{
  char text[512];
  fflush(stderr);
  rewind(caught->file);
  const size_t n = fread(text, 1, sizeof text - 1, caught->file);
  text[n] = '\0';
  dup2(caught->stderr_fd, STDERR_FILENO);
  close(caught->stderr_fd);
  fclose(caught->file);
  return g_strdup(text);
}

static void
test_example(void **state)
{
  cal_journal_set_level(*state, G_LOG_LEVEL_MESSAGE);
  Caught caught = catch_stderr();
  cal_journal(G_LOG_LEVEL_WARNING, CAL_JOURNAL_SETTINGS, "%s; the defaults hold", "line 2");
  g_autofree char *text = caught_text(&caught);
  assert_string_equal(text, "calciferd: WARNING: line 2; the defaults hold\n");
}

static void
test_level_drops_what_is_less_severe(void **state)
{
  cal_journal_set_level(*state, G_LOG_LEVEL_WARNING);
  Caught caught = catch_stderr();
  cal_journal(G_LOG_LEVEL_MESSAGE, CAL_JOURNAL_READY, "ready");
  g_message("old ways too");
  g_warning("kept");
  g_autofree char *text = caught_text(&caught);
  assert_string_equal(text, "calciferd: WARNING: kept\n");
}

static void
test_level_may_be_changed(void **state)
{
  cal_journal_set_level(*state, G_LOG_LEVEL_DEBUG);
  Caught caught = catch_stderr();
  g_debug("one");
  cal_journal_set_level(*state, G_LOG_LEVEL_INFO);
  g_debug("two");
  g_info("three");
  g_autofree char *text = caught_text(&caught);
  assert_string_equal(text, "calciferd: debug: one\ncalciferd: three\n");
}

static void
test_libraries_do_not_chatter(void **state)
{
  cal_journal_set_level(*state, G_LOG_LEVEL_DEBUG);
  Caught caught = catch_stderr();
  g_log("GLib-GIO", G_LOG_LEVEL_DEBUG, "chatter");
  g_log("GLib-GIO", G_LOG_LEVEL_WARNING, "trouble");
  g_autofree char *text = caught_text(&caught);
  assert_string_equal(text, "calciferd: WARNING: trouble\n");
}

static void
test_text_from_the_air_is_escaped(void **state)
{
  cal_journal_set_level(*state, G_LOG_LEVEL_MESSAGE);
  Caught caught = catch_stderr();
  g_warning("a tag named '%s'", "\033[2Jone\ntwo\xff\u202ethree");
  g_autofree char *text = caught_text(&caught);
  assert_string_equal(text, "calciferd: WARNING: a tag named '\ufffd[2Jone\ufffdtwo\ufffd\ufffdthree'\n");
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_example),
    cmocka_unit_test(test_level_drops_what_is_less_severe),
    cmocka_unit_test(test_level_may_be_changed),
    cmocka_unit_test(test_libraries_do_not_chatter),
    cmocka_unit_test(test_text_from_the_air_is_escaped),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
