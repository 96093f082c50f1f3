/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "days.h"

#include <math.h>

#define DAYS_A_CALL 366

/* Of numbers; `group` is "" in a property that is one dictionary. */
typedef struct {
  const char *property, *group, *name;
  const double *number; /* one to a day */
} Column;

typedef struct {
  GVariant *told; /* a{sv} in one piece, which the rest points into */
  GVariant *dates;
  GArray *columns; /* Column, in the order in which they were told */
  guint n_days;
} Page;

typedef struct {
  const Page *page;
  guint at;
} Place;

struct CtlDays {
  GPtrArray *pages; /* Page, owned */
  GArray *places;   /* Place, one to a day */
};

static void
page_free(gpointer data)
{
  Page *page = data;
  g_array_unref(page->columns);
  g_variant_unref(page->dates);
  g_variant_unref(page->told);
  g_free(page);
}

void
ctl_days_free(CtlDays *days)
{
  g_array_unref(days->places);
  g_ptr_array_unref(days->pages);
  g_free(days);
}

/* -- Taking a page
 * ---------------------------------------------------------------------------------------------------- */

static void
take_columns(Page *page, const char *property, const char *group, GVariant *columns)
{
  GVariantIter iter;
  GVariant *numbers;
  Column column = { property, group, NULL, NULL };
  g_variant_iter_init(&iter, columns);
  while (g_variant_iter_loop(&iter, "{&s@ad}", &column.name, &numbers)) {
    gsize n_days;
    column.number = g_variant_get_fixed_array(numbers, &n_days, sizeof *column.number);
    if (n_days == page->n_days)
      g_array_append_val(page->columns, column);
  }
}

static void
take_groups(Page *page, const char *property, GVariant *groups)
{
  GVariantIter iter;
  const char *group;
  GVariant *columns;
  g_variant_iter_init(&iter, groups);
  while (g_variant_iter_loop(&iter, "{&s@a{sad}}", &group, &columns))
    take_columns(page, property, group, columns);
}

static Page *
page_new(GVariant *told)
{
  GVariantIter iter;
  const char *property;
  GVariant *value;
  Page *page = g_new0(Page, 1);
  page->told = g_variant_ref(told);
  g_variant_get_data(told); /* in one piece from here on: what is taken of it stays where it is */
  page->dates = g_variant_lookup_value(told, "Date", G_VARIANT_TYPE_STRING_ARRAY);
  if (page->dates == NULL)
    page->dates = g_variant_ref_sink(g_variant_new_strv(NULL, 0));
  page->n_days = (guint)g_variant_n_children(page->dates);
  page->columns = g_array_new(FALSE, FALSE, sizeof(Column));
  g_variant_iter_init(&iter, told);
  while (g_variant_iter_loop(&iter, "{&sv}", &property, &value)) {
    if (g_variant_is_of_type(value, G_VARIANT_TYPE("a{sad}")))
      take_columns(page, property, "", value);
    else if (g_variant_is_of_type(value, G_VARIANT_TYPE("a{sa{sad}}")))
      take_groups(page, property, value);
  }
  return page;
}

static void
take_page(CtlDays *days, GVariant *told)
{
  Page *page = page_new(told);
  g_ptr_array_add(days->pages, page);
  for (guint i = 0; i < page->n_days; i++)
    g_array_append_val(days->places, ((Place){ page, i }));
}

CtlDays *
ctl_days_fetch(CtlClient *client, const char *from, const char *to, GError **error)
{
  g_autofree char *next = g_strdup(from);
  g_autoptr(CtlDays) days = g_new(CtlDays, 1);
  days->pages = g_ptr_array_new_with_free_func(page_free);
  days->places = g_array_new(FALSE, FALSE, sizeof(Place));
  do {
    g_autoptr(GVariant) page = NULL;
    g_autoptr(GVariant) reply = ctl_client_call(
        client, "Balance1", "GetDays", g_variant_new("(ssu)", next, to, DAYS_A_CALL), "(a{sv}s)", error);
    if (reply == NULL)
      return NULL;
    g_free(next);
    g_variant_get(reply, "(@a{sv}s)", &page, &next);
    take_page(days, page);
  } while (next[0] != '\0');
  return g_steal_pointer(&days);
}

/* -- Reading
 * ---------------------------------------------------------------------------------------------------- */

static const Place *
place_of(const CtlDays *days, guint day)
{
  return &g_array_index(days->places, Place, day);
}

guint
ctl_days_count(const CtlDays *days)
{
  return days->places->len;
}

const char *
ctl_days_date(const CtlDays *days, guint day)
{
  const char *date;
  const Place *place = place_of(days, day);
  g_variant_get_child(place->page->dates, place->at, "&s", &date);
  return date;
}

static const Column *
column_at(const Page *page, guint i)
{
  return &g_array_index(page->columns, Column, i);
}

double
ctl_days_number(const CtlDays *days, guint day, const char *property, const char *member)
{
  const Place *place = place_of(days, day);
  for (guint i = 0; i < place->page->columns->len; i++) {
    const Column *column = column_at(place->page, i);
    if (g_str_equal(column->name, member) && g_str_equal(column->property, property) &&
        column->group[0] == '\0')
      return column->number[place->at];
  }
  return NAN;
}

/* -- A day of its own
 * ---------------------------------------------------------------------------------------------------- */

/* From column `first` on, those of the same property and group; *end is behind the last. */
static GVariant *
numbers_of(const Place *place, guint first, guint *end)
{
  const Column *head = column_at(place->page, first);
  GVariantBuilder numbers = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE("a{sd}"));
  for (*end = first; *end < place->page->columns->len; ++*end) {
    const Column *column = column_at(place->page, *end);
    if (column->property != head->property || column->group != head->group)
      break;
    if (!isnan(column->number[place->at]))
      g_variant_builder_add(&numbers, "{sd}", column->name, column->number[place->at]);
  }
  return g_variant_builder_end(&numbers);
}

static guint
add_groups(const Place *place, guint first, GVariantBuilder *day)
{
  guint i = first;
  const char *property = column_at(place->page, first)->property;
  GVariantBuilder groups = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE("a{sa{sd}}"));
  while (i < place->page->columns->len && column_at(place->page, i)->property == property) {
    const char *group = column_at(place->page, i)->group;
    g_variant_builder_add(&groups, "{s@a{sd}}", group, numbers_of(place, i, &i));
  }
  g_variant_builder_add(day, "{sv}", property, g_variant_builder_end(&groups));
  return i;
}

static void
add_numbers(const Place *place, GVariantBuilder *day)
{
  for (guint i = 0; i < place->page->columns->len;) {
    const Column *column = column_at(place->page, i);
    if (column->group[0] != '\0')
      i = add_groups(place, i, day);
    else
      g_variant_builder_add(day, "{sv}", column->property, numbers_of(place, i, &i));
  }
}

static gboolean
has_day(GVariant *listed, guint day)
{
  gsize n;
  const guint32 *days = g_variant_get_fixed_array(listed, &n, sizeof *days);
  for (gsize i = 0; i < n; i++) {
    if (days[i] == day)
      return TRUE;
  }
  return FALSE;
}

/* Of names with the days that have them, those that this day has. */
static GVariant *
names_of(GVariant *all, guint day)
{
  GVariantIter iter;
  const char *name;
  GVariant *listed;
  GVariantBuilder names = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE_STRING_ARRAY);
  g_variant_iter_init(&iter, all);
  while (g_variant_iter_loop(&iter, "{&s@au}", &name, &listed)) {
    if (has_day(listed, day))
      g_variant_builder_add(&names, "s", name);
  }
  return g_variant_builder_end(&names);
}

static void
add_other(const Place *place, const char *property, GVariant *value, GVariantBuilder *day)
{
  const gboolean is_row = g_variant_is_of_type(value, G_VARIANT_TYPE_STRING_ARRAY) ||
                          g_variant_is_of_type(value, G_VARIANT_TYPE("ab"));
  if (is_row && place->at < g_variant_n_children(value)) {
    g_autoptr(GVariant) element = g_variant_get_child_value(value, place->at);
    g_variant_builder_add(day, "{sv}", property, element);
  } else if (g_variant_is_of_type(value, G_VARIANT_TYPE("a{sau}"))) {
    g_variant_builder_add(day, "{sv}", property, names_of(value, place->at));
  }
}

GVariant *
ctl_days_day(const CtlDays *days, guint day)
{
  GVariantIter iter;
  const char *property;
  GVariant *value;
  const Place *place = place_of(days, day);
  GVariantBuilder told = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE_VARDICT);
  add_numbers(place, &told);
  g_variant_iter_init(&iter, place->page->told);
  while (g_variant_iter_loop(&iter, "{&sv}", &property, &value))
    add_other(place, property, value, &told);
  return g_variant_ref_sink(g_variant_builder_end(&told));
}
