/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Facts about the machine, of a passwd file and a folder of the test's own. */
#include "../unit/cmocka_prelude.h"

#include <glib/gstdio.h>
#include <machine.h>

static void
test_accounts(void **state)
{
  char passwd[] =
      "root:x:0:0::/root:/bin/bash\nann:x:1000:1000::/h/ann:/bin/bash\n"
      "bob:x:1001:1001::/h/bob:/bin/zsh\ngdm:x:1002:1002::/:/usr/sbin/nologin\n"
      "eve:x:1003:1003::/h/eve:\n"
      "old:x:1004:1004::/:/bin/false\nlater:x:60000:60000::/:/bin/sh\nnobody:x:65534:65534::/:/bin/sh\n";
  FILE *file = fmemopen(passwd, sizeof passwd - 1, "r");
  g_auto(GStrv) others = cal_machine_accounts(file, 1000);
  (void)state;
  fclose(file);
  assert_int_equal(g_strv_length(others), 2);
  assert_string_equal(others[0], "bob");
  assert_string_equal(others[1], "eve"); /* no shell is /bin/sh: passwd(5) */
}

static void
put(const char *folder, const char *name, const char *file, const char *text)
{
  g_autofree char *dir = g_build_filename(folder, name, NULL);
  g_autofree char *path = g_build_filename(dir, file, NULL);
  assert_int_equal(g_mkdir_with_parents(dir, 0700), 0);
  assert_true(g_file_set_contents(path, text, -1, NULL));
}

static void
test_rfkill(void **state)
{
  g_autofree char *folder = g_dir_make_tmp("calcifer-rfkill-XXXXXX", NULL);
  g_autofree char *remove = g_strdup_printf("rm -r '%s'", folder);
  (void)state;
  assert_string_equal(cal_machine_rfkill("/nowhere"), "none");
  put(folder, "rfkill0", "type", "wlan\n");
  put(folder, "rfkill0", "soft", "1\n");
  put(folder, "rfkill1", "type", "bluetooth\n");
  put(folder, "rfkill1", "soft", "0\n");
  put(folder, "rfkill1", "hard", "0\n");
  assert_string_equal(cal_machine_rfkill(folder), "none");
  put(folder, "rfkill1", "soft", "1\n");
  assert_string_equal(cal_machine_rfkill(folder), "soft");
  put(folder, "rfkill1", "hard", "1\n");
  assert_string_equal(cal_machine_rfkill(folder), "hard");
  assert_true(g_spawn_command_line_sync(remove, NULL, NULL, NULL, NULL));
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_accounts),
    cmocka_unit_test(test_rfkill),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
