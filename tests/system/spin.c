/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Preloaded into the daemon: SIGUSR2 sends its main thread into a loop that never ends. */
#include <signal.h>

static volatile sig_atomic_t spinning;

static void
spin(int number)
{
  (void)number;
  for (spinning = 1; spinning;)
    ;
}

__attribute__((constructor)) static void
listen_for_it(void)
{
  const struct sigaction action = { .sa_handler = spin };
  sigaction(SIGUSR2, &action, 0);
}
