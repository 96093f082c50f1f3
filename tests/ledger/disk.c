/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "disk.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#define SECTOR  512
#define MAX_FD  1024
#define NO_FILE (-1)

/* Of a descriptor: the directory itself, or a file whose content nobody wants. */
#define IS_DIRECTORY (-2)
#define IS_VOLATILE  (-3)

typedef enum { WROTE, CUT, SYNCED, NAMED, RENAMED, UNNAMED, SYNCED_NAMES } StepKind;

typedef struct Step {
  StepKind kind;
  int file;
  gint64 at;       /* WROTE: where; CUT: to which length */
  GBytes *bytes;   /* WROTE */
  guint synced;    /* the step that brought it to the disk; G_MAXUINT: none did */
  char *name, *to; /* NAMED, UNNAMED: name; RENAMED: both */
} Step;

/* The calls below have no argument for it. */
static struct {
  char *directory; /* NULL: nobody watches */
  GArray *steps;
  GHashTable *names; /* name → file + 1 */
  int n_files;
  int opened[MAX_FD];
  guint counted[DISK_N_CALLS];
  DiskCall failing;
  guint fail_at; /* of counted[failing]; 0: never */
  gboolean fails_ever, has_failed;
  int error;
} disk;

/* -- Watching ------------------------------------------------------------------------------------------- */

static void
clear_step(gpointer data)
{
  Step *step = data;
  g_clear_pointer(&step->bytes, g_bytes_unref);
  g_free(step->name);
  g_free(step->to);
}

void
disk_watch(const char *directory)
{
  g_clear_pointer(&disk.directory, g_free);
  g_clear_pointer(&disk.steps, g_array_unref);
  g_clear_pointer(&disk.names, g_hash_table_unref);
  memset(&disk, 0, sizeof disk);
  if (directory == NULL)
    return;
  disk.steps = g_array_new(FALSE, TRUE, sizeof(Step));
  g_array_set_clear_func(disk.steps, clear_step);
  disk.names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  for (int i = 0; i < MAX_FD; i++)
    disk.opened[i] = NO_FILE;
  disk.directory = g_strdup(directory);
}

guint
disk_n_steps(void)
{
  return disk.steps != NULL ? disk.steps->len : 0;
}

static const Step *
step_at(guint i)
{
  return &g_array_index(disk.steps, Step, i);
}

void
disk_fail(DiskCall call, guint n, gboolean ever, int error)
{
  disk.failing = call;
  disk.fail_at = n == 0 ? 0 : disk.counted[call] + n;
  disk.fails_ever = ever;
  disk.has_failed = FALSE;
  disk.error = error;
}

gboolean
disk_has_failed(void)
{
  return disk.has_failed;
}

static gboolean
fails(DiskCall call)
{
  const guint n = ++disk.counted[call];
  if (call != disk.failing || disk.fail_at == 0 || n < disk.fail_at || (n > disk.fail_at && !disk.fails_ever))
    return FALSE;
  disk.has_failed = TRUE;
  errno = disk.error;
  return TRUE;
}

/* The name within the directory that is watched; NULL elsewhere. */
static const char *
name_of(const char *path)
{
  const size_t length = disk.directory != NULL ? strlen(disk.directory) : 0;
  if (length == 0 || strncmp(path, disk.directory, length) != 0 || path[length] != '/')
    return NULL;
  return path + length + 1;
}

static gboolean
is_directory(const char *path)
{
  return disk.directory != NULL && strcmp(path, disk.directory) == 0;
}

static int
file_of(int fd)
{
  return disk.directory != NULL && fd >= 0 && fd < MAX_FD ? disk.opened[fd] : NO_FILE;
}

static gboolean
is_sync(const Step *step)
{
  return step->kind == SYNCED || step->kind == SYNCED_NAMES;
}

/* A sync brings to the disk what the one before it did not. */
static void
mark_synced(const Step *sync)
{
  const guint now = disk.steps->len;
  for (guint i = now; i-- > 0;) {
    Step *step = &g_array_index(disk.steps, Step, i);
    const gboolean is_content = step->kind == WROTE || step->kind == CUT;
    const gboolean concerned =
        sync->kind == SYNCED ? is_content && step->file == sync->file : step->name != NULL;
    if (step->kind == sync->kind && step->file == sync->file)
      return;
    if (concerned)
      step->synced = now;
  }
}

static void
note(Step step)
{
  step.synced = G_MAXUINT;
  if (is_sync(&step))
    mark_synced(&step);
  g_array_append_val(disk.steps, step);
}

static gboolean
is_shm(const char *name)
{
  return g_str_has_suffix(name, "-shm");
}

static int
lookup(const char *name)
{
  return GPOINTER_TO_INT(g_hash_table_lookup(disk.names, name)) - 1;
}

static void
note_open(int fd, const char *name, int flags)
{
  if (fd < 0 || fd >= MAX_FD)
    return;
  if (is_shm(name)) {
    disk.opened[fd] = IS_VOLATILE;
    return;
  }
  int file = lookup(name);
  if (file < 0) {
    file = disk.n_files++;
    g_hash_table_insert(disk.names, g_strdup(name), GINT_TO_POINTER(file + 1));
    note((Step){ .kind = NAMED, .file = file, .name = g_strdup(name) });
  } else if ((flags & O_TRUNC) != 0) {
    note((Step){ .kind = CUT, .file = file });
  }
  disk.opened[fd] = file;
}

/* -- In libc's place ------------------------------------------------------------------------------------- */

/* POSIX lets dlsym() give functions, and ISO C does not know it. */
#pragma GCC diagnostic ignored "-Wpedantic"
#define REAL(type, call) ((type)(gpointer)dlsym(RTLD_NEXT, call))
#define PUBLIC           __attribute__((visibility("default")))

/* With file offsets of 64 bits the compiler gives these the names that 64-bit callers ask for. */
#if _FILE_OFFSET_BITS != 64
#error "these calls are known under the names for 64-bit offsets"
#endif

typedef int (*OpenCall)(const char *, int, mode_t);
typedef int (*FdCall)(int);
typedef ssize_t (*WriteCall)(int, const void *, size_t);
typedef ssize_t (*PwriteCall)(int, const void *, size_t, off_t);
typedef int (*TruncateCall)(int, off_t);
typedef int (*PathCall)(const char *);
typedef int (*TwoPathsCall)(const char *, const char *);

PUBLIC int open(const char *path, int flags, ...);
PUBLIC int close(int fd);
PUBLIC ssize_t write(int fd, const void *bytes, size_t size);
PUBLIC ssize_t pwrite(int fd, const void *bytes, size_t size, off_t at);
PUBLIC int ftruncate(int fd, off_t length);
PUBLIC int fsync(int fd);
PUBLIC int fdatasync(int fd);
PUBLIC int rename(const char *from, const char *to);
PUBLIC int link(const char *from, const char *to);
PUBLIC int unlink(const char *path);
PUBLIC ssize_t sendfile(int to, int from, off_t *at, size_t size);

int
open(const char *path, int flags, ...)
{
  mode_t mode = 0;
  if ((flags & (O_CREAT | O_TMPFILE)) != 0) {
    va_list arguments;
    va_start(arguments, flags);
    mode = va_arg(arguments, mode_t);
    va_end(arguments);
  }
  const char *name = name_of(path);
  if ((name != NULL || is_directory(path)) && fails(DISK_OPEN))
    return -1;
  const int fd = REAL(OpenCall, "open64")(path, flags, mode);
  if (name != NULL)
    note_open(fd, name, flags);
  else if (is_directory(path) && fd >= 0 && fd < MAX_FD)
    disk.opened[fd] = IS_DIRECTORY;
  return fd;
}

int
close(int fd)
{
  if (file_of(fd) != NO_FILE)
    disk.opened[fd] = NO_FILE;
  return REAL(FdCall, "close")(fd);
}

ssize_t
pwrite(int fd, const void *bytes, size_t size, off_t at)
{
  const int file = file_of(fd);
  const gboolean failing = file != NO_FILE && fails(DISK_WRITE);
  const int error = errno;
  const ssize_t n = REAL(PwriteCall, "pwrite64")(fd, bytes, failing ? size / 2 : size, at);
  if (file >= 0 && n > 0)
    note((Step){ .kind = WROTE, .file = file, .at = at, .bytes = g_bytes_new(bytes, (gsize)n) });
  if (failing)
    errno = error;
  return failing ? -1 : n;
}

ssize_t
write(int fd, const void *bytes, size_t size)
{
  if (file_of(fd) == NO_FILE)
    return REAL(WriteCall, "write")(fd, bytes, size);
  const off_t at = lseek(fd, 0, SEEK_CUR);
  const ssize_t n = pwrite(fd, bytes, size, at);
  if (n > 0)
    lseek(fd, at + n, SEEK_SET);
  return n;
}

int
ftruncate(int fd, off_t length)
{
  const int file = file_of(fd);
  if (file != NO_FILE && fails(DISK_WRITE))
    return -1;
  const int result = REAL(TruncateCall, "ftruncate64")(fd, length);
  if (file >= 0 && result == 0)
    note((Step){ .kind = CUT, .file = file, .at = length });
  return result;
}

static int
sync_watched(int file)
{
  if (file == NO_FILE)
    return 0; /* nothing that a test writes need survive it */
  if (fails(DISK_SYNC))
    return -1;
  if (file == IS_DIRECTORY)
    note((Step){ .kind = SYNCED_NAMES });
  else if (file >= 0)
    note((Step){ .kind = SYNCED, .file = file });
  return 0;
}

int
fsync(int fd)
{
  return disk.directory != NULL ? sync_watched(file_of(fd)) : REAL(FdCall, "fsync")(fd);
}

int
fdatasync(int fd)
{
  return disk.directory != NULL ? sync_watched(file_of(fd)) : REAL(FdCall, "fdatasync")(fd);
}

int
rename(const char *from, const char *to)
{
  const char *name = name_of(from), *new_name = name_of(to);
  if (name == NULL || new_name == NULL)
    return REAL(TwoPathsCall, "rename")(from, to);
  if (fails(DISK_NAME))
    return -1;
  const int result = REAL(TwoPathsCall, "rename")(from, to);
  const int file = result == 0 ? lookup(name) : NO_FILE;
  if (file < 0)
    return result;
  note((Step){ .kind = RENAMED, .name = g_strdup(name), .to = g_strdup(new_name) });
  g_hash_table_remove(disk.names, name);
  g_hash_table_insert(disk.names, g_strdup(new_name), GINT_TO_POINTER(file + 1));
  return result;
}

int
link(const char *from, const char *to)
{
  const char *name = name_of(from), *new_name = name_of(to);
  if (name == NULL || new_name == NULL)
    return REAL(TwoPathsCall, "link")(from, to);
  if (fails(DISK_NAME))
    return -1;
  const int result = REAL(TwoPathsCall, "link")(from, to);
  const int file = result == 0 ? lookup(name) : NO_FILE;
  if (file < 0)
    return result;
  note((Step){ .kind = NAMED, .file = file, .name = g_strdup(new_name) });
  g_hash_table_insert(disk.names, g_strdup(new_name), GINT_TO_POINTER(file + 1));
  return result;
}

int
unlink(const char *path)
{
  const char *name = name_of(path);
  if (name == NULL)
    return REAL(PathCall, "unlink")(path);
  if (fails(DISK_NAME))
    return -1;
  const int result = REAL(PathCall, "unlink")(path);
  if (result == 0 && g_hash_table_remove(disk.names, name))
    note((Step){ .kind = UNNAMED, .name = g_strdup(name) });
  return result;
}

/* By the calls above, so that what is copied is written down. */
ssize_t
sendfile(int to, int from, off_t *at, size_t size)
{
  char bytes[65536];
  const ssize_t n = at == NULL ? read(from, bytes, MIN(size, sizeof bytes)) : -1;
  return n > 0 ? write(to, bytes, (size_t)n) : n;
}

/* -- What is left --------------------------------------------------------------------------------------- */

typedef struct Left {
  GPtrArray *content; /* of each file: GByteArray, what is on the disk */
  GHashTable *names;  /* name → file + 1, on the disk */
  gboolean tears;
  guint64 seed;
} Left;

/* xorshift64*, Vigna 2016. */
static guint32
draw(Left *left, guint32 below)
{
  left->seed ^= left->seed >> 12;
  left->seed ^= left->seed << 25;
  left->seed ^= left->seed >> 27;
  return (guint32)((left->seed * UINT64_C(2685821657736338717)) >> 32) % below;
}

static void
grow(Left *left, GByteArray *content, gsize length)
{
  const gsize before = content->len;
  const gboolean anything = left->tears && draw(left, 4) == 0;
  if (length <= before)
    return;
  g_byte_array_set_size(content, (guint)length);
  for (gsize i = before; i < length; i++)
    content->data[i] = anything ? (guint8)draw(left, 256) : 0;
}

/* How many bytes of a sector's part arrived. */
static gsize
arrived(Left *left, gsize size)
{
  const guint32 lot = left->tears ? draw(left, 10) : 9;
  if (lot < 4)
    return 0;
  return lot == 4 ? draw(left, (guint32)size + 1) : size;
}

static void
apply_write(Left *left, const Step *step)
{
  gsize size;
  GByteArray *content = left->content->pdata[step->file];
  const guint8 *bytes = g_bytes_get_data(step->bytes, &size);
  for (gsize from = 0; from < size;) {
    const gsize at = (gsize)step->at + from;
    const gsize part = MIN(size - from, SECTOR - at % SECTOR);
    const gsize n = arrived(left, part);
    if (n > 0) {
      grow(left, content, at + n);
      memcpy(content->data + at, bytes + from, n);
    }
    from += part;
  }
}

static void
apply_cut(Left *left, const Step *step)
{
  GByteArray *content = left->content->pdata[step->file];
  if (left->tears && draw(left, 2) == 0)
    return;
  grow(left, content, (gsize)step->at);
  g_byte_array_set_size(content, (guint)step->at);
}

static void
apply_content(Left *left, const Step *step)
{
  if (step->kind == WROTE)
    apply_write(left, step);
  else if (step->kind == CUT)
    apply_cut(left, step);
}

static void
apply_name(Left *left, const Step *step)
{
  gpointer file, name;
  if (step->kind == NAMED)
    g_hash_table_insert(left->names, g_strdup(step->name), GINT_TO_POINTER(step->file + 1));
  else if (step->kind == UNNAMED)
    g_hash_table_remove(left->names, step->name);
  else if (step->kind == RENAMED && g_hash_table_steal_extended(left->names, step->name, &name, &file)) {
    g_hash_table_insert(left->names, g_strdup(step->to), file);
    g_free(name);
  }
}

/* With an even seed the first so many changes of names arrive, as where a file system keeps a journal; with
 * an odd one any may. */
static gboolean
name_arrives(Left *left, gboolean ordered, gboolean *ended)
{
  const gboolean arrives = !*ended && draw(left, 3) != 0;
  *ended = *ended || (ordered && !arrives);
  return arrives;
}

static void
apply_steps(Left *left, guint n, DiskLoss loss)
{
  const gboolean ordered = left->seed % 2 == 0;
  gboolean ended = FALSE;
  for (guint i = 0; i < n; i++) {
    const Step *step = step_at(i);
    const gboolean safe = loss == DISK_KEEPS_ALL || is_sync(step) || step->synced < n;
    if (is_sync(step) || (!safe && loss == DISK_KEEPS_SYNCED))
      continue;
    left->tears = !safe;
    if (step->kind == WROTE || step->kind == CUT)
      apply_content(left, step);
    else if (safe || name_arrives(left, ordered, &ended))
      apply_name(left, step);
  }
}

static void
empty(const char *directory)
{
  g_autoptr(GDir) files = g_dir_open(directory, 0, NULL);
  for (const char *name; files != NULL && (name = g_dir_read_name(files)) != NULL;) {
    g_autofree char *path = g_build_filename(directory, name, NULL);
    g_unlink(path);
  }
  g_mkdir_with_parents(directory, 0700);
}

/* Two names of one file stay that. */
static void
write_files(Left *left, const char *directory)
{
  GHashTableIter iter;
  gpointer name, file;
  g_autoptr(GHashTable) first_name = g_hash_table_new(NULL, NULL);
  g_hash_table_iter_init(&iter, left->names);
  while (g_hash_table_iter_next(&iter, &name, &file)) {
    g_autofree char *path = g_build_filename(directory, name, NULL);
    const GByteArray *content = left->content->pdata[GPOINTER_TO_INT(file) - 1];
    const char *other = g_hash_table_lookup(first_name, file);
    g_autofree char *other_path = g_build_filename(directory, other != NULL ? other : "", NULL);
    if (other != NULL && REAL(TwoPathsCall, "link")(other_path, path) == 0)
      continue;
    g_hash_table_insert(first_name, file, name);
    if (!g_file_set_contents_full(path, (const char *)content->data, content->len, G_FILE_SET_CONTENTS_NONE,
                                  0600, NULL))
      g_error("%s: %s", path, g_strerror(errno));
  }
}

void
disk_leave(guint n_steps, DiskLoss loss, guint64 seed, const char *directory)
{
  Left left = { .seed = seed * 2 + 88172645463325252u };
  left.content = g_ptr_array_new_with_free_func((GDestroyNotify)g_byte_array_unref);
  left.names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  for (int i = 0; i < disk.n_files; i++)
    g_ptr_array_add(left.content, g_byte_array_new());
  left.seed += seed % 2;
  apply_steps(&left, n_steps, loss);
  empty(directory);
  write_files(&left, directory);
  g_ptr_array_unref(left.content);
  g_hash_table_unref(left.names);
}

gboolean
disk_step_matters(guint step, DiskLoss loss)
{
  return step >= disk_n_steps() || (loss == DISK_KEEPS_SYNCED) == is_sync(step_at(step)) ||
         loss == DISK_TEARS;
}
