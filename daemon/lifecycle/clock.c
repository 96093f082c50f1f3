/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A timer that never ends and is cancelled by a step of its clock: timerfd_create(2),
 * TFD_TIMER_CANCEL_ON_SET. */
#include "clock.h"

#include <errno.h>
#include <glib-unix.h>
#include <sys/timerfd.h>
#include <unistd.h>

/* Beyond all days that are counted (2262), and small enough for whoever turns it into nanoseconds. */
#define NEVER_S G_GINT64_CONSTANT(9223372036)

struct CalClock {
  int fd;
  guint source_id;
  void (*set)(gpointer data);
  gpointer data;
};

/* 0, or the error. */
static int
arm(int fd)
{
  const struct itimerspec never = { .it_value.tv_sec = (time_t)NEVER_S };
  const int flags = TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET;
  return timerfd_settime(fd, flags, &never, NULL) == 0 ? 0 : errno;
}

/* ECANCELED: armed as well, and the clock was set since the last time, or just now. */
static gboolean
is_armed(int error)
{
  return error == 0 || error == ECANCELED;
}

/* The read itself reports the step, as an error. */
static gboolean
was_set(int fd)
{
  guint64 expirations;
  return read(fd, &expirations, sizeof expirations) < 0 && errno == ECANCELED;
}

static gboolean
on_readable(gint fd, GIOCondition condition, gpointer data)
{
  CalClock *clock = data;
  (void)condition;
  const gboolean set = was_set(fd);
  const int error = arm(fd); /* before it is told, so that no step in the meantime is missed */
  if (!is_armed(error)) {
    g_warning("steps of the clock are not noticed any more: %s", g_strerror(error));
    clock->source_id = 0;
  }
  if (set || error == ECANCELED)
    clock->set(clock->data);
  return is_armed(error) ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

CalClock *
cal_clock_new(void (*set)(gpointer data), gpointer data)
{
  CalClock *clock = g_new0(CalClock, 1);
  clock->set = set;
  clock->data = data;
  clock->fd = timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK);
  const int error = clock->fd >= 0 ? arm(clock->fd) : errno;
  if (is_armed(error))
    clock->source_id = g_unix_fd_add(clock->fd, G_IO_IN, on_readable, clock);
  else
    g_warning("steps of the clock are not noticed: %s", g_strerror(error));
  return clock;
}

void
cal_clock_free(CalClock *clock)
{
  if (clock == NULL)
    return;
  if (clock->source_id != 0)
    g_source_remove(clock->source_id);
  if (clock->fd >= 0)
    close(clock->fd);
  g_free(clock);
}
