/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Each check, with evidence by which it finds its case and evidence by which it does not. */
#include "../unit/cmocka_prelude.h"

#include <doctor_checks.h>
#include <doctor_command.h>

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
  { "unit", CTL_HEALTH_WRONG, "{'unit': <'masked'>}", "{'unit': <'static'>}",
    "unmask calciferd && systemctl --user enable --now calciferd" },
  { "unit", CTL_HEALTH_WRONG, "{'unit': <'masked-runtime'>}", "{'unit': <'enabled-runtime'>}",
    "--runtime &&" },
  { "sandbox", CTL_HEALTH_WRONG, "{'sandbox': <{'users': false, 'sockets': true}>}",
    "{'sandbox': <{'users': true, 'sockets': true}>}", "revert calciferd" },
  { "bluetoothd", CTL_HEALTH_WRONG, "{'radio': <'no-bluez'>}", "{'radio': <'on'>}",
    "enable --now bluetooth" },
  { "bluetoothd", CTL_HEALTH_WRONG, "{'radio': <'no-bluez'>, 'bluetooth-class': <false>}",
    "{'radio': <'no-adapter'>, 'bluetooth-class': <true>}", "modprobe btusb && sudo systemctl" },
  { "bluetoothd", CTL_HEALTH_WRONG, "{'radio': <'no-bus'>}", "{'radio': <'off'>}", "enable --now dbus" },
  { "rights", CTL_HEALTH_WRONG, "{'radio': <'refused'>, 'user': <'ann'>}", "{'radio': <'on'>}",
    "usermod -aG bluetooth ann" },
  { "adapter", CTL_HEALTH_WRONG, "{'radio': <'no-adapter'>}", "{'radio': <'off'>}", "modprobe" },
  { "adapter", CTL_HEALTH_WRONG, "{'radio': <'no-bluez'>, 'bluetooth-class': <false>}", "{'radio': <'on'>}",
    "modprobe" },
  { "rfkill", CTL_HEALTH_WRONG, "{'radio': <'blocked'>}", "{'radio': <'off'>, 'rfkill': <'none'>}",
    "rfkill unblock bluetooth" },
  { "rfkill", CTL_HEALTH_WRONG, "{'radio': <'off'>, 'rfkill': <'hard'>}",
    "{'radio': <'on'>, 'rfkill': <'soft'>}", "rfkill list" },
  { "power", CTL_HEALTH_WRONG, "{'radio': <'off'>, 'rfkill': <'none'>}", "{'radio': <'blocked'>}",
    "bluetoothctl power on" },
  { "experimental", CTL_HEALTH_NOTE, "{'radio': <'on'>, 'power-state': <false>}",
    "{'radio': <'on'>, 'power-state': <true>}", "main.conf" },
  { "accounts", CTL_HEALTH_NOTE, "{'accounts': <['ann']>}", "{'accounts': <@as []>}", "calciferctl tags" },
  { "accounts", CTL_HEALTH_NOTE,
    "{'accounts': <['ann']>, 'tags': <[{'address': <'C0'>, 'kind': <'bthome'>}, {'address': <'C1'>, 'kind': "
    "<'tag-event'>}]>}",
    "{'accounts': <['ann']>, 'tags': <[{'address': <'C0'>, 'kind': <'bthome'>}]>}", "tags forget C1" },
  { "notifications", CTL_HEALTH_WRONG, "{'notifications': <false>}", "{'notifications': <true>}",
    "apt install" },
  { "actions", CTL_HEALTH_NOTE, "{'actions': <false>}", "{'actions': <true>}", "apt install" },
  { "disk", CTL_HEALTH_WRONG, "{'folder': <'/d'>, 'writable': <false>, 'read-only': <true>}",
    "{'folder': <'/d'>, 'writable': <true>, 'read-only': <false>}", "remount,rw" },
  { "disk", CTL_HEALTH_WRONG, "{'folder': <\"/it's\">, 'writable': <false>, 'read-only': <false>}",
    "{'folder': <'/d'>, 'writable': <true>, 'read-only': <false>}", "chmod 700 '/it'\\''s'" },
  { "disk", CTL_HEALTH_WRONG,
    "{'folder': <'/'>, 'path': <'/d/calciferd/ledger.db'>, 'user': <'ann'>, 'writable': <false>}",
    "{'folder': <'/'>, 'path': <'/d/calciferd/ledger.db'>, 'writable': <true>}",
    "sudo install -d -o ann -m 700 /d/calciferd" },
  { "room", CTL_HEALTH_WRONG, "{'folder': <'/d'>, 'free-bytes': <int64 16777215>}",
    "{'folder': <'/d'>, 'free-bytes': <int64 16777216>}", "-T /d)" },
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
  { "clock", CTL_HEALTH_WRONG, "{'now': <int64 1790000000>, 'synchronised': <false>, 'ntp': <true>}",
    "{'now': <int64 1790000000>, 'synchronised': <true>, 'ntp': <true>}",
    "set-ntp false && sudo timedatectl set-ntp true" },
  { "zone", CTL_HEALTH_WRONG,
    "{'zone': <'Mars/Base'>, 'zone-known': <false>, 'utc-offset-s': <int64 0>, 'zone-of-session': <true>}",
    "{'zone': <'UTC'>, 'utc-offset-s': <int64 0>, 'zone-of-session': <true>}", "unset TZ" },
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
  { "tags", CTL_HEALTH_NOTE,
    "{'now': <int64 1000000>, 'tags': <[{'address': <'C0'>, 'last-seen': <int64 999999>}, {'address': "
    "<'C1'>, "
    "'last-seen': <int64 0>}]>}",
    "{'now': <int64 1000000>, 'tags': <[{'address': <'C0'>, 'last-seen': <int64 999999>}]>}", "tags scan" },
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

static void
test_typed_by_whom(void **state)
{
  (void)state;
  static const struct {
    const char *command, *by_su, *by_root;
  } rows[] = {
    { "systemctl --user start x", "systemctl --user start x", "systemctl --user start x" },
    { "sudo a && sudo b", "su - -c 'a && b'", "a && b" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autofree char *by_sudo = ctl_doctor_command(rows[i].command, CTL_ROOT_BY_SUDO);
    g_autofree char *by_su = ctl_doctor_command(rows[i].command, CTL_ROOT_BY_SU);
    g_autofree char *by_root = ctl_doctor_command(rows[i].command, CTL_ROOT_ALREADY);
    assert_string_equal(by_sudo, rows[i].command);
    assert_string_equal(by_su, rows[i].by_su);
    assert_string_equal(by_root, rows[i].by_root);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_found_and_not_found),
    cmocka_unit_test(test_every_check),
    cmocka_unit_test(test_typed_by_whom),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
