/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Each check, with evidence by which it finds its case and evidence by which it does not. */
#include "../unit/cmocka_prelude.h"

#include <doctor_checks.h>

#include <string.h>

typedef struct Case {
  const char *id;
  CtlHealth found;
  const char *ill, *well;
  const char *command; /* a part of it */
} Case;

static const Case cases[] = {
  { "daemon", CTL_HEALTH_WRONG, "{'client-version': <'2'>}",
    "{'client-version': <'2'>, 'daemon-version': <'2'>}", "--user start calciferd" },
  { "daemon", CTL_HEALTH_WRONG, "{'client-version': <'2'>, 'daemon-version': <'1'>}",
    "{'client-version': <'2'>, 'daemon-version': <'2'>}", "--user restart calciferd" },
  { "unit", CTL_HEALTH_WRONG, "{'unit': <'disabled'>}", "{'unit': <'enabled'>}", "enable --now calciferd" },
  { "sandbox", CTL_HEALTH_WRONG, "{'sandbox': <{'users': false, 'sockets': true}>}",
    "{'sandbox': <{'users': true, 'sockets': true}>}", "revert calciferd" },
  { "bluetoothd", CTL_HEALTH_WRONG, "{'radio': <'no-bluez'>}", "{'radio': <'on'>}",
    "enable --now bluetooth" },
  { "bluetoothd", CTL_HEALTH_WRONG, "{'radio': <'no-bus'>}", "{'radio': <'off'>}", "enable --now dbus" },
  { "rights", CTL_HEALTH_WRONG, "{'radio': <'refused'>}", "{'radio': <'on'>}", "usermod -aG bluetooth" },
  { "adapter", CTL_HEALTH_WRONG, "{'radio': <'no-adapter'>}", "{'radio': <'off'>}", "modprobe" },
  { "rfkill", CTL_HEALTH_WRONG, "{'radio': <'blocked'>}", "{'radio': <'off'>, 'rfkill': <'none'>}",
    "rfkill unblock bluetooth" },
  { "rfkill", CTL_HEALTH_WRONG, "{'radio': <'off'>, 'rfkill': <'hard'>}",
    "{'radio': <'on'>, 'rfkill': <'soft'>}", "rfkill list" },
  { "power", CTL_HEALTH_WRONG, "{'radio': <'off'>, 'rfkill': <'none'>}", "{'radio': <'blocked'>}",
    "bluetoothctl power on" },
  { "experimental", CTL_HEALTH_NOTE, "{'radio': <'on'>, 'power-state': <false>}",
    "{'radio': <'on'>, 'power-state': <true>}", "main.conf" },
  { "accounts", CTL_HEALTH_NOTE, "{'accounts': <['ann']>}", "{'accounts': <@as []>}", "tags forget" },
  { "notifications", CTL_HEALTH_WRONG, "{'notifications': <false>}", "{'notifications': <true>}",
    "apt install" },
  { "actions", CTL_HEALTH_NOTE, "{'actions': <false>}", "{'actions': <true>}", "apt install" },
  { "disk", CTL_HEALTH_WRONG, "{'folder': <'/d'>, 'writable': <false>, 'read-only': <true>}",
    "{'folder': <'/d'>, 'writable': <true>, 'read-only': <false>}", "remount,rw" },
  { "disk", CTL_HEALTH_WRONG, "{'folder': <\"/it's\">, 'writable': <false>, 'read-only': <false>}",
    "{'folder': <'/d'>, 'writable': <true>, 'read-only': <false>}", "chmod 700 '/it'\\''s'" },
  { "room", CTL_HEALTH_WRONG, "{'folder': <'/d'>, 'free-bytes': <int64 16777215>}",
    "{'folder': <'/d'>, 'free-bytes': <int64 16777216>}", "df -h '/d'" },
  { "ledger", CTL_HEALTH_WRONG, "{'ledger': <'damaged'>, 'ledger-sentence': <'It is.'>}",
    "{'ledger': <'whole'>, 'ledger-sentence': <''>}", "restore --salvage" },
  { "ledger", CTL_HEALTH_WRONG, "{'ledger': <'newer'>, 'ledger-sentence': <'It is.'>}",
    "{'ledger': <'older'>, 'ledger-sentence': <''>}", "--only-upgrade" },
  { "ledger", CTL_HEALTH_WRONG, "{'ledger': <'unreadable'>, 'ledger-sentence': <'It is.'>}",
    "{'ledger': <'absent'>, 'ledger-sentence': <''>}", "journalctl" },
  { "clock", CTL_HEALTH_WRONG, "{'now': <int64 86400>, 'synchronised': <true>}",
    "{'now': <int64 1790000000>, 'synchronised': <true>}", "set-ntp true" },
  { "clock", CTL_HEALTH_WRONG, "{'now': <int64 1790000000>, 'synchronised': <false>}",
    "{'now': <int64 1790000000>}", "set-ntp true" },
  { "clock", CTL_HEALTH_WRONG, "{'now': <int64 1790000000>, 'synchronised': <false>, 'can-ntp': <false>}",
    "{'now': <int64 1790000000>, 'can-ntp': <false>}", "apt install systemd-timesyncd" },
  { "zone", CTL_HEALTH_WRONG, "{'zone': <'UTC'>, 'utc-offset-s': <int64 0>, 'place': <'40.7,-74'>}",
    "{'zone': <'US/Eastern'>, 'utc-offset-s': <int64 -18000>, 'place': <'40.7,-74'>}", "set-timezone" },
  { "zone", CTL_HEALTH_WRONG, "{'zone': <'Mars/Base'>, 'zone-known': <false>, 'utc-offset-s': <int64 0>}",
    "{'zone': <'Asia/Urumqi'>, 'zone-known': <true>, 'utc-offset-s': <int64 28800>, 'place': "
    "<'39.5,76.0,1200'>}",
    "set-timezone" },
  { "place", CTL_HEALTH_WRONG, "{'place': <''>}", "{'place': <'52.5,13.4'>}", "profile set place" },
  { "place", CTL_HEALTH_WRONG, "{'place': <'follow'>, 'place-state': <'refused'>}",
    "{'place': <'follow'>, 'place-state': <'found'>}", "profile set place" },
  { "tags", CTL_HEALTH_WRONG,
    "{'now': <int64 1000000>, 'tags': <[{'address': <'C0'>, 'why': <''>, 'last-seen': <int64 740799>}]>}",
    "{'now': <int64 1000000>, 'tags': <[{'address': <'C0'>, 'why': <''>, 'last-seen': <int64 740800>}]>}",
    "tags scan" },
  { "tags", CTL_HEALTH_WRONG,
    "{'now': <int64 9>, 'tags': <[{'address': <'C0'>, 'why': <'It speaks a newer version.'>}]>}",
    "{'now': <int64 9>, 'tags': <@aa{sv} []>}", "calciferctl tags" },
};

static const CtlCheck *
check_of(const char *id)
{
  const CtlCheck *check = ctl_doctor_checks;
  while (check->id != NULL && !g_str_equal(check->id, id))
    check++;
  assert_non_null(check->id);
  return check;
}

static CtlDiagnosis
judge(const char *id, const char *evidence)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GVariant) parsed = g_variant_parse(G_VARIANT_TYPE("a{sv}"), evidence, NULL, NULL, &error);
  if (error != NULL)
    fail_msg("%s: %s", evidence, error->message);
  return check_of(id)->run(parsed);
}

static void
test_found_and_not_found(void **state)
{
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_auto(CtlDiagnosis) ill = judge(cases[i].id, cases[i].ill);
    g_auto(CtlDiagnosis) well = judge(cases[i].id, cases[i].well);
    if (ill.health != cases[i].found || ill.command == NULL || strstr(ill.command, cases[i].command) == NULL)
      fail_msg("%s of %s: %s, %s", cases[i].id, cases[i].ill, ctl_health_name(ill.health), ill.command);
    if (well.health != CTL_HEALTH_GOOD || well.command != NULL)
      fail_msg("%s of %s: %s", cases[i].id, cases[i].well, well.text);
    assert_true(ill.text[0] != '\0' && well.text[0] != '\0');
  }
}

/* No check is without a case above, and without evidence none finds what is not there. */
static void
test_every_check(void **state)
{
  (void)state;
  for (const CtlCheck *check = ctl_doctor_checks; check->id != NULL; check++) {
    gboolean has_case = FALSE;
    g_auto(CtlDiagnosis) blind = judge(check->id, "@a{sv} {}");
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
      has_case = has_case || g_str_equal(cases[i].id, check->id);
    assert_true(has_case);
    assert_true(blind.health == CTL_HEALTH_UNKNOWN || g_str_equal(check->id, "daemon"));
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_found_and_not_found),
    cmocka_unit_test(test_every_check),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
