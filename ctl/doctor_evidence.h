/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What `doctor` judges by, asked of everybody who is there. */
#ifndef CALCIFERCTL_DOCTOR_EVIDENCE_H
#define CALCIFERCTL_DOCTOR_EVIDENCE_H

#include <glib.h>

/* An a{sv}; what nobody tells is left out. Of `calciferd --examine`: radio (s), power-state (b),
 * bluetooth-class (b), rfkill (s), accounts (as), ledger (s), ledger-sentence (s), path (s), folder (s),
 * writable (b), read-only (b), free-bytes (x), now (x), synchronised (b), can-ntp (b), ntp (b), zone (s),
 * zone-known (b), utc-offset-s (x). Of the session bus: notifications (b), actions (b), unit (s). Of a
 * running daemon: daemon-version (s), sandbox (a{sb}), place (s, empty: not set), place-state (s), tags
 * (aa{sv}: address, kind, why, last-seen). And of this session client-version (s), user (s), zone-of-session
 * (b). It starts no daemon. */
GVariant *ctl_doctor_evidence(void);

#endif
