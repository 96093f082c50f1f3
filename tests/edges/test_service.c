/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The daemon as systemd sees it; systemd's end of the socket is the test's. */
#include "../unit/cmocka_prelude.h"

#include "service.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

typedef struct {
  char *directory, *path;
  int socket;
  guint n_stops, n_reloads, n_probes;
} Manager;

static int
set_up(void **state)
{
  Manager *manager = g_new0(Manager, 1);
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  manager->directory = g_dir_make_tmp("calcifer-service-XXXXXX", NULL);
  manager->path = g_build_filename(manager->directory, "notify", NULL);
  manager->socket = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  g_strlcpy(address.sun_path, manager->path, sizeof address.sun_path);
  assert_int_equal(bind(manager->socket, (const struct sockaddr *)&address, sizeof address), 0);
  g_setenv("NOTIFY_SOCKET", manager->path, TRUE);
  *state = manager;
  return 0;
}

static int
tear_down(void **state)
{
  Manager *manager = *state;
  g_unsetenv("NOTIFY_SOCKET");
  g_unsetenv("WATCHDOG_USEC");
  close(manager->socket);
  g_unlink(manager->path);
  g_rmdir(manager->directory);
  g_free(manager->path);
  g_free(manager->directory);
  g_free(manager);
  return 0;
}

static void
on_stop(gpointer data)
{
  ((Manager *)data)->n_stops++;
}

static void
on_reload(gpointer data)
{
  ((Manager *)data)->n_reloads++;
}

static void
on_probe(gpointer data)
{
  ((Manager *)data)->n_probes++;
}

static const CalServiceEvents events = { on_stop, on_reload, on_probe };

/* The next thing that systemd is told; "" when there is none. */
static const char *
told(const Manager *manager, char (*text)[200])
{
  const ssize_t n = recv(manager->socket, *text, sizeof *text - 1, 0);
  (*text)[MAX(n, 0)] = '\0';
  return *text;
}

static void
test_what_is_told(void **state)
{
  char text[200];
  g_autoptr(CalService) service = cal_service_new(&events, *state);
  cal_service_extend_start(90);
  assert_string_equal(told(*state, &text), "EXTEND_TIMEOUT_USEC=90000000");
  cal_service_ready(service);
  assert_string_equal(told(*state, &text), "READY=1");
  cal_service_feed(service);
  assert_string_equal(told(*state, &text), "WATCHDOG=1");
  cal_service_reloading(service);
  assert_string_equal(told(*state, &text), "RELOADING=1");
  cal_service_stopping(service);
  assert_true(g_str_has_prefix(told(*state, &text), "STOPPING=1\nSTATUS="));
  assert_string_equal(told(*state, &text), "");
}

static void
test_a_sentence_is_told_once(void **state)
{
  char text[200];
  g_autoptr(CalService) service = cal_service_new(&events, *state);
  cal_service_status(service, "2 tags.");
  cal_service_status(service, "2 tags.");
  cal_service_status(service, "3 tags.");
  assert_string_equal(told(*state, &text), "STATUS=2 tags.");
  assert_string_equal(told(*state, &text), "STATUS=3 tags.");
  assert_string_equal(told(*state, &text), "");
}

static void catch (int number, const guint *n)
{
  const guint before = *n;
  raise(number);
  while (*n == before)
    g_main_context_iteration(NULL, TRUE);
  assert_int_equal(*n, before + 1);
}

/* Twice each: who asks again while the daemon stops does not kill it. */
static void
test_signals(void **state)
{
  Manager *manager = *state;
  g_autoptr(CalService) service = cal_service_new(&events, manager);
  for (int time = 0; time < 2; time++) {
    catch (SIGTERM, &manager->n_stops);
    catch (SIGINT, &manager->n_stops);
    catch (SIGHUP, &manager->n_reloads);
  }
  assert_int_equal(manager->n_probes, 0);
}

/* Half of two seconds. */
static void
test_the_probe_comes_when_half_the_interval_is_over(void **state)
{
  Manager *manager = *state;
  g_setenv("WATCHDOG_USEC", "2000000", TRUE);
  const gint64 began_us = g_get_monotonic_time();
  g_autoptr(CalService) service = cal_service_new(&events, manager);
  while (manager->n_probes == 0)
    g_main_context_iteration(NULL, TRUE);
  assert_true(g_get_monotonic_time() - began_us >= G_USEC_PER_SEC / 2);
  assert_int_equal(manager->n_stops + manager->n_reloads, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
  const struct CMUnitTest tests[] = {
    TEST(test_what_is_told),
    TEST(test_a_sentence_is_told_once),
    TEST(test_signals),
    TEST(test_the_probe_comes_when_half_the_interval_is_over),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
