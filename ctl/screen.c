/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "screen.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static int
terminal_columns(void)
{
  struct winsize size;
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
    return CLAMP(size.ws_col, 40, 160);
  return 80;
}

gboolean
ctl_screen_moves(void)
{
  return g_strcmp0(g_getenv("TERM"), "dumb") != 0;
}

void
ctl_screen_be_plain(void)
{
  g_setenv("TERM", "dumb", TRUE);
}

void
ctl_screen_init(CtlScreen *screen, gboolean plain)
{
  const char *no_colour = g_getenv("NO_COLOR");
  screen->columns = terminal_columns();
  screen->plain = plain;
  screen->colour = !plain && isatty(STDOUT_FILENO) && (no_colour == NULL || no_colour[0] == '\0');
}

static const char *
sequence(CtlColour colour)
{
  switch (colour) {
  case CTL_COLOUR_NONE:
    return "";
  case CTL_COLOUR_GOOD:
    return "\033[32m";
  case CTL_COLOUR_NOTICE:
    return "\033[36m";
  case CTL_COLOUR_WARNING:
    return "\033[33m";
  case CTL_COLOUR_CRITICAL:
    return "\033[1;31m";
  case CTL_COLOUR_FAINT:
    return "\033[2m";
  }
  return "";
}

void
ctl_screen_print(const CtlScreen *screen, CtlColour colour, const char *format, ...)
{
  const gboolean coloured = screen->colour && colour != CTL_COLOUR_NONE;
  va_list arguments;
  va_start(arguments, format);
  if (coloured)
    fputs(sequence(colour), stdout);
  vprintf(format, arguments);
  if (coloured)
    fputs("\033[0m", stdout);
  va_end(arguments);
}

/* Eighths of a column: U+2588 is full, U+258F an eighth. */
static void
append_bar(GString *bar, double fraction, int width)
{
  static const char *const parts[] = { "",       "\u258f", "\u258e", "\u258d",
                                       "\u258c", "\u258b", "\u258a", "\u2589" };
  const int eighths = (int)lround(CLAMP(fraction, 0, 1) * width * 8);
  int used = eighths / 8;
  for (int i = 0; i < used; i++)
    g_string_append(bar, "\u2588");
  if (eighths % 8 != 0) {
    g_string_append(bar, parts[eighths % 8]);
    used++;
  }
  for (; used < width; used++)
    g_string_append(bar, "\u00b7");
}

void
ctl_screen_bar(const CtlScreen *screen, CtlColour colour, double fraction, int width)
{
  if (screen->plain)
    return;
  GString *bar = g_string_new(NULL);
  append_bar(bar, fraction, width);
  ctl_screen_print(screen, colour, "%s", bar->str);
  g_string_free(bar, TRUE);
}

void
ctl_screen_wrap(const CtlScreen *screen, int used, int indent, const char *text)
{
  g_auto(GStrv) words = g_strsplit(text, " ", -1);
  for (char **word = words; *word != NULL; word++) {
    const int length = (int)g_utf8_strlen(*word, -1);
    const gboolean first = word == words;
    if (!first && !screen->plain && used + 1 + length > screen->columns) {
      printf("\n%*s", indent, "");
      used = indent;
    } else if (!first) {
      putchar(' ');
      used++;
    }
    fputs(*word, stdout);
    used += length;
  }
  putchar('\n');
}

void
ctl_screen_say(const CtlScreen *screen, int indent, const char *format, ...)
{
  va_list arguments;
  va_start(arguments, format);
  g_autofree char *line = g_strchomp(g_strdup_vprintf(format, arguments));
  va_end(arguments);
  ctl_screen_wrap(screen, 0, indent, line);
}

int
ctl_screen_width(const char *text, int columns)
{
  return columns + (int)(strlen(text) - (size_t)g_utf8_strlen(text, -1));
}

/* What is printed is neither a control nor a format character, as overrides are; the ends of lines and
 * paragraphs, U+2028 and U+2029, it would count as printed. */
gboolean
ctl_screen_is_harmless(gunichar c)
{
  return g_unichar_isprint(c) && c != 0x2028 && c != 0x2029;
}

char *
ctl_screen_escape(const char *text)
{
  g_autofree char *valid = g_utf8_make_valid(text, -1);
  GString *escaped = g_string_new(NULL);
  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char(p)) {
    const gunichar c = g_utf8_get_char(p);
    g_string_append_unichar(escaped, ctl_screen_is_harmless(c) ? c : 0xfffd);
  }
  return g_string_free(escaped, FALSE);
}
