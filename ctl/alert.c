/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "alert.h"

#include "client.h"
#include "language.h"
#include "when.h"

#include <calcifer/code.h>

#include <math.h>
#include <stdio.h>

typedef struct {
  const char *id, *code, *severity, *text, *state, *subject;
  gint64 since, until; /* 0: it is not snoozed */
} Alert;

static Alert
unpack(GVariant *dictionary)
{
  Alert alert = { "", "", "", "", "", "", 0, 0 };
  const CtlMember members[] = {
    { "id", "&s", &alert.id },      { "code", "&s", &alert.code },   { "severity", "&s", &alert.severity },
    { "text", "&s", &alert.text },  { "state", "&s", &alert.state }, { "subject", "&s", &alert.subject },
    { "since", "x", &alert.since }, { "until", "x", &alert.until },
  };
  ctl_client_read(dictionary, members, G_N_ELEMENTS(members));
  return alert;
}

/* -- The sentence --------------------------------------------------------------------------------------- */

static CalSeverity
severity_of(const char *name)
{
  static const CalSeverity softer[] = { CAL_SEVERITY_INFORMATION, CAL_SEVERITY_NOTICE, CAL_SEVERITY_WARNING };
  for (gsize i = 0; i < G_N_ELEMENTS(softer); i++) {
    if (g_str_equal(name, cal_severity_name(softer[i])))
      return softer[i];
  }
  return CAL_SEVERITY_CRITICAL;
}

/* FALSE of a code that is newer than this program, and of a daemon that is older. */
static gboolean
read_finding(GVariant *dictionary, CalFinding *finding)
{
  const Alert alert = unpack(dictionary);
  const char *about = "";
  CalCode code;
  g_autoptr(GVariant) found = g_variant_lookup_value(dictionary, "finding", G_VARIANT_TYPE("a{sv}"));
  if (found == NULL || !cal_code_parse(alert.code, &code))
    return FALSE;
  *finding = (CalFinding){ .code = code,
                           .severity = severity_of(alert.severity),
                           .measure = cal_code_facts(code)->measure,
                           .value = NAN,
                           .reference = NAN,
                           .other = NAN,
                           .minute = -1,
                           .when = CAL_INSTANT_NONE };
  const CtlMember members[] = {
    { "value", "d", &finding->value },   { "reference", "d", &finding->reference },
    { "other", "d", &finding->other },   { "days", "i", &finding->days },
    { "minute", "i", &finding->minute }, { "known_days", "i", &finding->known_days },
    { "flags", "u", &finding->flags },   { "audience", "u", &finding->audience },
    { "about", "&s", &about },
  };
  ctl_client_read(found, members, G_N_ELEMENTS(members));
  g_strlcpy(finding->about, about, sizeof finding->about);
  g_strlcpy(finding->subject, alert.subject, sizeof finding->subject);
  return TRUE;
}

char *
ctl_alert_text(GVariant *alert)
{
  CalFinding finding;
  CalMessage message;
  if (!read_finding(alert, &finding))
    return g_strdup(unpack(alert).text);
  cal_message_finding(&finding, false, &message);
  return g_strdup_printf("%s: %s", message.summary, message.body);
}

/* -- All of them ---------------------------------------------------------------------------------------- */

static CtlColour
colour_of(const char *severity)
{
  if (g_str_equal(severity, "critical"))
    return CTL_COLOUR_CRITICAL;
  if (g_str_equal(severity, "warning"))
    return CTL_COLOUR_WARNING;
  return g_str_equal(severity, "notice") ? CTL_COLOUR_NOTICE : CTL_COLOUR_FAINT;
}

/* " notice d-low since 09:10: ", and what its owner said of it. */
static char *
lead_of(const Alert *alert, gint64 now, gboolean with_id)
{
  g_autofree char *since = ctl_when_short(alert->since, now);
  g_autofree char *which = with_id ? g_strdup_printf("%s %s", alert->id, alert->code) : g_strdup(alert->code);
  if (g_str_equal(alert->state, "dismissed"))
    return g_strdup_printf(_(" %s since %s, dismissed: "), which, since);
  if (alert->until == 0)
    return g_strdup_printf(_(" %s since %s: "), which, since);
  g_autofree char *until = ctl_when_short(alert->until, now);
  return g_strdup_printf(_(" %s since %s, snoozed until %s: "), which, since, until);
}

void
ctl_alert_print_all(const CtlScreen *screen, GVariant *alerts, gboolean with_id)
{
  const gint64 now = g_get_real_time() / G_USEC_PER_SEC;
  for (gsize i = 0; i < g_variant_n_children(alerts); i++) {
    g_autoptr(GVariant) dictionary = g_variant_get_child_value(alerts, i);
    const Alert alert = unpack(dictionary);
    g_autofree char *sentence = ctl_alert_text(dictionary);
    g_autofree char *text = ctl_screen_escape(sentence);
    g_autofree char *lead = lead_of(&alert, now, with_id);
    const char *severity = ctl_language_word(alert.severity);
    ctl_screen_print(screen, colour_of(alert.severity), "%s", severity);
    fputs(lead, stdout);
    ctl_screen_wrap(screen, (int)(g_utf8_strlen(severity, -1) + g_utf8_strlen(lead, -1)), 4, text);
  }
}

static void
add_alert(JsonBuilder *builder, const Alert *alert)
{
  g_autofree char *since = ctl_when_iso(alert->since);
  g_autofree char *until = alert->until != 0 ? ctl_when_iso(alert->until) : NULL;
  json_builder_begin_object(builder);
  ctl_json_text(builder, "id", alert->id);
  ctl_json_text(builder, "code", alert->code);
  ctl_json_text(builder, "severity", alert->severity);
  ctl_json_text(builder, "since", since);
  ctl_json_text(builder, "text", alert->text);
  ctl_json_text(builder, "state", alert->state);
  ctl_json_text(builder, "until", until);
  json_builder_end_object(builder);
}

void
ctl_alert_add_all(JsonBuilder *builder, GVariant *alerts)
{
  json_builder_begin_array(builder);
  for (gsize i = 0; i < g_variant_n_children(alerts); i++) {
    g_autoptr(GVariant) dictionary = g_variant_get_child_value(alerts, i);
    const Alert alert = unpack(dictionary);
    add_alert(builder, &alert);
  }
  json_builder_end_array(builder);
}
