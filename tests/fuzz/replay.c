/* SPDX-License-Identifier: GPL-2.0-or-later */
/* replay DIRECTORY: feeds every file of it to the target. Fails when there is none. */
#include "fuzz.h"

#include <dirent.h>
#include <stdio.h>

#define INPUT_MAX 65536

static void
replay_file(const char *directory, const char *name)
{
  char path[4096];
  snprintf(path, sizeof path, "%s/%s", directory, name);
  FILE *file = fopen(path, "rb");
  uint8_t *input = malloc(INPUT_MAX);
  if (file == NULL || input == NULL) {
    fprintf(stderr, "cannot read %s\n", path);
    exit(1);
  }
  const size_t size = fread(input, 1, INPUT_MAX, file);
  fclose(file);
  /* A block of exactly the input's size, so that a sanitizer sees the first byte too many. */
  uint8_t *exact = size == 0 ? input : realloc(input, size);
  FUZZ_REQUIRE(exact != NULL);
  LLVMFuzzerTestOneInput(exact, size);
  free(exact);
}

int
main(int argc, char **argv)
{
  DIR *directory = argc == 2 ? opendir(argv[1]) : NULL;
  if (directory == NULL) {
    fprintf(stderr, "usage: %s DIRECTORY\n", argv[0]);
    return 2;
  }
  int replayed = 0;
  for (struct dirent *entry = readdir(directory); entry != NULL; entry = readdir(directory)) {
    if (entry->d_name[0] == '.')
      continue;
    replay_file(argv[1], entry->d_name);
    replayed++;
  }
  closedir(directory);
  printf("%d inputs\n", replayed);
  return replayed > 0 ? 0 : 1;
}
