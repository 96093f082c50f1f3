/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../../unit/cmocka_prelude.h"

#include <notify/message.h>
#include <notify/text.h>

static const CalNotifyAbilities everything = {
  .actions = TRUE, .body = TRUE, .markup = TRUE, .persistence = TRUE
};

static GVariant *
message_for(const CalBubble *bubble, const CalNotifyAbilities *abilities, guint32 replaces_id)
{
  return g_variant_ref_sink(cal_notify_message("Calcifer", "org.calciferd", abilities, bubble, replaces_id));
}

static void
assert_strings(GVariant *array, const char *const *expected)
{
  g_autofree const char **strings = g_variant_get_strv(array, NULL);
  assert_int_equal(g_strv_length((char **)strings), g_strv_length((char **)expected));
  for (gsize i = 0; expected[i]; i++)
    assert_string_equal(strings[i], expected[i]);
}

static void
test_example(void **state)
{
  (void)state;
  const CalBubbleButton taken = { "taken", "Taken" };
  const CalBubble bubble = { .topic = "dose",
                             .summary = "Tablet due",
                             .body = "1 < 2 tablets",
                             .urgency = CAL_URGENCY_NORMAL,
                             .actions = &taken,
                             .n_actions = 1 };
  g_autoptr(GVariant) message = message_for(&bubble, &everything, 7);
  const char *app, *icon, *summary, *body;
  guint32 replaces;
  gint32 timeout;
  g_autoptr(GVariant) actions = NULL;
  g_autoptr(GVariant) hints = NULL;
  g_variant_get(message, "(&su&s&s&s@as@a{sv}i)", &app, &replaces, &icon, &summary, &body, &actions, &hints,
                &timeout);
  assert_string_equal(app, "Calcifer");
  assert_int_equal(replaces, 7);
  assert_string_equal(summary, "Tablet due");
  assert_string_equal(body, "1 &lt; 2 tablets");
  assert_strings(actions, (const char *[]){ "default", "Details", "taken", "Taken", NULL });
  assert_int_equal(timeout, -1);
}

static void
test_hints(void **state)
{
  (void)state;
  const CalBubble bubble = { .topic = "burn",
                             .summary = "Sun",
                             .urgency = CAL_URGENCY_CRITICAL,
                             .icon = "weather-clear",
                             .category = "device",
                             .transient = TRUE };
  g_autoptr(GVariant) message = message_for(&bubble, &everything, 0);
  g_autoptr(GVariant) hints = g_variant_get_child_value(message, 6);
  g_autofree char *text = g_variant_print(hints, TRUE);
  assert_string_equal(text,
                      "{'desktop-entry': <'org.calciferd'>, 'urgency': <byte 0x02>, 'category': <'device'>, "
                      "'image-path': <'weather-clear'>, 'transient': <true>}");
  gint32 timeout;
  g_variant_get_child(message, 7, "i", &timeout);
  assert_int_equal(timeout, 0);
}

static void
test_a_plain_server_gets_plain_text_and_no_actions(void **state)
{
  (void)state;
  const CalNotifyAbilities plain = { .body = TRUE };
  const CalBubble bubble = { .topic = "t", .summary = "s", .body = "a & b" };
  g_autoptr(GVariant) message = message_for(&bubble, &plain, 0);
  const char *body;
  g_variant_get_child(message, 4, "&s", &body);
  assert_string_equal(body, "a & b");
  g_autoptr(GVariant) actions = g_variant_get_child_value(message, 5);
  assert_int_equal(g_variant_n_children(actions), 0);
}

static void
test_the_caller_may_name_the_default(void **state)
{
  (void)state;
  const CalBubbleButton actions[] = { { "taken", "Ta\nken" }, { "default", "Why & <how>" } };
  const CalBubble bubble = { .topic = "t", .summary = "s", .actions = actions, .n_actions = 2 };
  g_autoptr(GVariant) message = message_for(&bubble, &everything, 0);
  g_autoptr(GVariant) sent = g_variant_get_child_value(message, 5);
  assert_strings(sent, (const char *[]){ "default", "Why \xef\xbc\x86 \xe2\x80\xb9how\xe2\x80\xba", "taken",
                                         "Ta ken", NULL });
}

typedef struct Row {
  const char *in, *line, *block;
} Row;

static void
test_hostile_text(void **state)
{
  (void)state;
  static const Row rows[] = {
    { NULL, "", "" },
    { "  plain  ", "plain", "plain" },
    { "a\nb\tc", "a b c", "a\nb c" },
    { "a\n\n\n\n\nb", "a     b", "a\n\nb" },
    { "bell\a esc\x1b[31m del\x7f", "bell esc[31m del", "bell esc[31m del" },
    { "c1 \xc2\x9b csi", "c1  csi", "c1  csi" },
    { "evil\xe2\x80\xaegpj.exe", "evilgpj.exe", "evilgpj.exe" },       /* U+202E right-to-left override */
    { "\xe2\x81\xa6iso\xe2\x81\xa9late", "isolate", "isolate" },       /* U+2066, U+2069 */
    { "mark\xe2\x80\x8f\xd8\x9c", "mark", "mark" },                    /* U+200F, U+061C */
    { "zero\xe2\x80\x8bwidth\xef\xbb\xbf", "zerowidth", "zerowidth" }, /* U+200B, U+FEFF */
    { "tag\xf3\xa0\x81\x81", "tag", "tag" },                           /* U+E0041 */
    { "a\xe2\x80\xa8z", "a z", "a\nz" },                               /* U+2028 line separator */
    { "\xe2\x80\x8d join", "\xe2\x80\x8d join", "\xe2\x80\x8d join" }, /* U+200D stays */
    { "bad \xff\xc3 utf", "bad \xef\xbf\xbd\xef\xbf\xbd utf", "bad \xef\xbf\xbd\xef\xbf\xbd utf" },
    { "\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d", "\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d",
      "\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autofree char *line = cal_text_line(rows[i].in, 100);
    g_autofree char *block = cal_text_block(rows[i].in, 100);
    assert_string_equal(line, rows[i].line);
    assert_string_equal(block, rows[i].block);
  }
}

static void
test_bounds_in_characters(void **state)
{
  (void)state;
  g_autofree char *whole = cal_text_line("\xc3\xa4\xc3\xb6\xc3\xbc", 3);
  assert_string_equal(whole, "\xc3\xa4\xc3\xb6\xc3\xbc");
  g_autofree char *cut = cal_text_line("\xc3\xa4\xc3\xb6\xc3\xbcx", 3);
  assert_string_equal(cut, "\xc3\xa4\xc3\xb6\xe2\x80\xa6");
  g_autofree char *markup = cal_text_escape("<b>&amp;\"'");
  assert_string_equal(markup, "&lt;b&gt;&amp;amp;\"'");
}

/* 10,000 random byte strings: what comes out is always fit to be sent. */
static void
test_any_bytes(void **state)
{
  (void)state;
  guint32 seed = 1;
  for (int round = 0; round < 10000; round++) {
    char bytes[65] = { 0 };
    for (int i = 0; i < 64; i++) {
      seed = seed * 1664525u + 1013904223u;
      bytes[i] = (char)(seed >> 24);
    }
    g_autofree char *line = cal_text_line(bytes, 20);
    assert_true(g_utf8_validate(line, -1, NULL));
    assert_true(g_utf8_strlen(line, -1) <= 20);
    for (const char *p = line; *p; p = g_utf8_next_char(p))
      assert_false(g_unichar_iscntrl(g_utf8_get_char(p)));
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_example),
    cmocka_unit_test(test_hints),
    cmocka_unit_test(test_a_plain_server_gets_plain_text_and_no_actions),
    cmocka_unit_test(test_the_caller_may_name_the_default),
    cmocka_unit_test(test_hostile_text),
    cmocka_unit_test(test_bounds_in_characters),
    cmocka_unit_test(test_any_bytes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
