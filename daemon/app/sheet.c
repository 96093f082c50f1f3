/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sheet.h"

#include "member.h"
#include "numbers.h"

#include <math.h>

typedef struct {
  const char *property, *group, *name;
} Head;

struct CalSheet {
  GArray *heads;  /* Head, as the first day has written them */
  GArray *values; /* double, day by day */
  guint n_days;
};

CalSheet *
cal_sheet_new(void)
{
  CalSheet *sheet = g_new0(CalSheet, 1);
  sheet->heads = g_array_sized_new(FALSE, FALSE, sizeof(Head), 96);
  sheet->values = g_array_sized_new(FALSE, FALSE, sizeof(double), 96);
  return sheet;
}

void
cal_sheet_free(CalSheet *sheet)
{
  g_array_unref(sheet->heads);
  g_array_unref(sheet->values);
  g_free(sheet);
}

static const Head *
head_at(const CalSheet *sheet, guint i)
{
  return &g_array_index(sheet->heads, Head, i);
}

static double
value_at(const CalSheet *sheet, guint day, guint i)
{
  return g_array_index(sheet->values, double, day * sheet->heads->len + i);
}

void
cal_sheet_begin_day(CalSheet *sheet)
{
  g_assert_cmpuint(sheet->values->len, ==, sheet->n_days * sheet->heads->len);
  sheet->n_days++;
}

void
cal_sheet_put(CalSheet *sheet, const char *property, const char *group, const char *name, double value)
{
  const guint i = sheet->values->len - (sheet->n_days - 1) * sheet->heads->len;
  if (sheet->n_days == 1)
    g_array_append_val(sheet->heads, ((Head){ property, group, name }));
  g_assert(i < sheet->heads->len && g_str_equal(head_at(sheet, i)->name, name));
  g_array_append_val(sheet->values, value);
}

/* -- Telling
 * ---------------------------------------------------------------------------------------------------- */

/* The dictionary of the heads from `first` to before `end`. */
typedef GVariant *(*Tell)(const CalSheet *sheet, guint first, guint end);

static GVariant *
tell_numbers(const CalSheet *sheet, guint first, guint end)
{
  CalNumbers numbers = { 0 };
  for (guint i = first; i < end; i++)
    cal_numbers_put(&numbers, head_at(sheet, i)->name, value_at(sheet, sheet->n_days - 1, i));
  return cal_numbers_end(&numbers);
}

static void
add_column(const CalSheet *sheet, guint i, GVariantBuilder *columns)
{
  gboolean known = FALSE;
  g_autofree double *column = g_new(double, sheet->n_days);
  for (guint day = 0; day < sheet->n_days; day++) {
    column[day] = value_at(sheet, day, i);
    known = known || !isnan(column[day]);
  }
  if (known)
    g_variant_builder_add(
        columns, "{s@ad}", head_at(sheet, i)->name,
        g_variant_new_fixed_array(G_VARIANT_TYPE_DOUBLE, column, sheet->n_days, sizeof *column));
}

static GVariant *
tell_columns(const CalSheet *sheet, guint first, guint end)
{
  GVariantBuilder columns = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE("a{sad}"));
  for (guint i = first; i < end; i++)
    add_column(sheet, i, &columns);
  return g_variant_builder_end(&columns);
}

/* Behind the last head of the same property, and of the same group where there are groups. */
static guint
end_of(const CalSheet *sheet, guint first, gboolean of_group)
{
  const Head *head = head_at(sheet, first);
  guint end = first + 1;
  while (end < sheet->heads->len && g_str_equal(head_at(sheet, end)->property, head->property) &&
         (!of_group || g_str_equal(head_at(sheet, end)->group, head->group)))
    end++;
  return end;
}

static GVariant *
tell_groups(const CalSheet *sheet, guint first, guint end, Tell tell, const char *type)
{
  GVariantBuilder groups = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE(type));
  while (first < end) {
    const guint group_end = end_of(sheet, first, TRUE);
    GVariant *name = g_variant_new_string(head_at(sheet, first)->group);
    g_variant_builder_add_value(&groups, g_variant_new_dict_entry(name, tell(sheet, first, group_end)));
    first = group_end;
  }
  return g_variant_builder_end(&groups);
}

static void
tell_properties(const CalSheet *sheet, Tell tell, const char *groups_type, GVariantBuilder *members)
{
  for (guint first = 0; first < sheet->heads->len;) {
    const Head *head = head_at(sheet, first);
    const guint end = end_of(sheet, first, FALSE);
    cal_member_put(members, head->property,
                   head->group == NULL ? tell(sheet, first, end)
                                       : tell_groups(sheet, first, end, tell, groups_type));
    first = end;
  }
}

void
cal_sheet_tell_day(const CalSheet *sheet, GVariantBuilder *members)
{
  tell_properties(sheet, tell_numbers, "a{sa{sd}}", members);
}

void
cal_sheet_tell_columns(const CalSheet *sheet, GVariantBuilder *members)
{
  tell_properties(sheet, tell_columns, "a{sa{sad}}", members);
}
