/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How long a service takes to tell all its properties, beside another one: calls to both in turn.
 *
 *   bench-latency ROUNDS CALLS OURS FLOOR      each of them "BUS|NAME|PATH|INTERFACE", with BUS an address
 *
 * Each round tells `p50` and `p99` in microseconds.
 */
#include "pair.h"

#include <gio/gio.h>
#include <stdlib.h>

typedef struct Target {
  GDBusConnection *bus;
  char **word; /* name, path, interface */
  double *taken_us;
} Target;

static Target
open_target(const char *text, int n_calls)
{
  GError *error = NULL;
  char **word = g_strsplit(text, "|", 4);
  Target target = { .word = word + 1, .taken_us = g_new(double, n_calls) };
  target.bus = g_dbus_connection_new_for_address_sync(
      word[0], G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
      NULL, NULL, &error);
  g_assert_no_error(error);
  return target;
}

static void
call(const Target *target, int i)
{
  GError *error = NULL;
  const double start = wall_s();
  g_autoptr(GVariant) reply = g_dbus_connection_call_sync(
      target->bus, target->word[0], target->word[1], "org.freedesktop.DBus.Properties", "GetAll",
      g_variant_new("(s)", target->word[2]), NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);
  g_assert_no_error(error);
  target->taken_us[i] = (wall_s() - start) * 1e6;
}

static int
compare(const void *a, const void *b)
{
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

int
main(int argc, char **argv)
{
  if (argc != 5)
    g_error("usage: bench-latency ROUNDS CALLS OURS FLOOR");
  const int n_calls = atoi(argv[2]);
  Target ours = open_target(argv[3], n_calls), other = open_target(argv[4], n_calls);
  for (int round = 0; round < atoi(argv[1]); round++) {
    for (int i = 0; i < n_calls; i++) {
      call(&ours, i);
      call(&other, i);
    }
    qsort(ours.taken_us, (size_t)n_calls, sizeof(double), compare);
    qsort(other.taken_us, (size_t)n_calls, sizeof(double), compare);
    tell_pair("p50", ours.taken_us[n_calls / 2], other.taken_us[n_calls / 2]);
    tell_pair("p99", ours.taken_us[n_calls * 99 / 100], other.taken_us[n_calls * 99 / 100]);
  }
  return EXIT_SUCCESS;
}
