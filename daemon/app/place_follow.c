/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "place_follow.h"

#include "commit.h"
#include "publish.h"

#include <math.h>

/* When GeoClue was asked last, and what it said: "1781500000 found 52.5,13.4". It is kept also when the place
 * is followed no more, so that nobody is asked twice a day, whatever restarts and whoever changes their mind.
 */
#define KEY "place-asked"

/* Whoever wants a city is told a place that GeoClue scatters by some kilometres: at the edge of a tenth of a
 * degree, to which places are rounded, who stays at home would move each day. The next tenth is still the
 * place that is known; that is less than the sun moves by in a minute. */
#define SCATTER_DEG 0.15

static const char *const state_names[] = { "asking", "found", "refused", "absent" };

typedef struct {
  gint64 asked;
  CalPlaceAnswer answer;
} Memory;

static CalPlaceAnswer
read_answer(const char *text)
{
  CalPlaceAnswer answer = { CAL_PLACE_ASKING, NAN, NAN };
  g_auto(GStrv) words = g_strsplit(text, " ", 2);
  for (guint i = CAL_PLACE_FOUND; words[0] != NULL && i < G_N_ELEMENTS(state_names); i++) {
    if (g_str_equal(words[0], state_names[i]))
      answer.state = (CalPlaceState)i;
  }
  if (answer.state != CAL_PLACE_FOUND)
    return answer;
  char *end = NULL;
  answer.latitude_deg = words[1] != NULL ? g_ascii_strtod(words[1], &end) : NAN;
  answer.longitude_deg = end != NULL && *end == ',' ? g_ascii_strtod(end + 1, NULL) : NAN;
  if (isnan(answer.longitude_deg))
    answer.state = CAL_PLACE_ASKING;
  return answer;
}

static Memory
recall(CalApp *app)
{
  g_autofree char *text = cal_ledger_recall(app->ledger, KEY, NULL);
  char *end = NULL;
  Memory memory = { 0, { CAL_PLACE_ASKING, NAN, NAN } };
  if (text == NULL)
    return memory;
  memory.asked = g_ascii_strtoll(text, &end, 10);
  memory.answer = read_answer(g_strchug(end));
  return memory;
}

static void
keep(CalApp *app, gint64 asked, const char *answer)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *text = g_strdup_printf("%" G_GINT64_FORMAT " %s", asked, answer);
  if (!cal_ledger_remember(app->ledger, KEY, text, &error))
    g_debug("when the place was asked for could not be kept: %s", error->message);
}

static void
on_asked(gpointer data)
{
  keep(data, cal_app_now(), state_names[CAL_PLACE_ASKING]);
}

static guint
wait_s(gint64 asked)
{
  const gint64 since = cal_app_now() - asked;
  return since >= 0 && since < CAL_PLACE_SOURCE_EVERY_S ? (guint)(CAL_PLACE_SOURCE_EVERY_S - since) : 0;
}

static gboolean
is_known(const CalProfile *profile, const CalPlaceAnswer *answer)
{
  return cal_profile_knows(profile, CAL_PROFILE_PLACE) &&
         fabs(profile->place.latitude_deg - answer->latitude_deg) < SCATTER_DEG &&
         fabs(profile->place.longitude_deg - answer->longitude_deg) < SCATTER_DEG;
}

static void
enter(CalApp *app, const CalPlaceAnswer *answer, const char *value)
{
  g_autoptr(GError) error = NULL;
  if (is_known(&app->context->profile, answer))
    return;
  CalEntry entry = cal_app_entry(CAL_ENTRY_PROFILE, CAL_WAY_DAEMON, 0, "place", value);
  if (!cal_app_enter(app, &entry, &error))
    g_warning("the place could not be entered: %s", cal_app_loggable(error));
}

static void
on_answered(const CalPlaceAnswer *answer, gpointer data)
{
  CalApp *app = data;
  char north[G_ASCII_DTOSTR_BUF_SIZE], east[G_ASCII_DTOSTR_BUF_SIZE];
  app->place_state = answer->state;
  cal_app_publish_service(app);
  if (answer->state != CAL_PLACE_FOUND) {
    keep(app, recall(app).asked, state_names[answer->state]);
    return;
  }
  g_autofree char *value =
      g_strdup_printf("%s,%s", g_ascii_formatd(north, sizeof north, "%.1f", answer->latitude_deg),
                      g_ascii_formatd(east, sizeof east, "%.1f", answer->longitude_deg));
  g_autofree char *kept = g_strdup_printf("%s %s", state_names[CAL_PLACE_FOUND], value);
  keep(app, recall(app).asked, kept);
  enter(app, answer, value);
}

static void
let_go(CalApp *app)
{
  if (app->place == NULL)
    return;
  g_clear_pointer(&app->place, cal_place_source_free);
  cal_app_publish_service(app);
}

void
cal_app_follow_place(CalApp *app)
{
  static const CalPlaceEvents events = { on_asked, on_answered };
  if (!app->context->profile.place_follows) {
    let_go(app);
    return;
  }
  if (app->place != NULL)
    return;
  const Memory memory = recall(app);
  app->place_state = CAL_PLACE_ASKING;
  app->place = cal_place_source_new(app->system_bus, wait_s(memory.asked), &memory.answer, &events, app);
  cal_app_publish_service(app);
}

const char *
cal_app_place_state(const CalApp *app)
{
  return app->place == NULL ? "off" : state_names[app->place_state];
}
