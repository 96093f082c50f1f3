/* SPDX-License-Identifier: GPL-2.0-or-later */
/* make_golden_ledger DIRECTORY N: writes vN.db and vN.txt there, N being the version that this program makes.
 */
#include "golden.h"

#include <fcntl.h>
#include <unistd.h>

int
main(int argc, char **argv)
{
  void *state;
  if (argc != 3 || desk_set_up(&state) != 0)
    return 2;
  Desk *desk = state;
  g_autofree char *db = g_strdup_printf("%s/v%s.db", argv[1], argv[2]);
  g_autofree char *txt = g_strdup_printf("%s/v%s.txt", argv[1], argv[2]);
  golden_fill(desk);
  g_autofree char *told = golden_tell(desk);
  const int fd = open(db, O_RDWR | O_CREAT | O_EXCL, 0644); /* there is one already: leave it */
  const gboolean done = fd >= 0 && cal_ledger_backup(desk->ledger, fd, NULL) && close(fd) == 0 &&
                        g_file_set_contents(txt, told, -1, NULL);
  desk_tear_down(&state);
  return done ? 0 : 1;
}
