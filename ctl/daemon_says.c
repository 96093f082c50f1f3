/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daemon_says.h"

#include "daemon_sentences.h"
#include "language.h"
#include "screen.h"

#include <stdio.h>
#include <string.h>

#define GAP      "%s"
#define GAPS_MAX 8

/* A sentence that stands in a sentence that stands in a sentence; deeper is none. */
#define DEPTH_MAX 3

/* What fills the gaps of a sentence, owned. */
typedef struct {
  char *text[GAPS_MAX];
  guint count;
} Filling;

static void
filling_clear(Filling *filling)
{
  for (guint i = 0; i < filling->count; i++)
    g_free(filling->text[i]);
  filling->count = 0;
}

/* What a gap before `piece` takes of the text: up to where the piece comes next, or, before the last one, up
 * to where the text ends with it. NULL when it does not come. */
static const char *
end_of_gap(const char *text, const char *piece, gboolean is_last)
{
  const char *at = text[0] != '\0' ? strstr(text + 1, piece) : NULL;
  if (!is_last)
    return at;
  const size_t length = strlen(text), tail = strlen(piece);
  return length > tail && g_str_has_suffix(text, piece) ? text + length - tail : NULL;
}

/* Whether a text is this sentence, with something in each gap. */
static gboolean
fits(const char *sentence, const char *text, Filling *filling)
{
  g_auto(GStrv) pieces = g_strsplit(sentence, GAP, GAPS_MAX + 1);
  if (!g_str_has_prefix(text, pieces[0]))
    return FALSE;
  text += strlen(pieces[0]);
  for (char **piece = pieces + 1; *piece != NULL; piece++) {
    const char *end = end_of_gap(text, *piece, piece[1] == NULL);
    if (end == NULL)
      return FALSE;
    filling->text[filling->count++] = g_strndup(text, (gsize)(end - text));
    text = end + strlen(*piece);
  }
  return text[0] == '\0';
}

static char *say(const char *text, guint depth);

/* The gaps of a translation are the sentence's own, in its order: see "%s" and "%2$s" in printf(3). */
static char *
fill(const char *translation, const Filling *filling, guint depth)
{
  GString *said = g_string_new(NULL);
  guint next = 0;
  for (const char *p = translation; *p != '\0'; p++) {
    guint gap = next;
    if (p[0] == '%' && g_ascii_isdigit(p[1]) && g_str_has_prefix(p + 2, "$s")) {
      gap = (guint)g_ascii_digit_value(p[1]) - 1;
      p += 3;
    } else if (g_str_has_prefix(p, GAP)) {
      next++;
      p++;
    } else {
      g_string_append_c(said, *p);
      continue;
    }
    g_autofree char *inner = gap < filling->count ? say(filling->text[gap], depth + 1) : g_strdup("?");
    g_string_append(said, inner);
  }
  return g_string_free(said, FALSE);
}

static char *
say(const char *text, guint depth)
{
  for (const char *const *sentence = ctl_daemon_sentences; depth <= DEPTH_MAX && *sentence != NULL;
       sentence++) {
    Filling filling = { .count = 0 };
    char *said = fits(*sentence, text, &filling) ? fill(_(*sentence), &filling, depth) : NULL;
    filling_clear(&filling);
    if (said != NULL)
      return said;
  }
  return g_strdup(text);
}

char *
ctl_daemon_says(const char *sentence)
{
  return ctl_language_is_english() ? g_strdup(sentence) : say(sentence, 0);
}

void
ctl_daemon_say(const char *sentence)
{
  g_autofree char *said = ctl_daemon_says(sentence);
  g_autofree char *shown = ctl_screen_escape(said);
  printf("%s\n", shown);
}
