/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "text.h"

#define ELLIPSIS 0x2026

typedef struct Range {
  gunichar first, last;
} Range;

/* Unicode 15: the explicit directional marks, embeddings, overrides and isolates (UAX #9, table 3), and the
   characters that show as nothing and so can hide a difference. The joiners U+200C and U+200D stay: Persian,
   the Indic scripts and emoji are misspelt without them. */
static const Range hidden[] = {
  { 0x00ad, 0x00ad }, { 0x061c, 0x061c }, { 0x180e, 0x180e }, { 0x200b, 0x200b }, { 0x200e, 0x200f },
  { 0x202a, 0x202e }, { 0x2060, 0x206f }, { 0xfeff, 0xfeff }, { 0xfff9, 0xfffb }, { 0xe0000, 0xe007f },
};

static gboolean
is_hidden(gunichar c)
{
  for (gsize i = 0; i < G_N_ELEMENTS(hidden); i++)
    if (c >= hidden[i].first && c <= hidden[i].last)
      return TRUE;
  return FALSE;
}

static gboolean
is_break(gunichar c)
{
  return c == '\n' || c == '\t' || c == 0x2028 || c == 0x2029;
}

/* The character to write for `c`, 0 for none. */
static gunichar
cleaned(gunichar c, gboolean keep_lines)
{
  if (is_break(c))
    return keep_lines && c != '\t' ? '\n' : ' ';
  return g_unichar_iscntrl(c) || is_hidden(c) ? 0 : c;
}

static char *
clean(const char *text, gsize max_chars, gboolean keep_lines)
{
  g_autofree char *valid = g_utf8_make_valid(text ? text : "", -1);
  g_strstrip(valid);
  g_autoptr(GString) out = g_string_new(NULL);
  gsize chars = 0;
  guint breaks = 0;
  for (const char *p = valid; *p; p = g_utf8_next_char(p)) {
    gunichar c = cleaned(g_utf8_get_char(p), keep_lines);
    breaks = c == '\n' ? breaks + 1 : c ? 0 : breaks;
    if (c == 0 || breaks > 2)
      continue;
    if (chars++ == max_chars) {
      g_string_truncate(out, (gsize)(g_utf8_prev_char(out->str + out->len) - out->str));
      g_string_append_unichar(out, ELLIPSIS);
      break;
    }
    g_string_append_unichar(out, c);
  }
  return g_string_free(g_steal_pointer(&out), FALSE);
}

char *
cal_text_line(const char *text, gsize max_chars)
{
  return clean(text, max_chars, FALSE);
}

char *
cal_text_label(const char *text, gsize max_chars)
{
  g_autofree char *line = cal_text_line(text, max_chars);
  GString *out = g_string_new(line);
  g_string_replace(out, "&", "\xef\xbc\x86", 0); /* U+FF06 fullwidth ampersand */
  g_string_replace(out, "<", "\xe2\x80\xb9", 0); /* U+2039 single angle quotation marks */
  g_string_replace(out, ">", "\xe2\x80\xba", 0); /* U+203A */
  return g_string_free(out, FALSE);
}

char *
cal_text_block(const char *text, gsize max_chars)
{
  return clean(text, max_chars, TRUE);
}

/* Only what could begin markup: every server's parser knows these three, not every one &apos;. */
char *
cal_text_escape(const char *clean_text)
{
  GString *out = g_string_new(clean_text);
  g_string_replace(out, "&", "&amp;", 0);
  g_string_replace(out, "<", "&lt;", 0);
  g_string_replace(out, ">", "&gt;", 0);
  return g_string_free(out, FALSE);
}
