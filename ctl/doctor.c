/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `doctor`: what is wrong, and what to type. It works without a daemon, and starts none. */
#include "doctor_checks.h"
#include "doctor_command.h"
#include "doctor_evidence.h"
#include "json.h"
#include "language.h"
#include "options.h"
#include "screen.h"
#include "verb.h"
#include "verbs.h"

#include <stdio.h>

#define STATE_COLUMNS 8

static CtlColour
colour_of(CtlHealth health)
{
  switch (health) {
  case CTL_HEALTH_UNKNOWN:
    return CTL_COLOUR_FAINT;
  case CTL_HEALTH_GOOD:
    return CTL_COLOUR_GOOD;
  case CTL_HEALTH_NOTE:
    return CTL_COLOUR_NOTICE;
  case CTL_HEALTH_WRONG:
    return CTL_COLOUR_WARNING;
  }
  return CTL_COLOUR_NONE;
}

static void
print_words(const CtlScreen *screen, const CtlDiagnosis *diagnosis)
{
  g_autofree char *text = ctl_screen_escape(diagnosis->text);
  const char *health = ctl_language_word(ctl_health_name(diagnosis->health));
  ctl_screen_print(screen, colour_of(diagnosis->health), "%-*s", ctl_screen_width(health, STATE_COLUMNS),
                   health);
  putchar(' ');
  if (screen->plain && diagnosis->command != NULL)
    printf(_("%s Type: %s\n"), text, diagnosis->command);
  else
    ctl_screen_wrap(screen, STATE_COLUMNS + 1, STATE_COLUMNS + 1, text);
  if (!screen->plain && diagnosis->command != NULL)
    printf("%*s $ %s\n", STATE_COLUMNS, "", diagnosis->command);
}

static void
add(JsonBuilder *builder, const char *id, const CtlDiagnosis *diagnosis)
{
  json_builder_begin_object(builder);
  ctl_json_text(builder, "id", id);
  ctl_json_text(builder, "state", ctl_health_name(diagnosis->health));
  ctl_json_text(builder, "text", diagnosis->text);
  ctl_json_text(builder, "command", diagnosis->command);
  json_builder_end_object(builder);
}

/* A check, and its command as it is typed here. */
static CtlDiagnosis
diagnose(const CtlCheck *check, GVariant *evidence)
{
  CtlDiagnosis diagnosis = check->run(evidence);
  g_autofree char *command = diagnosis.command;
  diagnosis.command = command != NULL ? ctl_doctor_command(command, ctl_doctor_root_by()) : NULL;
  return diagnosis;
}

/* Judges by all checks and tells each; how many say that something is wrong. */
static guint
examine(GVariant *evidence, const CtlScreen *screen, JsonBuilder *builder)
{
  guint n_wrong = 0;
  for (const CtlCheck *check = ctl_doctor_checks; check->id != NULL; check++) {
    g_auto(CtlDiagnosis) diagnosis = diagnose(check, evidence);
    n_wrong += diagnosis.health == CTL_HEALTH_WRONG;
    if (builder != NULL)
      add(builder, check->id, &diagnosis);
    else
      print_words(screen, &diagnosis);
  }
  return n_wrong;
}

int
ctl_doctor(int argc, char **argv)
{
  gboolean json = FALSE, plain = FALSE;
  CtlScreen screen;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_("as JSON"), NULL },
    { "plain", 0, 0, G_OPTION_ARG_NONE, &plain, N_("one line to a check, for screen readers"), NULL },
    { NULL },
  };
  if (!ctl_options_parse(&argc, &argv, "", entries))
    return CTL_EXIT_USAGE;
  if (argc != 1)
    return ctl_usage_error(_("doctor takes no words: doctor [--json] [--plain]."));
  g_autoptr(GVariant) evidence = ctl_doctor_evidence();
  g_autoptr(JsonBuilder) builder = json ? json_builder_begin_array(json_builder_new()) : NULL;
  ctl_screen_init(&screen, plain);
  const guint n_wrong = examine(evidence, &screen, builder);
  if (json)
    ctl_json_print(json_builder_end_array(builder));
  else if (n_wrong == 0)
    printf(_("Nothing is wrong.\n"));
  return n_wrong == 0 ? CTL_EXIT_DONE : CTL_EXIT_FAILED;
}
