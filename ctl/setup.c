/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `setup`: the few questions that matter, each explained in a line. Enter leaves what is there, so it can be
 * skipped and repeated. */
#include "client.h"
#include "daemon_says.h"
#include "language.h"
#include "options.h"
#include "screen.h"
#include "verb.h"
#include "verbs.h"

#include <stdio.h>
#include <string.h>

#define ANSWER_SIZE 256

typedef struct Question {
  const char *key;
  const char *why; /* one line */
  const char *how; /* what may be typed */
  gboolean was_so; /* what is said holds for the past, too */
} Question;

static const Question questions[] = {
  { "place", N_("Where you are decides how high the sun stands."),
    N_("latitude,longitude as 52.5,13.4; or follow: then the desktop's location service is asked for the "
       "city, "
       "at most once a day,\n"
       "  and may ask a server of its own with the names of nearby Wi-Fi"),
    FALSE },
  { "birth-year", N_("Age lowers what skin makes and raises what is needed."), N_("a year, as 1980"), TRUE },
  { "phototype", N_("How your skin takes the sun decides how long is too long."),
    N_("1 always burns, never tans; 2 burns easily, tans little; 3 burns at times, tans slowly; 4 burns "
       "rarely, "
       "tans well;\n"
       "  5 brown skin; 6 black skin"),
    TRUE },
  { "conditions", N_("With some conditions vitamin D or sun needs a doctor's word first."),
    N_("none, or of these, with commas: kidney-disease, kidney-stones, hypercalcaemia, hyperparathyroidism, "
       "sarcoidosis,\n"
       "  granulomatous-disease, skin-cancer, lupus, porphyria, xeroderma, albinism, immunosuppression, "
       "diabetes"),
    FALSE },
  { "medicines", N_("Some medicines do not go with vitamin K, minerals or sun."),
    N_("none, or of these or their names, with commas: vitamin-k-antagonist, direct-anticoagulant, "
       "photosensitiser,\n"
       "  thiazide, digoxin, lithium, levothyroxine, tetracycline, quinolone, bisphosphonate"),
    FALSE },
};

/* Each line fits the terminal, and keeps its indentation. */
static void
print_wrapped(const char *text)
{
  CtlScreen screen;
  g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
  ctl_screen_init(&screen, !ctl_screen_moves());
  for (char **line = lines; *line != NULL && (line[0][0] != '\0' || line[1] != NULL); line++) {
    const int indent = (int)strspn(*line, " ");
    printf("%*s", indent, "");
    ctl_screen_wrap(&screen, indent, indent, *line + indent);
  }
}

/* FALSE at the end of the input. */
static gboolean
read_answer(char answer[ANSWER_SIZE])
{
  fputs("> ", stdout);
  fflush(stdout);
  if (fgets(answer, ANSWER_SIZE, stdin) == NULL)
    return FALSE;
  g_strstrip(answer);
  return TRUE;
}

/* TRUE when the daemon took it; otherwise it was said why not. */
static gboolean
enter(CtlClient *client, const Question *question, const char *answer)
{
  const char *sentence;
  GError *error = NULL;
  const gint64 since = question->was_so ? G_MININT64 : 0;
  g_autoptr(GVariant) reply = ctl_client_call(
      client, "Profile1", "Set", g_variant_new("(ssx)", question->key, answer, since), "(ss)", &error);
  if (reply == NULL) {
    ctl_client_complain(error);
    return FALSE;
  }
  g_variant_get(reply, "(&s&s)", NULL, &sentence);
  printf("  ");
  ctl_daemon_say(sentence);
  return TRUE;
}

/* FALSE at the end of the input. */
static gboolean
ask(CtlClient *client, const Question *question, GVariant *profile)
{
  char answer[ANSWER_SIZE];
  const char *now = _("not set");
  g_variant_lookup(profile, question->key, "&s", &now);
  g_auto(GStrv) lines = g_strsplit(_(question->how), "\n  ", -1);
  g_autofree char *how = g_strjoinv(" ", lines);
  g_autofree char *asked = g_strdup_printf(_("\n%s: %s\n  %s\n  Now: %s. Enter leaves it.\n"), question->key,
                                           _(question->why), how, now);
  print_wrapped(asked);
  do {
    if (!read_answer(answer))
      return FALSE;
  } while (answer[0] != '\0' && !enter(client, question, answer));
  return TRUE;
}

/* The letter that is asked for, or English's. */
static gboolean
is_yes(const char *answer)
{
  const char letter = g_ascii_tolower(answer[0]);
  /* TRANSLATORS: the letter to be typed for yes, in lower case. */
  return letter == 'y' || (letter != '\0' && letter == _("y")[0]);
}

static int
offer_tag(void)
{
  char answer[ANSWER_SIZE], group[] = "tags", verb[] = "scan";
  char *words[] = { group, verb, NULL };
  print_wrapped(
      _("\nShall a tag be looked for? Hold its button for 5 seconds, then type y. Enter: not now.\n"));
  if (!read_answer(answer) || !is_yes(answer)) {
    print_wrapped(
        _("\nThat is all. 'calciferctl tags scan' looks for a tag, 'calciferctl' shows the day.\n"));
    return CTL_EXIT_DONE;
  }
  return ctl_tags(2, words);
}

int
ctl_setup(int argc, char **argv)
{
  GError *error = NULL;
  const GOptionEntry entries[] = { { NULL } };
  if (!ctl_options_parse(&argc, &argv, "", entries))
    return CTL_EXIT_USAGE;
  if (argc != 1)
    return ctl_usage_error(_("setup takes no words: type 'calciferctl setup', and it asks."));
  g_autoptr(CtlClient) client = ctl_client_new(&error);
  g_autoptr(GVariant) profile = client != NULL ? ctl_client_get(client, "Profile1", "Profile", &error) : NULL;
  if (profile == NULL)
    return ctl_client_complain(error);
  print_wrapped(
      _("A few questions. What you leave out is assumed with caution, and stays on this machine as all else "
        "does.\n"));
  for (gsize i = 0; i < G_N_ELEMENTS(questions); i++) {
    if (!ask(client, &questions[i], profile)) {
      print_wrapped(_("\nThe rest stays as it is. 'calciferctl setup' asks again.\n"));
      return CTL_EXIT_DONE;
    }
  }
  return offer_tag();
}
