/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Arguments behind GDBus's own check: a line of the input is a method and its arguments as GVariant's text,
 * as in
 *
 *   AddProduct ('d3k2', ['d=2000IU', 'at=08:00'])
 *
 * and is handed to the handler that the bus would call. It answers or refuses, never both and never neither,
 * in valid UTF-8 and with values that are whole; later lines meet what earlier ones left.
 */
#include "fuzz.h"
#include "played.h"

#include <requests.h>

#include <string.h>

#define LINES_MAX 24

typedef struct Method {
  const char *name;
  const char *arguments;
  const char *answer; /* NULL stands for an empty one */
  CalBusCall call;
} Method;

static const Method methods[] = {
  { "Take", "(sdxa{sv})", "(ss)", cal_app_take },
  { "Food", "(ssxa{sv})", "(ss)", cal_app_food },
  { "Sun", "(dxa{sv})", "(ss)", cal_app_sun },
  { "Lab", "(sxa{sv})", "(ss)", cal_app_lab },
  { "Done", "(xa{sv})", "(ss)", cal_app_done },
  { "Undo", "(sa{sv})", "(ss)", cal_app_undo },
  { "Amend", "(sasxa{sv})", "(ss)", cal_app_amend },
  { "Forget", "(sa{sv})", "(ss)", cal_app_forget_event },
  { "GetNewest", "()", "(ss)", cal_app_get_newest },
  { "GetEvents", "(xxsu)", "(aa{sv}s)", cal_app_get_events },
  { "GetEntries", "(sxxsu)", "(aa{sv}s)", cal_app_get_entries },
  { "AddProduct", "(sas)", "(ss)", cal_app_add_product },
  { "RemoveProduct", "(s)", "(ss)", cal_app_remove_product },
  { "EditProduct", "(sas)", "(ss)", cal_app_edit_product },
  { "CorrectProduct", "(sas)", "(ss)", cal_app_correct_product },
  { "SearchFoods", "(ssu)", "(aa{sv}s)", cal_app_search_foods },
  { "AddFood", "(sas)", "(ss)", cal_app_add_food },
  { "AddRecipe", "(sas)", "(ss)", cal_app_add_recipe },
  { "RemoveFood", "(s)", "(ss)", cal_app_remove_food },
  { "Set", "(ssx)", "(ss)", cal_app_set_profile },
  { "Snooze", "(su)", NULL, cal_app_snooze },
  { "Dismiss", "(s)", NULL, cal_app_dismiss },
  { "Answer", "(ss)", NULL, cal_app_answer },
  { "Explain", "(s)", "(s)", cal_app_explain },
};

static const Method *
method_called(const char *name, size_t length)
{
  for (gsize i = 0; i < G_N_ELEMENTS(methods); i++)
    if (strlen(methods[i].name) == length && strncmp(methods[i].name, name, length) == 0)
      return &methods[i];
  return NULL;
}

static void
require_sane_answer(const Method *method, GVariant *answer, const GError *error)
{
  if (error != NULL) {
    FUZZ_REQUIRE(answer == NULL && g_utf8_validate(error->message, -1, NULL) && error->message[0] != '\0');
    return;
  }
  FUZZ_REQUIRE((answer == NULL) == (method->answer == NULL));
  if (answer != NULL) {
    FUZZ_REQUIRE(g_variant_is_of_type(answer, G_VARIANT_TYPE(method->answer)));
    FUZZ_REQUIRE(g_variant_is_normal_form(answer));
  }
}

static void
call(const Method *method, GVariant *arguments, CalApp *app)
{
  g_autoptr(GError) error = NULL;
  GVariant *made = method->call("/org/calciferd", arguments, app, &error);
  g_autoptr(GVariant) answer = made != NULL ? g_variant_take_ref(made) : NULL;
  require_sane_answer(method, answer, error);
}

/* GLib makes text that is no UTF-8 of an escaped surrogate, and then complains of it; the bus, which sends no
 * text form, cannot say that. What else can be escaped so can stand there as it is. */
static gboolean
has_escaped_code_point(const char *line)
{
  return strstr(line, "\\u") != NULL || strstr(line, "\\U") != NULL;
}

static void
try_line(char *line, CalApp *app)
{
  const size_t length = strcspn(line, " ");
  const Method *method = method_called(line, length);
  if (method == NULL || line[length] == '\0' || !g_utf8_validate(line, -1, NULL) ||
      has_escaped_code_point(line))
    return; /* the bus lets nothing else through */
  g_autoptr(GVariant) arguments =
      g_variant_parse(G_VARIANT_TYPE(method->arguments), line + length + 1, NULL, NULL, NULL);
  if (arguments != NULL && g_variant_is_normal_form(arguments))
    call(method, arguments, app);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  g_autofree char *text = g_strndup((const char *)data, size);
  g_auto(GStrv) lines = g_strsplit(text, "\n", LINES_MAX);
  CalApp *app = played_app();
  for (char **line = lines; *line != NULL; line++)
    try_line(*line, app);
  return 0;
}
