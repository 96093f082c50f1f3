/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The notifier at the end of a pipe. A command a line, its words separated by tabs and escaped as in C
 * (\n, \377), an event a line:
 *
 *   show TOPIC [summary=…] [body=…] [urgency=0…2] [icon=…] [category=…] [transient=yes] [action=KEY:LABEL]…
 *   withdraw TOPIC
 *   quit                 frees the notifier, hears what was still under way, flushes the bus and ends
 *
 *   action TOPIC KEY     closed TOPIC REASON     available yes|no     done (after each command)
 */
#include <notify/notifier.h>

#include <gio/gunixinputstream.h>
#include <stdio.h>
#include <unistd.h>

#define ACTIONS_MAX 8

typedef struct Probe {
  GMainLoop *loop;
  CalNotifier *notifier;
  GDataInputStream *input;
} Probe;

static void
on_action(const char *topic, const char *key, gpointer data)
{
  (void)data;
  printf("action %s %s\n", topic, key);
}

static void
on_closed(const char *topic, CalBubbleClosed reason, gpointer data)
{
  (void)data;
  printf("closed %s %s\n", topic, cal_bubble_closed_name(reason));
}

static void
on_available(gboolean available, gpointer data)
{
  (void)data;
  printf("available %s\n", available ? "yes" : "no");
}

static const char *
value_of(char *const *words, const char *key)
{
  for (; *words; words++)
    if (g_str_has_prefix(*words, key) && (*words)[strlen(key)] == '=')
      return *words + strlen(key) + 1;
  return NULL;
}

static gsize
parse_actions(char **words, CalBubbleButton *actions)
{
  gsize n = 0;
  for (; *words && n < ACTIONS_MAX; words++) {
    char *colon = strchr(*words, ':');
    if (!g_str_has_prefix(*words, "action=") || !colon)
      continue;
    *colon = '\0';
    actions[n++] = (CalBubbleButton){ *words + strlen("action="), colon + 1 };
  }
  return n;
}

static void
show(CalNotifier *notifier, char **words)
{
  CalBubbleButton actions[ACTIONS_MAX];
  const char *urgency = value_of(words, "urgency");
  CalBubble bubble = { .topic = words[1],
                       .summary = value_of(words, "summary"),
                       .body = value_of(words, "body"),
                       .urgency = urgency ? (CalUrgency)(*urgency - '0') : CAL_URGENCY_NORMAL,
                       .icon = value_of(words, "icon"),
                       .category = value_of(words, "category"),
                       .transient = value_of(words, "transient") != NULL,
                       .actions = actions };
  bubble.n_actions = parse_actions(words, actions);
  cal_notifier_show(notifier, &bubble);
}

/* FALSE to end. */
static gboolean
obey(Probe *probe, const char *line)
{
  g_auto(GStrv) words = g_strsplit(line, "\t", -1);
  for (char **word = words; *word; word++) {
    char *plain = g_strcompress(*word);
    g_free(*word);
    *word = plain;
  }
  if (g_str_equal(words[0], "quit"))
    return FALSE;
  if (g_str_equal(words[0], "show") && words[1])
    show(probe->notifier, words);
  else if (g_str_equal(words[0], "withdraw") && words[1])
    cal_notifier_withdraw(probe->notifier, words[1]);
  else
    g_error("no such command: %s", line);
  printf("done\n");
  return TRUE;
}

static void
on_line(GObject *source, GAsyncResult *result, gpointer data)
{
  Probe *probe = data;
  (void)source;
  g_autofree char *line = g_data_input_stream_read_line_finish(probe->input, result, NULL, NULL);
  if (line && obey(probe, line))
    g_data_input_stream_read_line_async(probe->input, G_PRIORITY_DEFAULT, NULL, on_line, probe);
  else
    g_main_loop_quit(probe->loop);
}

int
main(void)
{
  static const CalNotifierEvents events = { on_action, on_closed, on_available };
  g_autoptr(GError) error = NULL;
  g_autoptr(GDBusConnection) bus = g_bus_get_sync(G_BUS_TYPE_SESSION, NULL, &error);
  if (!bus)
    g_error("no session bus: %s", error->message);
  setvbuf(stdout, NULL, _IOLBF, 0);
  g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);
  g_autoptr(GInputStream) base = g_unix_input_stream_new(STDIN_FILENO, FALSE);
  g_autoptr(GDataInputStream) input = g_data_input_stream_new(base);
  Probe probe = { loop, cal_notifier_new(bus, "Calcifer", "org.calciferd", &events, NULL), input };
  g_data_input_stream_read_line_async(input, G_PRIORITY_DEFAULT, NULL, on_line, &probe);
  g_main_loop_run(loop);
  cal_notifier_free(probe.notifier);
  while (g_main_context_iteration(NULL, FALSE))
    ; /* calls that were cancelled answer now, to nobody */
  g_dbus_connection_flush_sync(bus, NULL, NULL);
  return 0;
}
