/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Steps of the wall clock, told by a timer of the test's own: a pipe in the kernel's place, and what it
 * answers. */
#include "../unit/cmocka_prelude.h"

#include "clock.h"

#include <errno.h>
#include <sys/timerfd.h>
#include <unistd.h>

/* The calls below have no argument for it. */
static struct {
  int ends[2];
  int create_error;
  int read_error; /* of the next read; 0: it expired */
  int arm_error;  /* of the next arming, and of all later ones when it is neither 0 nor ECANCELED */
  guint n_armed;
} timer;

/* The linker puts these in the place of the calls of clock.c. */
int __wrap_timerfd_create(int clock, int flags);
int __wrap_timerfd_settime(int fd, int flags, const struct itimerspec *value, struct itimerspec *old);
ssize_t __wrap_read(int fd, void *bytes, size_t n);
ssize_t __real_read(int fd, void *bytes, size_t n);

int
__wrap_timerfd_create(int clock, int flags)
{
  assert_int_equal(clock, CLOCK_REALTIME);
  assert_true(flags & TFD_NONBLOCK);
  errno = timer.create_error;
  return timer.create_error == 0 ? timer.ends[0] : -1;
}

int
__wrap_timerfd_settime(int fd, int flags, const struct itimerspec *value, struct itimerspec *old)
{
  assert_int_equal(fd, timer.ends[0]);
  assert_int_equal(flags, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET);
  assert_true(value->it_value.tv_sec > 0);
  assert_null(old);
  timer.n_armed++;
  errno = timer.arm_error;
  if (timer.arm_error == ECANCELED)
    timer.arm_error = 0;
  return errno == 0 ? 0 : -1;
}

ssize_t
__wrap_read(int fd, void *bytes, size_t n)
{
  char woken;
  if (fd != timer.ends[0])
    return __real_read(fd, bytes, n);
  assert_int_equal(__real_read(fd, &woken, 1), 1);
  errno = timer.read_error;
  return timer.read_error == 0 ? (ssize_t)n : -1;
}

static int
set_up(void **state)
{
  (void)state;
  memset(&timer, 0, sizeof timer);
  return pipe(timer.ends);
}

static int
tear_down(void **state)
{
  (void)state;
  close(timer.ends[0]);
  close(timer.ends[1]);
  return 0;
}

static void
on_set(gpointer data)
{
  ++*(guint *)data;
}

/* The timer is readable once, with this answer; how often the clock was told to be set. */
static guint
wake(const guint *n_set, int read_error)
{
  const guint before = *n_set;
  timer.read_error = read_error;
  assert_int_equal(write(timer.ends[1], "x", 1), 1);
  while (g_main_context_iteration(NULL, FALSE))
    ;
  return *n_set - before;
}

static void
test_each_step_is_told_once(void **state)
{
  (void)state;
  guint n_set = 0;
  g_autoptr(CalClock) clock = cal_clock_new(on_set, &n_set);
  assert_int_equal(timer.n_armed, 1);
  for (guint step = 1; step <= 3; step++) {
    assert_int_equal(wake(&n_set, ECANCELED), 1);
    assert_int_equal(timer.n_armed, 1 + step);
  }
}

static void
test_what_is_no_step_is_not_told(void **state)
{
  (void)state;
  guint n_set = 0;
  g_autoptr(CalClock) clock = cal_clock_new(on_set, &n_set);
  assert_int_equal(wake(&n_set, 0), 0);
  assert_int_equal(wake(&n_set, EAGAIN), 0);
  assert_int_equal(wake(&n_set, ECANCELED), 1); /* it is still heard */
}

/* The kernel reports it by the arming then, as an error of one that holds. */
static void
test_a_step_while_it_is_armed(void **state)
{
  (void)state;
  guint n_set = 0;
  timer.arm_error = ECANCELED;
  g_autoptr(CalClock) clock = cal_clock_new(on_set, &n_set); /* nothing was due yet, so nobody need know */
  assert_int_equal(wake(&n_set, ECANCELED), 1);
  timer.arm_error = ECANCELED;
  assert_int_equal(wake(&n_set, EAGAIN), 1);
  timer.arm_error = ECANCELED;
  assert_int_equal(wake(&n_set, ECANCELED), 1); /* two in a row are one */
}

static void
test_a_timer_that_cannot_be_armed_again(void **state)
{
  (void)state;
  guint n_set = 0;
  g_autoptr(CalClock) clock = cal_clock_new(on_set, &n_set);
  timer.arm_error = EINVAL;
  g_test_expect_message(NULL, G_LOG_LEVEL_WARNING, "steps of the clock are not noticed any more: *");
  assert_int_equal(wake(&n_set, ECANCELED), 1);
  g_test_assert_expected_messages();
  assert_int_equal(wake(&n_set, ECANCELED), 0);
}

static void
test_a_kernel_that_cannot_tell(void **state)
{
  (void)state;
  guint n_set = 0;
  timer.create_error = ENOSYS;
  g_test_expect_message(NULL, G_LOG_LEVEL_WARNING, "steps of the clock are not noticed: *");
  g_autoptr(CalClock) none = cal_clock_new(on_set, &n_set);
  g_test_assert_expected_messages();
  assert_int_equal(timer.n_armed, 0);
  timer.create_error = 0;
  timer.arm_error = EINVAL;
  g_test_expect_message(NULL, G_LOG_LEVEL_WARNING, "steps of the clock are not noticed: *");
  g_autoptr(CalClock) unarmed = cal_clock_new(on_set, &n_set);
  g_test_assert_expected_messages();
  assert_int_equal(wake(&n_set, ECANCELED), 0);
  cal_clock_free(NULL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
  const struct CMUnitTest tests[] = {
    TEST(test_each_step_is_told_once),    TEST(test_what_is_no_step_is_not_told),
    TEST(test_a_step_while_it_is_armed),  TEST(test_a_timer_that_cannot_be_armed_again),
    TEST(test_a_kernel_that_cannot_tell),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
