/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "complete_value.h"

#include "client.h"
#include "pages.h"
#include "screen.h"

#include <calcifer/clothing.h>
#include <calcifer/cloud.h>
#include <calcifer/code.h>
#include <calcifer/profile.h>

#include <stdio.h>
#include <string.h>

/* Entries older than a day are rarely what somebody wants to take back. */
#define RECENT_S 86400

typedef struct Words {
  int n;
  char **words;
  const char *begun; /* words[n] */
} Words;

/* A shell shows the candidates as they are: one that a terminal would obey is left out. So is one with a
 * character of private use: zsh puts on its line what stands before that, which may be another name. */
static gboolean
is_harmless(const char *candidate)
{
  g_autofree char *shown = ctl_screen_escape(candidate);
  for (const char *p = candidate; *p != '\0'; p = g_utf8_next_char(p))
    if (g_unichar_type(g_utf8_get_char(p)) == G_UNICODE_PRIVATE_USE)
      return FALSE;
  return g_str_equal(candidate, shown);
}

static void
offer(const Words *words, const char *candidate)
{
  if (g_str_has_prefix(candidate, words->begun) && is_harmless(candidate))
    printf("%s\n", candidate);
}

/* -- What the daemon knows ------------------------------------------------------------------------------ */

static void
offer_tags(const Words *words)
{
  const char *path, *address;
  GVariant *tag;
  GVariantIter iter;
  g_autoptr(CtlClient) client = ctl_client_new(NULL);
  g_autoptr(GVariant) tags = client != NULL ? ctl_client_tags(client, NULL) : NULL;
  if (tags == NULL)
    return;
  g_variant_iter_init(&iter, tags);
  while (g_variant_iter_loop(&iter, "{&o@a{sv}}", &path, &tag)) {
    if (g_variant_lookup(tag, "Address", "&s", &address))
      offer(words, address);
  }
}

static void
offer_member(const Words *words, GVariant *row, const char *member)
{
  const char *name;
  if (g_variant_lookup(row, member, "&s", &name) && name[0] != '\0')
    offer(words, name);
}

static void
offer_property(const Words *words, const char *interface, const char *property, const char *member)
{
  g_autoptr(CtlClient) client = ctl_client_new(NULL);
  g_autoptr(GVariant) rows = client != NULL ? ctl_client_get(client, interface, property, NULL) : NULL;
  for (gsize i = 0; rows != NULL && i < g_variant_n_children(rows); i++) {
    g_autoptr(GVariant) row = g_variant_get_child_value(rows, i);
    offer_member(words, row, member);
  }
}

/* A member of each row of a list in pages; of rows for which `flag` is not so, when it is given, none. */
static void
offer_list(const Words *words, const char *interface, const char *method, GVariant *arguments,
           const char *member, const char *flag)
{
  g_autoptr(GVariant) owned = g_variant_ref_sink(arguments);
  g_autoptr(CtlClient) client = ctl_client_new(NULL);
  g_autoptr(GPtrArray) rows = client != NULL ? ctl_pages_fetch(client, interface, method, owned, NULL) : NULL;
  for (guint i = 0; rows != NULL && i < rows->len; i++) {
    if (flag == NULL || ctl_client_flag(rows->pdata[i], flag))
      offer_member(words, rows->pdata[i], member);
  }
}

static void
offer_products(const Words *words)
{
  offer_property(words, "Catalog1", "Products", "name");
}

static void
offer_alerts(const Words *words)
{
  offer_property(words, "Alerts1", "Alerts", "id");
}

static void
offer_foods(const Words *words)
{
  offer_list(words, "Catalog1", "SearchFoods", g_variant_new("(s)", ""), "name", NULL);
}

static void
offer_own_foods(const Words *words)
{
  offer_list(words, "Catalog1", "SearchFoods", g_variant_new("(s)", ""), "name", "own");
}

/* Foods and amounts take turns: "oats 40g milk 200g". */
static void
offer_ingredients(const Words *words)
{
  if (words->n % 2 == 1)
    offer_foods(words);
}

static void
offer_entries(const Words *words)
{
  const gint64 now = g_get_real_time() / G_USEC_PER_SEC;
  offer_list(words, "Ledger1", "GetEvents", g_variant_new("(xx)", now - RECENT_S, now + 60), "id", NULL);
}

/* -- What the core knows -------------------------------------------------------------------------------- */

static void
offer_codes(const Words *words, const char *before)
{
  for (int code = 0; code < CAL_CODE_COUNT; code++) {
    g_autofree char *candidate = g_strconcat(before, cal_code_name((CalCode)code), NULL);
    offer(words, candidate);
  }
}

static void
offer_topics(const Words *words)
{
  offer_codes(words, "");
  offer_alerts(words);
}

static void
offer_clothing(const Words *words)
{
  for (int set = CAL_CLOTHING_FACE_HANDS; set <= CAL_CLOTHING_SWIMWEAR; set++)
    offer(words, cal_clothing_name((CalClothing)set));
}

static void
offer_skies(const Words *words)
{
  for (int cloud = CAL_CLOUD_CLEAR; cloud <= CAL_CLOUD_OVERCAST; cloud++)
    offer(words, cal_cloud_name((CalCloud)cloud));
}

static void
offer_keys(const Words *words)
{
  for (int key = 0; key < CAL_PROFILE_KEY_COUNT; key++)
    offer(words, cal_profile_key_name((CalProfileKey)key));
  offer_codes(words, "threshold.");
}

/* Of several values with commas between them the last one. */
static void
offer_choices(const Words *words, CalProfileKey key)
{
  const char *comma = strrchr(words->begun, ',');
  g_autofree char *before = comma != NULL ? g_strndup(words->begun, (gsize)(comma + 1 - words->begun)) : NULL;
  for (gsize i = 0; cal_profile_key_choice(key, i) != NULL; i++) {
    g_autofree char *candidate =
        g_strconcat(before != NULL ? before : "", cal_profile_key_choice(key, i), NULL);
    offer(words, candidate);
  }
}

static void
offer_profile_values(const Words *words)
{
  for (int key = 0; key < CAL_PROFILE_KEY_COUNT; key++) {
    if (g_str_equal(words->words[words->n - 1], cal_profile_key_name((CalProfileKey)key)))
      offer_choices(words, (CalProfileKey)key);
  }
  if (g_str_equal(words->words[words->n - 1], cal_profile_key_name(CAL_PROFILE_CLOTHING)))
    offer_clothing(words);
}

/* -- Which of it, where --------------------------------------------------------------------------------- */

#define FROM(place) (-(place))

/* By the one or two words that the line begins with, and which word is begun. Either `values` or `list` says
 * what. */
static const struct {
  const char *verb, *below;
  int place; /* FROM(n): that and each behind it */
  void (*values)(const Words *words);
  const char *list; /* with '|' between */
} rows[] = {
  { "log", "take", 2, offer_products, NULL },
  { "log", "food", 2, offer_foods, NULL },
  { "wear", NULL, 1, offer_clothing, NULL },
  { "undo", NULL, 1, offer_entries, NULL },
  { "amend", NULL, 1, offer_entries, NULL },
  { "forget", NULL, 1, offer_entries, NULL },
  { "alerts", "snooze", 2, offer_alerts, NULL },
  { "alerts", "snooze", 3, NULL, "1h|4h|1d" },
  { "alerts", "dismiss", 2, offer_alerts, NULL },
  { "alerts", "answer", 2, offer_alerts, NULL },
  { "alerts", "answer", 3, NULL, "same|second" },
  { "explain", NULL, 1, offer_topics, NULL },
  { "tags", "forget", 2, offer_tags, NULL },
  { "tags", "role", 2, offer_tags, NULL },
  { "tags", "role", 3, NULL, "worn|ambient|buttons" },
  { "tags", "map", 2, offer_tags, NULL },
  { "tags", "map", 4, offer_products, NULL },
  { "tags", "allow", 2, offer_tags, NULL },
  { "tags", "allow", 3, NULL, "yes|no" },
  { "tags", "key", 2, offer_tags, NULL },
  { "tags", "counter", 2, offer_tags, NULL },
  { "tags", "date", 2, offer_tags, NULL },
  { "products", "edit", 2, offer_products, NULL },
  { "products", "correct", 2, offer_products, NULL },
  { "products", "remove", 2, offer_products, NULL },
  { "foods", "search", FROM(2), offer_foods, NULL },
  { "foods", "recipe", FROM(3), offer_ingredients, NULL },
  { "foods", "remove", 2, offer_own_foods, NULL },
  { "profile", "set", 2, offer_keys, NULL },
  { "profile", "set", 3, offer_profile_values, NULL },
};

/* What an option takes, whatever the verb. */
static const struct {
  const char *option;
  void (*values)(const Words *words);
  const char *list;
} options[] = {
  { "--wearing", offer_clothing, NULL },
  { "--sky", offer_skies, NULL },
  { "--since", NULL, "always" },
  { "--format", NULL, "csv|jsonl|fhir" },
  { "--for", NULL, "d|calcium|magnesium|k1" },
  { "--richest", NULL, "d|calcium|magnesium|k1|k2|mk4|mk7|vitamin-c" },
  { "--calibration", NULL, "dowdy|webb-engelsen" },
};

static void
offer_from(const Words *words, void (*values)(const Words *words), const char *list)
{
  g_auto(GStrv) names = g_strsplit(list != NULL ? list : "", "|", -1);
  if (values != NULL)
    values(words);
  for (char **name = names; *name != NULL; name++)
    offer(words, *name);
}

static gboolean
begins_with(const Words *words, const char *verb, const char *below)
{
  const gboolean is_below = below == NULL || (words->n > 1 && g_str_equal(words->words[1], below));
  return g_str_equal(words->words[0], verb) && is_below;
}

void
ctl_complete_value(int n, char **words)
{
  const Words all = { n, words, words[n] };
  for (gsize i = 0; i < G_N_ELEMENTS(options); i++) {
    if (n > 1 && g_str_equal(words[n - 1], options[i].option)) {
      offer_from(&all, options[i].values, options[i].list);
      return;
    }
  }
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    const gboolean is_place = rows[i].place == n || (rows[i].place < 0 && n >= -rows[i].place);
    if (is_place && begins_with(&all, rows[i].verb, rows[i].below))
      offer_from(&all, rows[i].values, rows[i].list);
  }
}
