/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../unit/cmocka_prelude.h"

#include "error.h"
#include "keys.h"

#include <glib/gstdio.h>
#include <sys/stat.h>

static const guint8 secret[CAL_KEY_SIZE] = { 0x23, 0x1d, 0x39, 0xc1, 0xd7, 0xcc, 0x1a, 0xb1,
                                             0xae, 0xe2, 0x24, 0xcd, 0x09, 0x6d, 0xb9, 0x32 };
static const CalAddress tag = { { 0x54, 0x48, 0xe6, 0x8f, 0x80, 0xa5 } };

typedef struct {
  char *directory;
  char *path;
} Place;

static int
set_up(void **state)
{
  Place *place = g_new0(Place, 1);
  place->directory = g_dir_make_tmp("calcifer-keys-XXXXXX", NULL);
  place->path = g_build_filename(place->directory, "keys", NULL);
  *state = place;
  return 0;
}

static int
tear_down(void **state)
{
  Place *place = *state;
  g_unlink(place->path);
  g_rmdir(place->directory);
  g_free(place->path);
  g_free(place->directory);
  g_free(place);
  return 0;
}

static void
test_example(void **state)
{
  const Place *place = *state;
  g_autoptr(CalKeys) keys = cal_keys_open(place->path, NULL);
  assert_null(cal_keys_find(keys, &tag));
  assert_true(cal_keys_set(keys, &tag, secret, NULL));
  assert_memory_equal(cal_keys_find(keys, &tag), secret, sizeof secret);
}

static void
test_keys_survive_and_are_for_their_owner_alone(void **state)
{
  const Place *place = *state;
  struct stat status;
  {
    g_autoptr(CalKeys) keys = cal_keys_open(place->path, NULL);
    assert_true(cal_keys_set(keys, &tag, secret, NULL));
  }
  assert_int_equal(stat(place->path, &status), 0);
  assert_int_equal(status.st_mode & 0777, 0600);
  g_autoptr(CalKeys) again = cal_keys_open(place->path, NULL);
  assert_memory_equal(cal_keys_find(again, &tag), secret, sizeof secret);
  assert_true(cal_keys_set(again, &tag, NULL, NULL));
  g_autoptr(CalKeys) third = cal_keys_open(place->path, NULL);
  assert_null(cal_keys_find(third, &tag));
}

static void
test_wrong_line_is_named(void **state)
{
  const Place *place = *state;
  g_autoptr(GError) error = NULL;
  assert_true(g_file_set_contents(place->path, "54:48:E6:8F:80:A5 231d39\n", -1, NULL));
  assert_null(cal_keys_open(place->path, &error));
  assert_true(g_error_matches(error, CAL_ERROR, CAL_ERROR_INVALID));
  assert_non_null(strstr(error->message, "line 1"));
  assert_null(strstr(error->message, "231d39")); /* not even a part of a key is told */
}

static void
test_each_wrong_line_is_refused(void **state)
{
  const Place *place = *state;
  static const char *const wrong[] = { "54:48:E6:8F:80:A5", "54:48:E6:8F:80 231d39c1d7cc1ab1aee224cd096db932",
                                       "54:48:E6:8F:80:A5 g31d39c1d7cc1ab1aee224cd096db932",
                                       "54:48:E6:8F:80:A5 2g1d39c1d7cc1ab1aee224cd096db932",
                                       "54:48:E6:8F:80:A5  231d39c1d7cc1ab1aee224cd096db932" };
  for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
    g_autoptr(GError) error = NULL;
    g_autofree char *text = g_strdup_printf("\n%s\n", wrong[i]);
    assert_true(g_file_set_contents(place->path, text, -1, NULL));
    assert_null(cal_keys_open(place->path, &error));
    assert_non_null(strstr(error->message, "line 2"));
  }
}

static void
put_beside(const Place *place, const char *name)
{
  g_autofree char *path = g_build_filename(place->directory, name, NULL);
  assert_true(g_file_set_contents(path, "secret", -1, NULL));
}

static gboolean
take_away(const Place *place, const char *name)
{
  g_autofree char *path = g_build_filename(place->directory, name, NULL);
  return g_unlink(path) == 0;
}

/* A crash may leave keys in a file that nobody looks at again; what is somebody else's stays. */
static void
test_what_a_crash_left_goes(void **state)
{
  const Place *place = *state;
  put_beside(place, "keys.AB12CD");
  put_beside(place, "keys.old");
  put_beside(place, "keysXAB12CD");
  g_autoptr(CalKeys) keys = cal_keys_open(place->path, NULL);
  assert_false(take_away(place, "keys.AB12CD"));
  assert_true(take_away(place, "keys.old"));
  assert_true(take_away(place, "keysXAB12CD"));
  assert_true(cal_keys_set(keys, &tag, secret, NULL));
  put_beside(place, "keys.AB12CD");
  assert_true(cal_keys_remove(place->path, NULL));
  assert_false(take_away(place, "keys.AB12CD"));
  assert_false(g_file_test(place->path, G_FILE_TEST_EXISTS));
  assert_true(cal_keys_remove(place->path, NULL)); /* there are none */
}

/* A folder in their place. */
static void
test_keys_that_cannot_be_read_or_removed(void **state)
{
  const Place *place = *state;
  g_autoptr(GError) error = NULL, stays = NULL;
  assert_int_equal(g_mkdir(place->path, 0700), 0);
  assert_null(cal_keys_open(place->path, &error));
  assert_true(g_error_matches(error, CAL_ERROR, CAL_ERROR_STORAGE));
  assert_false(cal_keys_remove(place->path, &stays));
  assert_true(g_error_matches(stays, CAL_ERROR, CAL_ERROR_STORAGE));
  g_rmdir(place->path);
}

/* The file cannot be written, since its folder is gone; then it can. */
static void
test_what_could_not_be_written_is_as_before(void **state)
{
  const Place *place = *state;
  static const guint8 other[CAL_KEY_SIZE] = { 9 };
  g_autoptr(GError) error = NULL;
  g_autofree char *aside = g_strconcat(place->directory, ".aside", NULL);
  g_autoptr(CalKeys) keys = cal_keys_open(place->path, NULL);
  assert_true(cal_keys_set(keys, &tag, secret, NULL));
  assert_int_equal(g_rename(place->directory, aside), 0);
  assert_false(cal_keys_set(keys, &tag, other, &error));
  assert_true(g_error_matches(error, CAL_ERROR, CAL_ERROR_STORAGE));
  assert_memory_equal(cal_keys_find(keys, &tag), secret, sizeof secret);
  assert_false(cal_keys_set(keys, &tag, NULL, NULL));
  assert_non_null(cal_keys_find(keys, &tag)); /* it is in the file still */
  assert_int_equal(g_rename(aside, place->directory), 0);
  assert_true(cal_keys_set(keys, &tag, NULL, NULL));
  g_autoptr(CalKeys) again = cal_keys_open(place->path, NULL);
  assert_null(cal_keys_find(again, &tag));
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup_teardown(test_example, set_up, tear_down),
    cmocka_unit_test_setup_teardown(test_keys_survive_and_are_for_their_owner_alone, set_up, tear_down),
    cmocka_unit_test_setup_teardown(test_wrong_line_is_named, set_up, tear_down),
    cmocka_unit_test_setup_teardown(test_each_wrong_line_is_refused, set_up, tear_down),
    cmocka_unit_test_setup_teardown(test_what_a_crash_left_goes, set_up, tear_down),
    cmocka_unit_test_setup_teardown(test_keys_that_cannot_be_read_or_removed, set_up, tear_down),
    cmocka_unit_test_setup_teardown(test_what_could_not_be_written_is_as_before, set_up, tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
