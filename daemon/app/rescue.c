/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "rescue.h"

#include "lifecycle/machine.h"
#include "link/survey.h"
#include "member.h"
#include "zones.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/statvfs.h>
#include <unistd.h>

static void
add_number(GVariantBuilder *builder, const char *name, gint64 number)
{
  g_variant_builder_add(builder, "{sv}", name, g_variant_new_int64(number));
}

static void
add_flag(GVariantBuilder *builder, const char *name, gboolean flag)
{
  g_variant_builder_add(builder, "{sv}", name, g_variant_new_boolean(flag));
}

GVariant *
cal_app_describe_rescue(const CalReplacement *replacement, const CalSalvage *salvage, const char *aside)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE("a{sv}"));
  cal_member_text(&builder, "aside", aside != NULL ? aside : "");
  add_flag(&builder, "compared", replacement->compared);
  add_number(&builder, "entries_gone", replacement->n_entries_gone);
  add_number(&builder, "records_gone", replacement->n_records_gone);
  add_number(&builder, "from", replacement->from == CAL_INSTANT_NONE ? 0 : replacement->from);
  add_number(&builder, "to", replacement->to == CAL_INSTANT_NONE ? 0 : replacement->to);
  if (salvage != NULL) {
    add_number(&builder, "entries", salvage->n_entries);
    add_number(&builder, "records", salvage->n_records);
    add_number(&builder, "samples", salvage->n_samples);
    add_number(&builder, "entries_lost", salvage->n_entries_lost);
    add_number(&builder, "records_lost", salvage->n_records_lost);
  }
  return g_variant_builder_end(&builder);
}

static void
print(GVariant *value)
{
  g_autoptr(GVariant) owned = g_variant_ref_sink(value);
  g_autofree char *text = g_variant_print(owned, TRUE);
  printf("%s\n", text);
}

static int
fail(const GError *error)
{
  fprintf(stderr, "%s\n", error->message);
  return EXIT_FAILURE;
}

/* -- Restore and salvage -------------------------------------------------------------------------------- */

static int
replace(const CalPaths *paths, gboolean salvages)
{
  CalSalvage salvage = { 0 };
  g_auto(CalReplacement) replacement = { .from = CAL_INSTANT_NONE, .to = CAL_INSTANT_NONE };
  g_autoptr(GError) error = NULL;
  g_autofree char *aside = NULL;
  const int held = cal_ledger_hold(paths->ledger, &error);
  const gboolean staged =
      held >= 0 &&
      (salvages ? cal_ledger_stage_salvage(paths->ledger, cal_app_now(), &replacement, &salvage, &error)
                : cal_ledger_stage_backup(paths->ledger, STDIN_FILENO, &replacement, &error)) &&
      cal_ledger_replace(paths->ledger, replacement.staged, cal_app_now(), &aside, &error);
  if (held >= 0)
    close(held);
  if (!staged)
    return fail(error);
  print(cal_app_describe_rescue(&replacement, salvages ? &salvage : NULL, aside));
  return EXIT_SUCCESS;
}

/* -- Examine -------------------------------------------------------------------------------------------- */

static void
examine_ledger(GVariantBuilder *builder, const char *path)
{
  struct statvfs disk;
  g_autofree char *sentence = NULL;
  g_autofree char *folder = g_path_get_dirname(path);
  const CalLedgerState state = cal_ledger_examine(path, &sentence);
  while (!g_file_test(folder, G_FILE_TEST_EXISTS)) { /* a new account: where it will be made */
    g_autofree char *below = folder;
    folder = g_path_get_dirname(below);
  }
  cal_member_text(builder, "path", path);
  cal_member_text(builder, "ledger", cal_ledger_state_name(state));
  cal_member_text(builder, "ledger-sentence", sentence != NULL ? sentence : "");
  cal_member_text(builder, "folder", folder);
  add_flag(builder, "writable", access(folder, W_OK) == 0);
  if (statvfs(folder, &disk) != 0)
    return;
  add_flag(builder, "read-only", (disk.f_flag & ST_RDONLY) != 0);
  add_number(builder, "free-bytes", (gint64)(disk.f_bavail * disk.f_frsize));
}

static void
examine_machine(GVariantBuilder *builder)
{
  g_autoptr(GDBusConnection) bus = g_bus_get_sync(G_BUS_TYPE_SYSTEM, NULL, NULL);
  const CalSurvey survey = cal_survey(bus);
  const int synchronised = cal_machine_clock_flag(bus, "NTPSynchronized");
  const int can_ntp = cal_machine_clock_flag(bus, "CanNTP");
  const int ntp = cal_machine_clock_flag(bus, "NTP");
  FILE *passwd = fopen("/etc/passwd", "re");
  cal_member_text(builder, "radio", survey.radio);
  add_flag(builder, "power-state", survey.tells_power_state);
  add_flag(builder, "bluetooth-class", g_file_test("/sys/class/bluetooth", G_FILE_TEST_IS_DIR));
  cal_member_text(builder, "rfkill", cal_machine_rfkill("/sys/class/rfkill"));
  if (synchronised >= 0)
    add_flag(builder, "synchronised", synchronised != 0);
  if (can_ntp >= 0)
    add_flag(builder, "can-ntp", can_ntp != 0);
  if (ntp >= 0)
    add_flag(builder, "ntp", ntp != 0);
  if (passwd != NULL) {
    g_auto(GStrv) accounts = cal_machine_accounts(passwd, getuid());
    g_variant_builder_add(builder, "{sv}", "accounts", g_variant_new_strv((const char *const *)accounts, -1));
    fclose(passwd);
  }
}

static void
examine_clock(GVariantBuilder *builder)
{
  g_autofree char *name = cal_system_local_zone();
  g_autoptr(GTimeZone) zone = cal_zones_open(name);
  g_autoptr(GDateTime) now = zone != NULL ? g_date_time_new_now(zone) : g_date_time_new_now_utc();
  add_number(builder, "now", g_date_time_to_unix(now));
  cal_member_text(builder, "zone", name);
  add_flag(builder, "zone-known", zone != NULL);
  add_number(builder, "utc-offset-s", g_date_time_get_utc_offset(now) / G_USEC_PER_SEC);
}

static int
examine(const CalPaths *paths)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE("a{sv}"));
  examine_ledger(&builder, paths->ledger);
  examine_machine(&builder);
  examine_clock(&builder);
  print(g_variant_builder_end(&builder));
  return EXIT_SUCCESS;
}

int
cal_app_rescue(const char *word, const CalPaths *paths)
{
  if (g_str_equal(word, "--examine"))
    return examine(paths);
  if (g_str_equal(word, "--restore"))
    return replace(paths, FALSE);
  return g_str_equal(word, "--salvage") ? replace(paths, TRUE) : -1;
}
