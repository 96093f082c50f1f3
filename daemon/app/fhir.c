/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fhir.h"

#include <calcifer/amount.h>
#include <calcifer/units.h>

#include <json-glib/json-glib.h>
#include <math.h>

/* https://loinc.org/62292-8: 25-hydroxyvitamin D2 + D3, mass per volume */
#define LOINC       "http://loinc.org"
#define LOINC_25OHD "62292-8"

/* https://hl7.org/fhir/uv/phr: its code system of observations */
#define PGHD "http://hl7.org/fhir/uv/phr/CodeSystem/observation-pghd-codes"
#define UCUM "http://unitsofmeasure.org"

#define UG_PER_IU         0.025 /* see units.h */
#define W_M2_PER_UV_INDEX 0.025 /* ISO/CIE 17166 */

const char cal_fhir_head[] = "{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"entry\":[";
const char cal_fhir_tail[] = "\n]}\n";

typedef struct Observation {
  const char *system, *code, *display;
  const char *when; /* a date, or an instant */
  double value;
  const char *unit;
  const char *note; /* NULL: none */
} Observation;

static void
add_text(JsonBuilder *builder, const char *name, const char *text)
{
  json_builder_set_member_name(builder, name);
  json_builder_add_string_value(builder, text);
}

static void
add_code(JsonBuilder *builder, const Observation *observation)
{
  json_builder_set_member_name(builder, "code");
  json_builder_begin_object(builder);
  json_builder_set_member_name(builder, "coding");
  json_builder_begin_array(builder);
  json_builder_begin_object(builder);
  add_text(builder, "system", observation->system);
  add_text(builder, "code", observation->code);
  add_text(builder, "display", observation->display);
  json_builder_end_object(builder);
  json_builder_end_array(builder);
  json_builder_end_object(builder);
}

static void
add_quantity(JsonBuilder *builder, const Observation *observation)
{
  json_builder_set_member_name(builder, "valueQuantity");
  json_builder_begin_object(builder);
  json_builder_set_member_name(builder, "value");
  json_builder_add_double_value(builder, observation->value);
  add_text(builder, "unit", observation->unit);
  add_text(builder, "system", UCUM);
  add_text(builder, "code", observation->unit);
  json_builder_end_object(builder);
}

static void
add_note(JsonBuilder *builder, const char *note)
{
  json_builder_set_member_name(builder, "note");
  json_builder_begin_array(builder);
  json_builder_begin_object(builder);
  add_text(builder, "text", note);
  json_builder_end_object(builder);
  json_builder_end_array(builder);
}

static void
write_observation(const Observation *observation, gboolean *any, GString *text)
{
  g_autoptr(JsonBuilder) builder = json_builder_new();
  g_autoptr(JsonGenerator) generator = json_generator_new();
  json_builder_begin_object(builder);
  json_builder_set_member_name(builder, "resource");
  json_builder_begin_object(builder);
  add_text(builder, "resourceType", "Observation");
  add_text(builder, "status", "final");
  add_code(builder, observation);
  add_text(builder, "effectiveDateTime", observation->when);
  add_quantity(builder, observation);
  if (observation->note != NULL)
    add_note(builder, observation->note);
  json_builder_end_object(builder);
  json_builder_end_object(builder);
  g_autoptr(JsonNode) root = json_builder_get_root(builder);
  json_generator_set_root(generator, root);
  g_autofree char *line = json_generator_to_data(generator, NULL);
  g_string_append_printf(text, "%s\n%s", *any ? "," : "", line);
  *any = TRUE;
}

void
cal_fhir_day(const CalDayResult *day, gboolean *any, GString *text)
{
  char date[11];
  cal_date_format(day->date, date);
  const double iu = day->food.amount[CAL_NUTRIENT_VITAMIN_D] + day->supplement.amount[CAL_NUTRIENT_VITAMIN_D];
  const double seconds = (double)day->sun.worn_s + (double)day->sun.hand_s;
  if (iu > 0)
    write_observation(&(Observation){ PGHD, "dietaryVitaminD", "Dietary vitamin D", date, iu * UG_PER_IU,
                                      "ug", "food and supplements of the day, as they were entered" },
                      any, text);
  if (seconds <= 0)
    return;
  write_observation(
      &(Observation){ PGHD, "timeInDaylight", "Time in daylight", date, seconds / 60, "min", NULL }, any,
      text);
  write_observation(&(Observation){ PGHD, "uvExposure", "UV exposure", date,
                                    day->sun.erythemal_j_m2 / (seconds * W_M2_PER_UV_INDEX), "1",
                                    "the mean UV index of the time in daylight" },
                    any, text);
}

void
cal_fhir_lab(const CalEntry *entry, gboolean *any, GString *text)
{
  CalAmount amount;
  if (entry->kind != CAL_ENTRY_LAB || cal_amount_parse(entry->value, &amount) != CAL_AMOUNT_OK)
    return;
  g_autoptr(GDateTime) drawn = g_date_time_new_from_unix_utc(entry->at);
  g_autofree char *when = drawn != NULL ? g_date_time_format_iso8601(drawn) : NULL;
  g_autofree char *note = g_strdup_printf("as entered: %s", entry->value);
  const double ng_ml = amount.unit == CAL_UNIT_NG_ML ? amount.value : cal_ng_ml_from_nmol_l(amount.value);
  if (when != NULL)
    write_observation(&(Observation){ LOINC, LOINC_25OHD,
                                      "25-hydroxyvitamin D2+D3 [Mass/volume] in Serum or Plasma", when, ng_ml,
                                      "ng/mL", note },
                      any, text);
}
