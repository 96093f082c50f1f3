/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "publish.h"

#include "effects.h"
#include "member.h"
#include "place_follow.h"
#include "profile_values.h"
#include "tags.h"

#include <calcifer/device.h>
#include <calcifer/message.h>

#include <math.h>
#include <string.h>

/* -- Balance
 * ---------------------------------------------------------------------------------------------------- */

static void
publish_balance(CalApp *app)
{
  const CalDayResult *today = cal_turn_today(app->turn);
  if (today != NULL)
    cal_bus_publish(app->bus, CAL_BUS_ROOT, "Balance1", cal_app_describe_day(app, today));
}

static gboolean
on_balance_due(gpointer data)
{
  CalApp *app = data;
  app->balance_id = 0;
  publish_balance(app);
  cal_app_publish_service(app);
  return G_SOURCE_REMOVE;
}

void
cal_app_publish_balance_soon(CalApp *app)
{
  if (app->balance_id == 0) /* of the priority of calls, which else would keep it waiting */
    app->balance_id = g_idle_add_full(G_PRIORITY_DEFAULT, on_balance_due, app, NULL);
}

/* -- Alerts
 * ------------------------------------------------------------------------------------------------------- */

static void
add_known(GVariantBuilder *builder, const char *name, double number)
{
  if (!isnan(number))
    cal_member_put(builder, name, g_variant_new_double(number));
}

/* The client makes its own sentence of it, in its own language. */
static GVariant *
describe_finding(const CalFinding *finding)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE("a{sv}"));
  add_known(&builder, "value", finding->value);
  add_known(&builder, "reference", finding->reference);
  add_known(&builder, "other", finding->other);
  cal_member_put(&builder, "days", g_variant_new_int32(finding->days));
  cal_member_put(&builder, "known_days", g_variant_new_int32(finding->known_days));
  cal_member_put(&builder, "minute", g_variant_new_int32(finding->minute));
  cal_member_put(&builder, "flags", g_variant_new_uint32(finding->flags));
  cal_member_put(&builder, "audience", g_variant_new_uint32(finding->audience));
  cal_member_put(&builder, "about", g_variant_new_string(finding->about));
  return g_variant_builder_end(&builder);
}

static const char *
alert_state_name(CalAlertState state)
{
  switch (state) {
  case CAL_ALERT_SHOWN:
    return "shown";
  case CAL_ALERT_SNOOZED:
    return "snoozed";
  case CAL_ALERT_DISMISSED:
    return "dismissed";
  case CAL_ALERT_RAISED:
  case CAL_ALERT_NONE: /* these two do not stand */
  case CAL_ALERT_OVER:
    break;
  }
  return "raised";
}

static GVariant *
describe_alert(const CalAlert *alert)
{
  CalMessage message;
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE("a{sv}"));
  g_autofree char *id = g_strdup_printf("%u", alert->id);
  cal_message_finding(&alert->finding, false, &message);
  g_autofree char *text = g_strdup_printf("%s: %s", message.summary, message.body);
  cal_member_put(&builder, "id", g_variant_new_string(id));
  cal_member_put(&builder, "code", g_variant_new_string(cal_code_name(alert->finding.code)));
  cal_member_put(&builder, "severity", g_variant_new_string(cal_severity_name(alert->finding.severity)));
  cal_member_put(&builder, "since", g_variant_new_int64(alert->since));
  cal_member_put(&builder, "state", g_variant_new_string(alert_state_name(alert->state)));
  if (alert->state == CAL_ALERT_SNOOZED)
    cal_member_put(&builder, "until", g_variant_new_int64(alert->until));
  cal_member_put(&builder, "text", g_variant_new_string(text));
  cal_member_put(&builder, "subject", g_variant_new_string(alert->finding.subject));
  cal_member_put(&builder, "finding", describe_finding(&alert->finding));
  return g_variant_builder_end(&builder);
}

/* What is told of an alert is kept until the alert is another: mostly one of many is. */
struct CalDescribed {
  CalAlert alert[CAL_ALERT_MAX];
  GVariant *told[CAL_ALERT_MAX]; /* owned; NULL: none yet */
};

struct CalDescribed *
cal_app_described_new(void)
{
  return g_new0(struct CalDescribed, 1);
}

void
cal_app_described_free(struct CalDescribed *described)
{
  for (guint i = 0; i < CAL_ALERT_MAX; i++)
    g_clear_pointer(&described->told[i], g_variant_unref);
  g_free(described);
}

static GVariant *
alert_as_told(struct CalDescribed *described, guint i, const CalAlert *alert)
{
  if (described->told[i] == NULL || memcmp(&described->alert[i], alert, sizeof *alert) != 0) {
    g_clear_pointer(&described->told[i], g_variant_unref);
    described->told[i] = g_variant_ref_sink(describe_alert(alert));
    memcpy(&described->alert[i], alert, sizeof *alert);
  }
  return described->told[i];
}

void
cal_app_publish_alerts(CalApp *app)
{
  GVariantBuilder alerts = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE("aa{sv}"));
  for (guint i = 0; i < CAL_ALERT_MAX; i++) {
    const CalAlert *alert = &app->turn->alerts.alert[i];
    if (cal_alert_stands(alert))
      g_variant_builder_add_value(&alerts, alert_as_told(app->described, i, alert));
  }
  GVariantBuilder properties = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE("a{sv}"));
  cal_member_put(&properties, "Alerts", g_variant_builder_end(&alerts));
  cal_bus_publish(app->bus, CAL_BUS_ROOT, "Alerts1", g_variant_builder_end(&properties));
}

/* -- Tags
 * ---------------------------------------------------------------------------------------------------------
 */

static char *
tag_path(const char *address)
{
  g_autofree char *name = g_strdelimit(g_strdup(address), ":", '_');
  return g_strconcat(CAL_BUS_ROOT "/tag/", name, NULL);
}

static const char *
kind_name(CalTagKind kind)
{
  switch (kind) {
  case CAL_TAG_EVENT:
    return "tag-event";
  case CAL_TAG_BTHOME:
    return "bthome";
  case CAL_TAG_ESS:
    return "ess";
  case CAL_TAG_OMRON: /* whose name says what it is */
  case CAL_TAG_UNKNOWN:
  case CAL_TAG_OTHER:
    return "other";
  }
  return "other";
}

const char *
cal_app_tag_kind_name(CalTagKind kind)
{
  return kind_name(kind);
}

static GVariant *
slots_of(CalApp *app, const CalAddress *address)
{
  GVariantBuilder slots = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE("a{ss}"));
  for (guint32 i = 0; i < app->context->n_maps; i++) {
    const CalMap *map = &app->context->map[i];
    if (cal_address_compare(&map->tag, address) == 0)
      g_variant_builder_add(&slots, "{ss}", map->slot, map->product);
  }
  return g_variant_builder_end(&slots);
}

static void
count(CalApp *app, CalAppTag *tag)
{
  g_autoptr(GError) error = NULL;
  tag->counts = (CalTagCounts){ 0 };
  if (!cal_ledger_tag_counts(app->ledger, &tag->address, cal_app_now(), &tag->counts, &error))
    cal_journal(G_LOG_LEVEL_WARNING, CAL_JOURNAL_LEDGER, "a tag's records could not be counted: %s",
                error->message);
}

static void
add_counts(const CalTagCounts *counts, GVariantBuilder *properties)
{
  const struct {
    const char *name;
    gint64 count;
  } rows[] = {
    { "Received", counts->received },     { "Lost", counts->lost },       { "Rejected", counts->rejected },
    { "Conflicts", counts->conflicts },   { "Undated", counts->undated }, { "Held", counts->held },
    { "Duplicates", counts->duplicates },
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
    cal_member_put(properties, rows[i].name, g_variant_new_int64(rows[i].count));
}

static void
publish_tag(CalApp *app, const char *address, const CalAppTag *tag)
{
  GVariantBuilder properties = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE("a{sv}"));
  g_autofree char *path = tag_path(address);
  const CalRole role = cal_context_role(app->context, &tag->address, tag->kind == CAL_TAG_EVENT);
  const CalDevice *device = cal_device_find(tag->name);
  cal_member_put(&properties, "Address", g_variant_new_string(address));
  cal_member_put(&properties, "Name", g_variant_new_string(tag->name));
  cal_member_put(&properties, "Kind", g_variant_new_string(kind_name(tag->kind)));
  cal_member_put(&properties, "Model", g_variant_new_string(device != NULL ? device->model : ""));
  cal_member_put(&properties, "Role", g_variant_new_string(cal_role_name(role)));
  cal_member_put(&properties, "Connected", g_variant_new_boolean(tag->connected));
  cal_member_put(&properties, "Battery", g_variant_new_int32(tag->battery_percent));
  cal_member_put(&properties, "LastSeen",
                 g_variant_new_int64(tag->last_seen == CAL_INSTANT_NONE ? 0 : tag->last_seen));
  cal_member_put(&properties, "Transfer", g_variant_new("(uu)", tag->transfer_done, tag->transfer_of));
  cal_member_put(&properties, "Slots", slots_of(app, &tag->address));
  cal_member_put(&properties, "Why", g_variant_new_take_string(cal_app_tag_why(tag)));
  add_counts(&tag->counts, &properties);
  cal_bus_publish(app->bus, path, "Tag1", g_variant_builder_end(&properties));
}

void
cal_app_publish_tags(CalApp *app)
{
  GHashTableIter iter;
  gpointer address, tag;
  g_hash_table_iter_init(&iter, app->tags);
  while (g_hash_table_iter_next(&iter, &address, &tag)) {
    count(app, tag);
    publish_tag(app, address, tag);
  }
}

void
cal_app_retract_tag(CalApp *app, const char *address)
{
  g_autofree char *path = tag_path(address);
  cal_bus_retract(app->bus, path);
}

/* -- Catalog and profile
 * -------------------------------------------------------------------------------------------- */

void
cal_app_publish_catalog(CalApp *app)
{
  GVariantBuilder products = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE("aa{sv}"));
  GVariantBuilder properties = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE("a{sv}"));
  for (guint32 i = 0; i < app->context->n_products; i++) {
    g_variant_builder_add_value(&products, cal_app_describe_product(&app->context->product[i]));
  }
  cal_member_put(&properties, "Products", g_variant_builder_end(&products));
  cal_bus_publish(app->bus, CAL_BUS_ROOT, "Catalog1", g_variant_builder_end(&properties));
}

void
cal_app_publish_profile(CalApp *app)
{
  GVariantBuilder properties = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE("a{sv}"));
  cal_member_put(&properties, "Profile", cal_app_profile_values(app->days));
  cal_bus_publish(app->bus, CAL_BUS_ROOT, "Profile1", g_variant_builder_end(&properties));
}

/* -- The daemon itself
 * ------------------------------------------------------------------------------------------------ */

static const char *
radio_name(CalRadio radio)
{
  switch (radio) {
  case CAL_RADIO_NO_BLUEZ:
    return "no-bluez";
  case CAL_RADIO_NO_ADAPTER:
    return "no-adapter";
  case CAL_RADIO_OFF:
  case CAL_RADIO_BLOCKED:
    return "off";
  case CAL_RADIO_DEAF:
  case CAL_RADIO_ON:
    return "on";
  }
  return "no-bluez";
}

static const char *
radio_sentence(CalRadio radio)
{
  switch (radio) {
  case CAL_RADIO_NO_BLUEZ:
    return "BlueZ is not running, so no tag is heard.";
  case CAL_RADIO_NO_ADAPTER:
    return "There is no Bluetooth adapter, so no tag is heard.";
  case CAL_RADIO_OFF:
    return "Bluetooth is switched off, so no tag is heard.";
  case CAL_RADIO_BLOCKED:
    return "Bluetooth is blocked, so no tag is heard: see `rfkill list`.";
  case CAL_RADIO_DEAF:
    return "Bluetooth is on and hears nothing at all: switch it off and on again.";
  case CAL_RADIO_ON:
    return "Listening.";
  }
  return "";
}

static const char *
place_sentence(const CalApp *app)
{
  if (app->place == NULL)
    return "";
  switch (app->place_state) {
  case CAL_PLACE_ASKING:
  case CAL_PLACE_FOUND:
    return "";
  case CAL_PLACE_REFUSED:
    return " The desktop's location service refuses to tell the place: allow it in the desktop's settings, "
           "or set the "
           "place by hand.";
  case CAL_PLACE_ABSENT:
    return " The desktop's location service tells no place: set it by hand.";
  }
  return "";
}

#define COMPUTING "Earlier days are being computed; what depends on them comes by itself."

void
cal_app_publish_service(CalApp *app)
{
  GVariantBuilder properties = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE("a{sv}"));
  const gboolean computing = app->catch_up_id != 0;
  g_autofree char *status =
      g_strdup_printf("%s%s%s%s", app->ledger_trouble ? "The ledger has trouble. " : "",
                      radio_sentence(app->radio), place_sentence(app), computing ? " " COMPUTING : "");
  cal_member_put(&properties, "Version", g_variant_new_string(CALCIFER_VERSION));
  cal_member_put(&properties, "Radio", g_variant_new_string(radio_name(app->radio)));
  cal_member_put(&properties, "Notifications", g_variant_new_boolean(cal_notifier_available(app->notifier)));
  cal_member_put(&properties, "Place", g_variant_new_string(cal_app_place_state(app)));
  cal_member_put(&properties, "Computing", g_variant_new_boolean(computing));
  cal_member_put(&properties, "Status", g_variant_new_string(status));
  cal_member_put(&properties, "Sandbox", app->sandbox);
  cal_bus_publish(app->bus, CAL_BUS_ROOT, "Service1", g_variant_builder_end(&properties));
  cal_service_status(app->service, status);
}

static void
publish_model(CalApp *app)
{
  GVariantBuilder properties = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE("a{sv}"));
  cal_member_put(&properties, "Changed",
                 g_variant_new_int64(cal_days_note_model(app->ledger, cal_app_now())));
  cal_bus_publish(app->bus, CAL_BUS_ROOT, "Model1", g_variant_builder_end(&properties));
}

static void
publish_names_of_tags(CalApp *app)
{
  GHashTableIter iter;
  gpointer address;
  g_hash_table_iter_init(&iter, app->tags);
  while (g_hash_table_iter_next(&iter, &address, NULL)) {
    g_autofree char *path = tag_path(address);
    cal_bus_publish(app->bus, path, "Tag1", g_variant_new("a{sv}", NULL));
  }
}

void
cal_app_publish_names(CalApp *app)
{
  static const char *const interfaces[] = { "Alerts1", "Balance1", "Catalog1", "Ledger1",
                                            "Model1",  "Profile1", "Service1", "Tags1" };
  for (gsize i = 0; i < G_N_ELEMENTS(interfaces); i++)
    cal_bus_publish(app->bus, CAL_BUS_ROOT, interfaces[i], g_variant_new("a{sv}", NULL));
  publish_names_of_tags(app);
}

/* Today cannot be folded of a damaged ledger, and other days may be: then Balance1 has methods alone. */
void
cal_app_publish_all(CalApp *app)
{
  publish_balance(app);
  publish_model(app);
  cal_app_publish_alerts(app);
  cal_app_publish_catalog(app);
  cal_app_publish_profile(app);
  cal_app_publish_tags(app);
  cal_app_publish_service(app);
}
