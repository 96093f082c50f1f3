/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "doctor_checks.h"

#include "language.h"

#include <calcifer/number.h>

#include <math.h>
#include <stdio.h>

#define FREE_AT_LEAST (16 * 1024 * 1024) /* a year of minutes, and the copy that a backup makes beside it */
#define RELEASED_AT   G_GINT64_CONSTANT(1790000000) /* 2026-09-21, as daemon/app/intake.c has it */
#define SILENT_FOR_S  (3 * 86400)
/* No zone's clock is further from its sun than western China's and summertime Spain's, some 3 h. */
#define ZONE_OFF_H_MOST 3.6

#define RESTART "systemctl --user restart calciferd"
#define ENABLE  "systemctl --user enable --now calciferd"
#define UNMASK  "systemctl --user unmask calciferd"

#define START_BLUETOOTH "sudo systemctl enable --now bluetooth"
#define LOAD_DRIVER     "sudo modprobe btusb"
/* The first word makes the second one count: where /etc/timezone names the zone that is
 * asked for, timedated believes that it is set already, whatever /etc/localtime is. */
#define SET_ZONE  "sudo timedatectl set-timezone UTC && sudo timedatectl set-timezone Europe/Berlin"
#define SCAN      "calciferctl tags scan"
#define SET_PLACE "calciferctl profile set place 52.5,13.4"

const char *
ctl_health_name(CtlHealth health)
{
  switch (health) {
  case CTL_HEALTH_UNKNOWN:
    return "unknown";
  case CTL_HEALTH_GOOD:
    return "good";
  case CTL_HEALTH_NOTE:
    return "note";
  case CTL_HEALTH_WRONG:
    return "wrong";
  }
  return "unknown";
}

void
ctl_diagnosis_clear(CtlDiagnosis *diagnosis)
{
  g_clear_pointer(&diagnosis->text, g_free);
  g_clear_pointer(&diagnosis->command, g_free);
}

static CtlDiagnosis
say(CtlHealth health, const char *text, const char *command)
{
  return (CtlDiagnosis){ health, g_strdup(text), g_strdup(command) };
}

static const char *
text_of(GVariant *evidence, const char *name)
{
  const char *text = NULL;
  g_variant_lookup(evidence, name, "&s", &text);
  return text;
}

/* 1, 0, or -1 when nobody says. */
static int
flag_of(GVariant *evidence, const char *name)
{
  gboolean flag;
  return g_variant_lookup(evidence, name, "b", &flag) ? flag : -1;
}

/* As little of it as a shell needs. */
static char *
quote(const char *word)
{
  const gboolean plain =
      word[0] != '\0' && word[strspn(word, G_CSET_A_2_Z G_CSET_a_2_z "0123456789_./@%+-")] == '\0';
  return plain ? g_strdup(word) : g_shell_quote(word);
}

/* Who asks, as a shell takes it. */
static char *
user_of(GVariant *evidence)
{
  const char *user = text_of(evidence, "user");
  return user != NULL ? quote(user) : g_strdup("\"$USER\"");
}

static gboolean
number_of(GVariant *evidence, const char *name, gint64 *number)
{
  return g_variant_lookup(evidence, name, "x", number);
}

/* -- The daemon ----------------------------------------------------------------------------------------- */

static CtlDiagnosis
check_daemon(GVariant *evidence)
{
  const char *version = text_of(evidence, "daemon-version"), *ours = text_of(evidence, "client-version");
  if (version == NULL)
    return say(CTL_HEALTH_WRONG, _("The daemon is not running."), "systemctl --user start calciferd");
  if (g_strcmp0(version, ours) == 0)
    return say(CTL_HEALTH_GOOD, _("The daemon runs."), NULL);
  g_autofree char *text =
      g_strdup_printf(_("The daemon that runs is version %s, and this is %s."), version, ours);
  return say(CTL_HEALTH_WRONG, text, RESTART);
}

static CtlDiagnosis
check_unit(GVariant *evidence)
{
  const char *state = text_of(evidence, "unit");
  if (state == NULL)
    return say(CTL_HEALTH_UNKNOWN, _("There is no systemd to ask whether the daemon starts by itself."),
               NULL);
  if (g_str_has_prefix(state, "enabled") || g_str_equal(state, "static"))
    return say(CTL_HEALTH_GOOD, _("The daemon starts by itself."), NULL);
  if (g_str_has_prefix(state, "masked"))
    return say(CTL_HEALTH_WRONG, _("The unit is masked, so nothing can start the daemon."),
               g_str_equal(state, "masked") ? UNMASK " && " ENABLE : UNMASK " --runtime && " ENABLE);
  return say(CTL_HEALTH_WRONG,
             _("The unit is not enabled: no tag is heard before somebody calls the daemon."), ENABLE);
}

static CtlDiagnosis
check_sandbox(GVariant *evidence)
{
  GVariantIter iter;
  const char *layer;
  gboolean holds;
  g_autoptr(GString) open = g_string_new(NULL);
  g_autoptr(GVariant) layers = g_variant_lookup_value(evidence, "sandbox", G_VARIANT_TYPE("a{sb}"));
  if (layers == NULL)
    return say(CTL_HEALTH_UNKNOWN, _("No daemon says how far its sandbox holds."), NULL);
  g_variant_iter_init(&iter, layers);
  while (g_variant_iter_next(&iter, "{&sb}", &layer, &holds))
    if (!holds)
      g_string_append_printf(open, "%s%s", open->len > 0 ? ", " : "", layer);
  if (open->len == 0)
    return say(CTL_HEALTH_GOOD, _("Every layer of the sandbox holds."), NULL);
  g_autofree char *text = g_strdup_printf(_("Layers of the sandbox do not hold: %s."), open->str);
  return say(CTL_HEALTH_WRONG, text, "systemctl --user revert calciferd && " RESTART);
}

/* -- Bluetooth ------------------------------------------------------------------------------------------ */

static gboolean
radio_is(GVariant *evidence, const char *word)
{
  return g_strcmp0(text_of(evidence, "radio"), word) == 0;
}

/* bluetoothd is not started where the kernel knows of no Bluetooth at all. */
static gboolean
lacks_kernel(GVariant *evidence)
{
  return radio_is(evidence, "no-bluez") && flag_of(evidence, "bluetooth-class") == 0;
}

/* What only BlueZ can tell. */
static CtlDiagnosis
unless_known(GVariant *evidence, CtlDiagnosis diagnosis)
{
  if (!radio_is(evidence, "no-bus") && !radio_is(evidence, "no-bluez") && !radio_is(evidence, "refused") &&
      text_of(evidence, "radio") != NULL)
    return diagnosis;
  ctl_diagnosis_clear(&diagnosis);
  return say(CTL_HEALTH_UNKNOWN, _("BlueZ does not say."), NULL);
}

static CtlDiagnosis
check_bluetoothd(GVariant *evidence)
{
  if (text_of(evidence, "radio") == NULL)
    return say(CTL_HEALTH_UNKNOWN, _("The program calciferd, which looks at BlueZ, was not found."), NULL);
  if (radio_is(evidence, "no-bus"))
    return say(CTL_HEALTH_WRONG, _("There is no system bus, so nothing speaks with BlueZ."),
               "sudo systemctl enable --now dbus");
  if (lacks_kernel(evidence))
    return say(CTL_HEALTH_WRONG, _("bluetoothd is not running: it waits for a Bluetooth adapter."),
               LOAD_DRIVER " && " START_BLUETOOTH);
  if (radio_is(evidence, "no-bluez"))
    return say(CTL_HEALTH_WRONG, _("bluetoothd is not running, so no tag is heard."), START_BLUETOOTH);
  return say(CTL_HEALTH_GOOD, _("bluetoothd runs."), NULL);
}

static CtlDiagnosis
check_rights(GVariant *evidence)
{
  g_autofree char *user = user_of(evidence);
  g_autofree char *join = g_strdup_printf("sudo usermod -aG bluetooth %s", user);
  if (radio_is(evidence, "refused"))
    return say(CTL_HEALTH_WRONG, _("This account may not speak with BlueZ; log in anew after this."), join);
  return unless_known(evidence, say(CTL_HEALTH_GOOD, _("This account may speak with BlueZ."), NULL));
}

static CtlDiagnosis
check_adapter(GVariant *evidence)
{
  if (radio_is(evidence, "no-adapter") || lacks_kernel(evidence))
    return say(CTL_HEALTH_WRONG, _("There is no Bluetooth adapter, or its driver is not loaded."),
               LOAD_DRIVER);
  return unless_known(evidence, say(CTL_HEALTH_GOOD, _("There is a Bluetooth adapter."), NULL));
}

static gboolean
is_blocked(GVariant *evidence)
{
  const char *rfkill = text_of(evidence, "rfkill");
  return radio_is(evidence, "blocked") ||
         (radio_is(evidence, "off") && rfkill != NULL && !g_str_equal(rfkill, "none"));
}

static CtlDiagnosis
check_rfkill(GVariant *evidence)
{
  if (!is_blocked(evidence))
    return unless_known(evidence, say(CTL_HEALTH_GOOD, _("Nothing blocks the adapter."), NULL));
  if (g_strcmp0(text_of(evidence, "rfkill"), "hard") == 0)
    return say(CTL_HEALTH_WRONG, _("Bluetooth is blocked by a switch on the machine: turn it on."),
               "sudo rfkill list bluetooth");
  return say(CTL_HEALTH_WRONG, _("Bluetooth is blocked (airplane mode)."), "sudo rfkill unblock bluetooth");
}

static CtlDiagnosis
check_power(GVariant *evidence)
{
  if (radio_is(evidence, "off") && !is_blocked(evidence))
    return say(CTL_HEALTH_WRONG, _("Bluetooth is switched off."), "bluetoothctl power on");
  return unless_known(evidence, say(CTL_HEALTH_GOOD, _("No adapter is switched off by hand."), NULL));
}

static CtlDiagnosis
check_experimental(GVariant *evidence)
{
  if (flag_of(evidence, "power-state") == 0 &&
      (radio_is(evidence, "on") || radio_is(evidence, "off") || radio_is(evidence, "blocked")))
    return say(CTL_HEALTH_NOTE,
               _("This BlueZ leaves its experimental features out: it does not tell when something blocks "
                 "Bluetooth."),
               "sudo sed -i -e '/^#* *Experimental *=/d' -e '/^\\[General]/a Experimental = true' "
               "/etc/bluetooth/main.conf && sudo systemctl restart bluetooth");
  return unless_known(evidence, say(CTL_HEALTH_GOOD, _("BlueZ tells all that is used of it."), NULL));
}

/* One whose records go over the system bus, which others may listen to; "" when there is none. */
static char *
connected_tag(GVariant *tags)
{
  for (gsize i = 0; i < g_variant_n_children(tags); i++) {
    const char *kind = "", *address = "";
    g_autoptr(GVariant) tag = g_variant_get_child_value(tags, i);
    g_variant_lookup(tag, "kind", "&s", &kind);
    g_variant_lookup(tag, "address", "&s", &address);
    if (!g_str_equal(kind, "bthome"))
      return g_strdup(address);
  }
  return g_strdup("");
}

static CtlDiagnosis
check_accounts(GVariant *evidence)
{
  g_autofree const char **names = NULL;
  g_autoptr(GVariant) tags = g_variant_lookup_value(evidence, "tags", G_VARIANT_TYPE("aa{sv}"));
  g_autofree char *tag = tags != NULL ? connected_tag(tags) : NULL;
  g_autofree char *forget = g_strdup_printf("calciferctl tags forget %s", tag);
  if (!g_variant_lookup(evidence, "accounts", "^a&s", &names))
    return say(CTL_HEALTH_UNKNOWN, _("The accounts of this machine could not be read."), NULL);
  if (names[0] == NULL)
    return say(CTL_HEALTH_GOOD, _("Nobody else can log in to this machine."), NULL);
  if (g_strcmp0(tag, "") == 0)
    return say(CTL_HEALTH_GOOD, _("There is no tag that other accounts could hear."), NULL);
  g_autofree char *all = g_strjoinv(", ", (char **)names);
  g_autofree char *text =
      g_strdup_printf(_("Other accounts could hear what a connected tag sends over the system "
                        "bus: %s. Where they must not, let the tag go."),
                      all);
  return say(CTL_HEALTH_NOTE, text, tag != NULL ? forget : "calciferctl tags");
}

/* -- The desktop ---------------------------------------------------------------------------------------- */

static CtlDiagnosis
check_notifications(GVariant *evidence)
{
  const int there = flag_of(evidence, "notifications");
  if (there < 0)
    return say(CTL_HEALTH_UNKNOWN, _("There is no session bus to ask for notifications."), NULL);
  return there ? say(CTL_HEALTH_GOOD, _("There is a notification server."), NULL)
               : say(CTL_HEALTH_WRONG, _("There is no notification server, so no bubble can be shown."),
                     "sudo apt install xfce4-notifyd");
}

static CtlDiagnosis
check_actions(GVariant *evidence)
{
  const int actions = flag_of(evidence, "actions");
  if (actions < 0)
    return say(CTL_HEALTH_UNKNOWN, _("There is no notification server to ask for buttons."), NULL);
  return actions ? say(CTL_HEALTH_GOOD, _("Bubbles can have buttons."), NULL)
                 : say(CTL_HEALTH_NOTE,
                       _("The notification server shows no buttons: log a dose with calciferctl log take. "
                         "Another "
                         "server takes its place at the next login."),
                       "sudo apt install xfce4-notifyd");
}

/* -- The ledger ----------------------------------------------------------------------------------------- */

/* Only a folder of our own is taken over: the nearest one that exists may be everybody's. */
static char *
make_writable(GVariant *evidence, const char *folder)
{
  const char *path = text_of(evidence, "path");
  g_autofree char *user = user_of(evidence);
  g_autofree char *ours = path != NULL ? g_path_get_dirname(path) : g_strdup(folder);
  g_autofree char *quoted = quote(ours);
  return g_str_equal(ours, folder)
             ? g_strdup_printf("sudo chown -R %s %s && sudo chmod 700 %s", user, quoted, quoted)
             : g_strdup_printf("sudo install -d -o %s -m 700 %s", user, quoted);
}

static CtlDiagnosis
check_disk_writable(GVariant *evidence)
{
  const char *folder = text_of(evidence, "folder");
  if (folder == NULL || flag_of(evidence, "writable") < 0)
    return say(CTL_HEALTH_UNKNOWN, _("Nobody looked at the ledger's disk."), NULL);
  g_autofree char *quoted = quote(folder), *take = make_writable(evidence, folder);
  g_autofree char *remount =
      g_strdup_printf("sudo mount -o remount,rw \"$(findmnt -n -o TARGET -T %s)\"", quoted);
  if (flag_of(evidence, "read-only") == 1)
    return say(CTL_HEALTH_WRONG, _("The ledger is on a disk that is read-only."), remount);
  if (flag_of(evidence, "writable") == 0)
    return say(CTL_HEALTH_WRONG, _("The ledger's folder may not be written by this account."), take);
  return say(CTL_HEALTH_GOOD, _("The ledger's disk can be written."), NULL);
}

static CtlDiagnosis
check_disk_room(GVariant *evidence)
{
  gint64 bytes;
  const char *folder = text_of(evidence, "folder");
  if (!number_of(evidence, "free-bytes", &bytes))
    return say(CTL_HEALTH_UNKNOWN, _("Nobody looked at the ledger's disk."), NULL);
  if (bytes >= FREE_AT_LEAST)
    return say(CTL_HEALTH_GOOD, _("The ledger's disk has room."), NULL);
  g_autofree char *quoted = quote(folder != NULL ? folder : ".");
  g_autofree char *command =
      g_strdup_printf("sudo du -axh \"$(findmnt -n -o TARGET -T %s)\" | sort -h | tail", quoted);
  return say(CTL_HEALTH_WRONG,
             _("The ledger is on a full disk: tags keep their records until there is room. This shows what "
               "is large:"),
             command);
}

static CtlDiagnosis
check_ledger(GVariant *evidence)
{
  const char *state = text_of(evidence, "ledger"), *sentence = text_of(evidence, "ledger-sentence");
  if (state == NULL)
    return say(CTL_HEALTH_UNKNOWN, _("Nobody looked at the ledger."), NULL);
  if (g_str_equal(state, "damaged"))
    return say(CTL_HEALTH_WRONG, sentence, "calciferctl restore --salvage");
  if (g_str_equal(state, "newer"))
    return say(CTL_HEALTH_WRONG, sentence, "sudo apt install --only-upgrade calcifer");
  if (g_str_equal(state, "unreadable"))
    return say(CTL_HEALTH_WRONG, sentence, "journalctl --user -u calciferd -n 20");
  return say(CTL_HEALTH_GOOD,
             g_str_equal(state, "absent") ? _("There is no ledger yet.") : _("The ledger is whole."), NULL);
}

/* -- Time and place ------------------------------------------------------------------------------------- */

/* Who asks a time server already is made to ask anew. */
static const char *
set_clock(GVariant *evidence)
{
  if (flag_of(evidence, "can-ntp") == 0)
    return "sudo apt install systemd-timesyncd";
  return flag_of(evidence, "ntp") == 1 ? "sudo timedatectl set-ntp false && sudo timedatectl set-ntp true"
                                       : "sudo timedatectl set-ntp true";
}

static CtlDiagnosis
check_clock(GVariant *evidence)
{
  gint64 now;
  if (!number_of(evidence, "now", &now))
    return say(CTL_HEALTH_UNKNOWN, _("Nobody looked at the clock."), NULL);
  if (now >= RELEASED_AT && flag_of(evidence, "synchronised") != 0)
    return say(CTL_HEALTH_GOOD, _("The clock is set."), NULL);
  return say(CTL_HEALTH_WRONG,
             now < RELEASED_AT ? _("The clock is not set: it shows a time before this program was made.")
                               : _("The clock was not set by a time server."),
             set_clock(evidence));
}

/* "52.5,13.4" or with an altitude behind. */
static gboolean
longitude_of(const char *place, double *longitude)
{
  g_auto(GStrv) parts = g_strsplit(place != NULL ? place : "", ",", -1);
  return g_strv_length(parts) >= 2 && cal_number_parse(parts[1], longitude);
}

/* The session's own word stands above the machine's. */
static const char *
set_zone(GVariant *evidence)
{
  return flag_of(evidence, "zone-of-session") == 1 ? "unset TZ" : SET_ZONE;
}

static CtlDiagnosis
check_zone(GVariant *evidence)
{
  gint64 offset_s;
  double longitude;
  const char *zone = text_of(evidence, "zone");
  if (zone == NULL || !number_of(evidence, "utc-offset-s", &offset_s))
    return say(CTL_HEALTH_UNKNOWN, _("Nobody looked at the time zone."), NULL);
  if (flag_of(evidence, "zone-known") == 0) {
    g_autofree char *text =
        g_strdup_printf(_("The time zone '%s' is none that this machine knows. Set yours, by "
                          "its name in timedatectl list-timezones."),
                        zone);
    return say(CTL_HEALTH_WRONG, text, set_zone(evidence));
  }
  if (!longitude_of(text_of(evidence, "place"), &longitude) ||
      fabs(remainder((double)offset_s / 3600 - longitude / 15, 24)) <= ZONE_OFF_H_MOST)
    return say(CTL_HEALTH_GOOD, _("The time zone does not contradict the place."), NULL);
  g_autofree char *text = g_strdup_printf(
      _("The time zone %s is not that of the place. Set yours, by its name in timedatectl list-timezones."),
      zone);
  return say(CTL_HEALTH_WRONG, text, set_zone(evidence));
}

static CtlDiagnosis
check_place(GVariant *evidence)
{
  const char *place = text_of(evidence, "place"), *state = text_of(evidence, "place-state");
  if (place == NULL)
    return say(CTL_HEALTH_UNKNOWN, _("No daemon says where you are."), NULL);
  if (place[0] == '\0')
    return say(
        CTL_HEALTH_WRONG,
        _("The place is unknown: the sun is reckoned for a guess. Give your own latitude and longitude."),
        SET_PLACE);
  if (g_str_equal(place, "follow") && (g_strcmp0(state, "refused") == 0 || g_strcmp0(state, "absent") == 0))
    return say(CTL_HEALTH_WRONG,
               _("The place follows the desktop's location service, which does not tell it. Give your own "
                 "latitude and longitude."),
               SET_PLACE);
  return say(CTL_HEALTH_GOOD, _("The place is known."), NULL);
}

/* -- Tags ----------------------------------------------------------------------------------------------- */

static CtlDiagnosis
check_tag(GVariant *tag, gint64 now)
{
  const char *address = "", *why = "";
  gint64 last_seen = 0;
  g_variant_lookup(tag, "address", "&s", &address);
  g_variant_lookup(tag, "why", "&s", &why);
  g_variant_lookup(tag, "last-seen", "x", &last_seen);
  const gboolean silent = last_seen < now - SILENT_FOR_S;
  g_autofree char *reason = g_strdup_printf("%s: %s", address, why);
  g_autofree char *not_yet = g_strdup_printf(_("%s was not heard since the daemon started."), address);
  g_autofree char *old =
      g_strdup_printf(_("%s is out of date: nothing was heard of it for three days."), address);
  if (why[0] != '\0')
    return say(CTL_HEALTH_WRONG, reason, silent ? SCAN : "calciferctl tags");
  if (last_seen == 0)
    return say(CTL_HEALTH_NOTE, not_yet, SCAN);
  return silent ? say(CTL_HEALTH_WRONG, old, SCAN) : say(CTL_HEALTH_GOOD, _("Every tag is heard."), NULL);
}

/* The worst that is found of any. */
static CtlDiagnosis
check_tags(GVariant *evidence)
{
  gint64 now = 0;
  CtlDiagnosis worst;
  g_autoptr(GVariant) tags = g_variant_lookup_value(evidence, "tags", G_VARIANT_TYPE("aa{sv}"));
  if (tags == NULL)
    return say(CTL_HEALTH_UNKNOWN, _("No daemon says how the tags are."), NULL);
  number_of(evidence, "now", &now);
  worst = say(CTL_HEALTH_GOOD, _("Every tag is heard."), NULL);
  for (gsize i = 0; i < g_variant_n_children(tags); i++) {
    g_autoptr(GVariant) tag = g_variant_get_child_value(tags, i);
    g_auto(CtlDiagnosis) one = check_tag(tag, now);
    if (one.health > worst.health) {
      const CtlDiagnosis better = worst;
      worst = one;
      one = better;
    }
  }
  return worst;
}

/* What is the cause of another stands before it, so that the commands can be typed from the top. */
const CtlCheck ctl_doctor_checks[] = {
  { "disk", check_disk_writable },
  { "room", check_disk_room },
  { "ledger", check_ledger },
  { "unit", check_unit },
  { "daemon", check_daemon },
  { "sandbox", check_sandbox },
  { "bluetoothd", check_bluetoothd },
  { "rights", check_rights },
  { "adapter", check_adapter },
  { "rfkill", check_rfkill },
  { "power", check_power },
  { "experimental", check_experimental },
  { "accounts", check_accounts },
  { "notifications", check_notifications },
  { "actions", check_actions },
  { "clock", check_clock },
  { "zone", check_zone },
  { "place", check_place },
  { "tags", check_tags },
  { NULL, NULL },
};
