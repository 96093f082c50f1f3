/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fhir.h"

#include <calcifer/amount.h>
#include <calcifer/units.h>

#include <json-glib/json-glib.h>

/* https://loinc.org/62292-8: 25-hydroxyvitamin D2 + D3, mass per volume */
#define LOINC       "http://loinc.org"
#define LOINC_25OHD "62292-8"

/* https://hl7.org/fhir/uv/phr: its code system of observations */
#define PGHD "http://hl7.org/fhir/uv/phr/CodeSystem/observation-pghd-codes"
#define UCUM "http://unitsofmeasure.org"

#define UG_PER_IU         0.025 /* see units.h */
#define W_M2_PER_UV_INDEX 0.025 /* ISO/CIE 17166 */

const char cal_fhir_head[] = "{\"resourceType\":\"Bundle\",\"type\":\"collection\"";

/* An array of FHIR is never empty: without an entry there is none. */
const char *
cal_fhir_tail(gboolean any)
{
  return any ? "\n]}\n" : "}\n";
}

/* http://terminology.hl7.org/CodeSystem/observation-category: what a person eats and how they live is social
 * history. */
#define CATEGORY       "http://terminology.hl7.org/CodeSystem/observation-category"
#define LABORATORY     "laboratory"
#define SOCIAL_HISTORY "social-history"

typedef struct Observation {
  const char *ledger;   /* the UUID of the ledger, for what is reckoned from it */
  const char *identity; /* of an entry: its id; NULL: that of the code and the date in this ledger */
  const char *status;   /* preliminary, of a day that goes on, or final */
  const char *category;
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

/* A CodeableConcept with one Coding. `display` may be NULL. */
static void
add_concept(JsonBuilder *builder, const char *system, const char *code, const char *display)
{
  json_builder_begin_object(builder);
  json_builder_set_member_name(builder, "coding");
  json_builder_begin_array(builder);
  json_builder_begin_object(builder);
  add_text(builder, "system", system);
  add_text(builder, "code", code);
  if (display != NULL)
    add_text(builder, "display", display);
  json_builder_end_object(builder);
  json_builder_end_array(builder);
  json_builder_end_object(builder);
}

static void
add_codes(JsonBuilder *builder, const Observation *observation)
{
  json_builder_set_member_name(builder, "category");
  json_builder_begin_array(builder);
  add_concept(builder, CATEGORY, observation->category, NULL);
  json_builder_end_array(builder);
  json_builder_set_member_name(builder, "code");
  add_concept(builder, observation->system, observation->code, observation->display);
}

/* Who reads two exports knows what is in both: a UUID of version 8 (RFC 9562) made of what it is about. */
static void
add_full_url(JsonBuilder *builder, const Observation *observation)
{
  g_autofree char *about = observation->identity != NULL
                               ? g_strdup(observation->identity)
                               : g_strjoin(" ", observation->ledger, observation->when, NULL);
  g_autofree char *content = g_strjoin(" ", observation->code, about, NULL);
  g_autofree char *digest = g_compute_checksum_for_string(G_CHECKSUM_SHA256, content, -1);
  g_autofree char *url = g_strdup_printf("urn:uuid:%.8s-%.4s-8%.3s-a%.3s-%.12s", digest, digest + 8,
                                         digest + 12, digest + 15, digest + 18);
  add_text(builder, "fullUrl", url);
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
  add_full_url(builder, observation);
  json_builder_set_member_name(builder, "resource");
  json_builder_begin_object(builder);
  add_text(builder, "resourceType", "Observation");
  add_text(builder, "status", observation->status);
  add_codes(builder, observation);
  add_text(builder, "effectiveDateTime", observation->when);
  add_quantity(builder, observation);
  if (observation->note != NULL)
    add_note(builder, observation->note);
  json_builder_end_object(builder);
  json_builder_end_object(builder);
  g_autoptr(JsonNode) root = json_builder_get_root(builder);
  json_generator_set_root(generator, root);
  g_autofree char *line = json_generator_to_data(generator, NULL);
  g_string_append_printf(text, "%s\n%s", *any ? "," : ",\"entry\":[", line);
  *any = TRUE;
}

void
cal_fhir_day(const CalDayResult *day, const char *ledger, gboolean is_over, gboolean *any, GString *text)
{
  char date[11];
  cal_date_format(day->date, date);
  const double iu = day->food.amount[CAL_NUTRIENT_VITAMIN_D] + day->supplement.amount[CAL_NUTRIENT_VITAMIN_D];
  const double seconds = (double)day->sun.worn_s + (double)day->sun.hand_s;
  Observation observation = { .ledger = ledger,
                              .status = is_over ? "final" : "preliminary",
                              .category = SOCIAL_HISTORY,
                              .system = PGHD,
                              .when = date };
  if (iu > 0) {
    observation.code = "dietaryVitaminD";
    observation.display = "Dietary vitamin D";
    observation.value = iu * UG_PER_IU;
    observation.unit = "ug";
    observation.note = "food and supplements of the day, as they were entered";
    write_observation(&observation, any, text);
  }
  if (seconds <= 0)
    return;
  observation.code = "timeInDaylight";
  observation.display = "Time in daylight";
  observation.value = seconds / 60;
  observation.unit = "min";
  observation.note = NULL;
  write_observation(&observation, any, text);
  observation.code = "uvExposure";
  observation.display = "UV exposure";
  observation.value = day->sun.erythemal_j_m2 / (seconds * W_M2_PER_UV_INDEX);
  observation.unit = "1";
  observation.note = "the mean UV index of the time in daylight";
  write_observation(&observation, any, text);
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
  const Observation observation = {
    .identity = entry->id,
    .status = "final",
    .category = LABORATORY,
    .system = LOINC,
    .code = LOINC_25OHD,
    .display = "25-hydroxyvitamin D2+D3 [Mass/volume] in Serum or Plasma",
    .when = when,
    .value = amount.unit == CAL_UNIT_NG_ML ? amount.value : cal_ng_ml_from_nmol_l(amount.value),
    .unit = "ng/mL",
    .note = note,
  };
  if (when != NULL)
    write_observation(&observation, any, text);
}
