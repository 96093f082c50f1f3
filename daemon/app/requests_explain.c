/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What stands behind a code, an alert or a nutrient: Explain and GetExplanation of org.calciferd.Alerts1. */
#include "requests.h"

#include "error.h"
#include "member.h"

#include <calcifer/audience.h>
#include <calcifer/message.h>

/* What was asked about: a topic, or a code with the alert of it that stands. */
typedef struct {
  gboolean is_topic;
  CalTopic topic;
  CalCode code;
  const CalAlert *alert; /* NULL: not raised */
} About;

static const CalAlert *
standing(CalApp *app, CalCode code)
{
  for (guint i = 0; i < CAL_ALERT_MAX; i++) {
    const CalAlert *alert = &app->turn->alerts.alert[i];
    if (cal_alert_stands(alert) && alert->finding.code == code)
      return alert;
  }
  return NULL;
}

static gboolean
find_about(CalApp *app, const char *text, About *about, GError **error)
{
  guint64 id = 0;
  *about = (About){ FALSE, CAL_TOPIC_BALANCE, CAL_CODE_D_LOW, NULL };
  if (cal_code_parse(text, &about->code)) {
    about->alert = standing(app, about->code);
    return TRUE;
  }
  if (g_ascii_string_to_unsigned(text, 10, 1, G_MAXUINT32, &id, NULL))
    about->alert = cal_alerts_by_id(&app->turn->alerts, (guint32)id);
  about->is_topic = about->alert == NULL && cal_topic_parse(text, &about->topic);
  if (about->alert != NULL)
    about->code = about->alert->finding.code;
  if (about->alert != NULL || about->is_topic)
    return TRUE;
  g_set_error(error, CAL_ERROR, CAL_ERROR_NOT_FOUND,
              "there is no alert, code or nutrient '%s'; 'calciferctl alerts' lists what is raised, and "
              "calciferctl(1) the codes",
              text);
  return FALSE;
}

/* In the language of the calling thread. */
static void
write_text(CalApp *app, const About *about, char text[CAL_MESSAGE_EXPLAIN_SIZE])
{
  const CalDate today = cal_zones_date(app->zones, cal_app_now());
  const guint32 audience = cal_audience_of(&app->context->profile, today);
  if (about->is_topic)
    cal_message_topic(about->topic, audience, text);
  else
    cal_message_explain(about->code, about->alert != NULL ? &about->alert->finding : NULL,
                        cal_finding_threshold(app->context, today, about->code), audience, text);
}

GVariant *
cal_app_explain(const char *path, GVariant *arguments, gpointer owner, GError **error)
{
  About about;
  const char *word;
  char text[CAL_MESSAGE_EXPLAIN_SIZE];
  (void)path;
  g_variant_get(arguments, "(&s)", &word);
  if (!find_about(owner, word, &about, error))
    return NULL;
  write_text(owner, &about, text);
  return g_variant_new("(s)", text);
}

/* -- With its facts -- */

static void
put_alert(GVariantBuilder *facts, const CalAlert *alert)
{
  const CalFinding *finding = &alert->finding;
  g_autofree char *id = g_strdup_printf("%u", alert->id);
  cal_member_text(facts, "id", id);
  g_variant_builder_add(facts, "{sv}", "since", g_variant_new_int64(alert->since));
  cal_member_text(facts, "subject", finding->subject);
  cal_member_number(facts, "value", finding->value);
  cal_member_number(facts, "reference", finding->reference);
  cal_member_text(facts, "unit", cal_measure_symbol(finding->measure));
  if (finding->days > 0)
    cal_member_number(facts, "days", finding->days);
  if (finding->known_days > 0)
    cal_member_number(facts, "known_days", finding->known_days);
}

static void
put_code(GVariantBuilder *facts, CalApp *app, const About *about)
{
  const CalCodeFacts *code = cal_code_facts(about->code);
  const CalDate today = cal_zones_date(app->zones, cal_app_now());
  const CalSeverity severity = about->alert != NULL ? about->alert->finding.severity : code->severity;
  cal_member_text(facts, "severity", cal_severity_name(severity));
  g_variant_builder_add(facts, "{sv}", "raised", g_variant_new_boolean(about->alert != NULL));
  cal_member_number(facts, "threshold", cal_finding_threshold(app->context, today, about->code));
  cal_member_text(facts, "threshold_unit", cal_measure_symbol(code->measure));
  if (about->alert != NULL)
    put_alert(facts, about->alert);
}

GVariant *
cal_app_get_explanation(const char *path, GVariant *arguments, gpointer owner, GError **error)
{
  About about;
  const char *word, *language;
  char text[CAL_MESSAGE_EXPLAIN_SIZE];
  GVariantBuilder facts = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE_VARDICT);
  (void)path;
  g_variant_get(arguments, "(&s&s)", &word, &language);
  if (!find_about(owner, word, &about, error)) {
    g_variant_builder_clear(&facts);
    return NULL;
  }
  const locale_t tongue = cal_tongue_of(language);
  {
    g_auto(CalSpeech) speech = cal_speech_begin(tongue);
    write_text(owner, &about, text);
  }
  freelocale(tongue);
  cal_member_text(&facts, "kind", about.is_topic ? "topic" : "code");
  cal_member_text(&facts, "about", about.is_topic ? cal_topic_name(about.topic) : cal_code_name(about.code));
  cal_member_text(&facts, "text", text);
  if (!about.is_topic)
    put_code(&facts, owner, &about);
  return g_variant_new("(a{sv})", &facts);
}
