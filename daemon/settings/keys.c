/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "keys.h"

#include "error.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

struct CalKeys {
  char *path;
  GHashTable *by_address; /* text of the address -> CAL_KEY_SIZE bytes, both owned */
};

static void
wipe_key(gpointer key)
{
  explicit_bzero(key, CAL_KEY_SIZE);
  g_free(key);
}

static void
wipe_text(GString *text)
{
  explicit_bzero(text->str, text->len);
  g_string_free(text, TRUE);
}

static gboolean
parse_hex(const char *text, guint8 key[CAL_KEY_SIZE])
{
  if (strlen(text) != 2 * CAL_KEY_SIZE)
    return FALSE;
  for (int i = 0; i < CAL_KEY_SIZE; i++) {
    const int high = g_ascii_xdigit_value(text[2 * i]);
    const int low = g_ascii_xdigit_value(text[2 * i + 1]);
    if (high < 0 || low < 0)
      return FALSE;
    key[i] = (guint8)(high << 4 | low);
  }
  return TRUE;
}

static gboolean
take_line(CalKeys *keys, const char *line)
{
  CalAddress address;
  guint8 key[CAL_KEY_SIZE];
  const char *space = strchr(line, ' ');
  g_autofree char *text = space != NULL ? g_strndup(line, (gsize)(space - line)) : NULL;
  if (line[0] == '\0')
    return TRUE;
  if (space == NULL || !cal_address_parse(text, &address) || !parse_hex(space + 1, key))
    return FALSE;
  g_hash_table_insert(keys->by_address, g_steal_pointer(&text), g_memdup2(key, sizeof key));
  explicit_bzero(key, sizeof key);
  return TRUE;
}

/* In place, since a copy would have to be wiped. */
static gboolean
take_text(CalKeys *keys, char *text, GError **error)
{
  char *rest = text;
  for (guint number = 1; rest != NULL; number++) {
    const char *line = strsep(&rest, "\n");
    if (!take_line(keys, line)) {
      g_set_error(error, CAL_ERROR, CAL_ERROR_INVALID,
                  "%s, line %u: expected an address and 32 hexadecimal digits", keys->path, number);
      return FALSE;
    }
  }
  return TRUE;
}

/* -- The files ------------------------------------------------------------------------------------------ */

/* What a crash while it was being written left beside the file: GLib names it as g_mkstemp() does. */
static gboolean
is_unfinished(const char *name, const char *base)
{
  const gsize length = strlen(base);
  return g_str_has_prefix(name, base) && name[length] == '.' && strlen(name) == length + strlen(".XXXXXX");
}

static void
sweep(const char *path)
{
  const char *name;
  g_autofree char *directory = g_path_get_dirname(path);
  g_autofree char *base = g_path_get_basename(path);
  g_autoptr(GDir) dir = g_dir_open(directory, 0, NULL);
  while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
    g_autofree char *file = g_build_filename(directory, name, NULL);
    if (is_unfinished(name, base))
      g_unlink(file); /* what cannot be removed is met again at the next start */
  }
}

gboolean
cal_keys_remove(const char *path, GError **error)
{
  sweep(path);
  if (g_unlink(path) == 0 || errno == ENOENT)
    return TRUE;
  g_set_error(error, CAL_ERROR, CAL_ERROR_STORAGE, "the keys cannot be removed: %s", g_strerror(errno));
  return FALSE;
}

CalKeys *
cal_keys_open(const char *path, GError **error)
{
  g_autofree char *text = NULL;
  g_autoptr(GError) problem = NULL;
  g_autoptr(CalKeys) keys = g_new0(CalKeys, 1);
  gsize length = 0;
  keys->path = g_strdup(path);
  keys->by_address = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, wipe_key);
  sweep(path);
  if (!g_file_get_contents(path, &text, &length, &problem)) {
    if (g_error_matches(problem, G_FILE_ERROR, G_FILE_ERROR_NOENT))
      return g_steal_pointer(&keys);
    g_set_error(error, CAL_ERROR, CAL_ERROR_STORAGE, "the keys cannot be read: %s", problem->message);
    return NULL;
  }
  const gboolean taken = take_text(keys, text, error);
  explicit_bzero(text, length);
  return taken ? g_steal_pointer(&keys) : NULL;
}

void
cal_keys_free(CalKeys *keys)
{
  g_hash_table_unref(keys->by_address);
  g_free(keys->path);
  g_free(keys);
}

const guint8 *
cal_keys_find(CalKeys *keys, const CalAddress *tag)
{
  char text[CAL_ADDRESS_TEXT_SIZE];
  cal_address_format(tag, text);
  return g_hash_table_lookup(keys->by_address, text);
}

static GString *
format(CalKeys *keys)
{
  GString *text = g_string_sized_new(64 * (gsize)g_hash_table_size(keys->by_address) + 1);
  GHashTableIter iter;
  gpointer address, key;
  g_hash_table_iter_init(&iter, keys->by_address);
  while (g_hash_table_iter_next(&iter, &address, &key)) {
    g_string_append_printf(text, "%s ", (const char *)address);
    for (int i = 0; i < CAL_KEY_SIZE; i++)
      g_string_append_printf(text, "%02x", ((const guint8 *)key)[i]);
    g_string_append_c(text, '\n');
  }
  return text;
}

static gboolean
write_file(CalKeys *keys, GError **error)
{
  g_autoptr(GError) problem = NULL;
  GString *text = format(keys);
  const gboolean written =
      g_file_set_contents_full(keys->path, text->str, (gssize)text->len,
                               G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600, &problem);
  wipe_text(text);
  if (!written)
    g_set_error(error, CAL_ERROR, CAL_ERROR_STORAGE, "the keys cannot be written: %s", problem->message);
  return written;
}

static void
put(CalKeys *keys, const char *address, const guint8 *key)
{
  if (key != NULL)
    g_hash_table_insert(keys->by_address, g_strdup(address), g_memdup2(key, CAL_KEY_SIZE));
  else
    g_hash_table_remove(keys->by_address, address);
}

/* Memory says what the file does, also after it could not be written: or removing a key a second time would
 * find nothing to do, and leave it in the file. */
gboolean
cal_keys_set(CalKeys *keys, const CalAddress *tag, const guint8 *key, GError **error)
{
  char address[CAL_ADDRESS_TEXT_SIZE];
  cal_address_format(tag, address);
  const guint8 *found = g_hash_table_lookup(keys->by_address, address);
  if (found == NULL && key == NULL)
    return TRUE;
  guint8 *before = found != NULL ? g_memdup2(found, CAL_KEY_SIZE) : NULL;
  put(keys, address, key);
  const gboolean written = write_file(keys, error);
  if (!written)
    put(keys, address, before);
  if (before != NULL)
    wipe_key(before);
  return written;
}
