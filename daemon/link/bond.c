/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "bond.h"

#include "agent.h"
#include "bluez_names.h"
#include "fault.h"
#include "timer.h"

#define PAIR_TIMEOUT_MS 60000
#define RESOLVE_MS      30000

typedef enum BondState {
  BOND_AGENT,
  BOND_PAIRING,
  BOND_CONNECTING, /* bonded already */
  BOND_RESOLVING,
  BOND_ASKING, /* for all that it serves */
  BOND_ENDED,
} BondState;

struct CalBond {
  CalBluez *bluez;
  char *device;
  BondState state;
  gboolean asked; /* to pair, and no bond came of it yet */
  gboolean is_ours;
  CalAgent *agent;
  GCancellable *cancellable;
  CalTimer timer;
  CalBondEnded ended;
  gpointer data;
  void (*removed)(gpointer data);
  gpointer removed_data;
};

/* Somebody reads what BlueZ said, so it is told without the error's name on the bus. */
static void
end(CalBond *bond, CalBondEnd how, const GError *error)
{
  g_autoptr(GError) said = error ? g_error_copy(error) : NULL;
  if (bond->state == BOND_ENDED)
    return;
  if (said)
    g_dbus_error_strip_remote_error(said);
  bond->state = BOND_ENDED;
  cal_timer_clear(&bond->timer);
  bond->ended(how, said, bond->data);
}

/* -- Its services */

static void
on_services(gboolean told, gpointer data)
{
  end(data, told ? CAL_BOND_READY : CAL_BOND_UNRESOLVED, NULL);
}

static void
on_resolve_time(gpointer data)
{
  end(data, CAL_BOND_UNRESOLVED, NULL);
}

static void
resolve(CalBond *bond)
{
  bond->state = BOND_RESOLVING;
  cal_timer_set(&bond->timer, cal_timer_now_ms() + RESOLVE_MS, on_resolve_time, bond);
  cal_bond_update(bond);
}

/* The characteristics are asked for anew: signals of some may be on their way still. */
void
cal_bond_update(CalBond *bond)
{
  if (bond->state != BOND_RESOLVING ||
      !cal_bluez_get_boolean(bond->bluez, bond->device, BLUEZ_DEVICE, "ServicesResolved"))
    return;
  bond->state = BOND_ASKING;
  cal_bluez_refresh(bond->bluez, bond->cancellable, on_services, bond);
}

/* -- A bond that is there already */

static void
on_connected(GObject *source, GAsyncResult *result, gpointer data)
{
  CalBond *bond = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(GVariant) reply = cal_bluez_call_finish(source, result, &error);
  if (cal_bluez_was_cancelled(error))
    return;
  if (reply || cal_fault_of_connect(error) == CAL_LIFE_FAULT_NONE)
    resolve(bond);
  else
    end(bond, CAL_BOND_STALE, error);
}

static void
connect_bonded(CalBond *bond)
{
  bond->state = BOND_CONNECTING;
  cal_bluez_call(bond->bluez, bond->device, BLUEZ_DEVICE, "Connect", NULL, PAIR_TIMEOUT_MS, bond->cancellable,
                 on_connected, bond);
}

/* -- A new one */

static void
pairing_failed(CalBond *bond, const GError *error)
{
  g_autofree char *name = g_dbus_error_get_remote_error(error);
  if (g_strcmp0(name, "org.bluez.Error.AlreadyExists") == 0)
    connect_bonded(bond);
  else if (cal_fault_is_in_progress(error))
    end(bond, CAL_BOND_BUSY, error);
  else if (cal_fault_of_connect(error) == CAL_LIFE_FAULT_AUTH)
    end(bond, CAL_BOND_REFUSED, error);
  else
    end(bond, CAL_BOND_FAILED, error);
}

static void
on_paired(GObject *source, GAsyncResult *result, gpointer data)
{
  CalBond *bond = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(GVariant) reply = cal_bluez_call_finish(source, result, &error);
  if (cal_bluez_was_cancelled(error))
    return;
  if (!reply) {
    pairing_failed(bond, error);
    return;
  }
  bond->asked = FALSE;
  bond->is_ours = TRUE;
  resolve(bond);
}

static void
on_agent(const GError *error, gpointer data)
{
  CalBond *bond = data;
  if (error) {
    end(bond, CAL_BOND_NO_AGENT, error);
    return;
  }
  bond->state = BOND_PAIRING;
  bond->asked = TRUE;
  cal_bluez_call(bond->bluez, bond->device, BLUEZ_DEVICE, "Pair", NULL, PAIR_TIMEOUT_MS, bond->cancellable,
                 on_paired, bond);
}

/* -- Beginning and end */

gboolean
cal_bond_is_ours(CalBond *bond)
{
  return bond->is_ours;
}

gboolean
cal_bond_needs_quiet_air(CalBond *bond)
{
  return bond->state != BOND_ASKING && bond->state != BOND_ENDED;
}

static void
on_removed(GObject *source, GAsyncResult *result, gpointer data)
{
  CalBond *bond = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(GVariant) reply = cal_bluez_call_finish(source, result, &error);
  if (cal_bluez_was_cancelled(error))
    return;
  if (error)
    g_message("the bond with %s stays: %s", bond->device, error->message);
  bond->removed(bond->removed_data);
}

gboolean
cal_bond_undo(CalBond *bond, void (*removed)(gpointer data), gpointer data)
{
  g_autofree char *adapter = cal_bluez_adapter_of(bond->device);
  bond->removed = removed;
  bond->removed_data = data;
  if (bond->asked)
    cal_bluez_call(bond->bluez, bond->device, BLUEZ_DEVICE, "CancelPairing", NULL, -1, NULL, NULL, NULL);
  if (bond->is_ours)
    cal_bluez_call(bond->bluez, adapter, BLUEZ_ADAPTER, "RemoveDevice", g_variant_new("(o)", bond->device),
                   -1, bond->cancellable, on_removed, bond);
  return bond->is_ours;
}

CalBond *
cal_bond_new(GDBusConnection *connection, CalBluez *bluez, const char *device, CalBondEnded ended,
             gpointer data)
{
  CalBond *bond = g_new0(CalBond, 1);
  bond->bluez = bluez;
  bond->device = g_strdup(device);
  bond->cancellable = g_cancellable_new();
  bond->ended = ended;
  bond->data = data;
  if (cal_bluez_get_boolean(bluez, device, BLUEZ_DEVICE, "Paired"))
    connect_bonded(bond);
  else
    bond->agent = cal_agent_new(connection, bluez, device, on_agent, bond);
  return bond;
}

void
cal_bond_free(CalBond *bond)
{
  if (!bond)
    return;
  g_cancellable_cancel(bond->cancellable);
  g_object_unref(bond->cancellable);
  cal_timer_clear(&bond->timer);
  cal_agent_free(bond->agent);
  g_free(bond->device);
  g_free(bond);
}
