/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What stands behind the handlers of the bus, played: a ledger of some entries in memory, days that are never
 * folded, a clock that stands still, and nobody who is told of anything. With it the handlers run by
 * themselves, thousands of times a second.
 */
#ifndef CALCIFER_TESTS_FUZZ_PLAYED_H
#define CALCIFER_TESTS_FUZZ_PLAYED_H

#include <app.h>

/* 2026-05-28T20:26:40Z */
#define PLAYED_NOW INT64_C(1780000000)

/* An app without edges, with an empty ledger and two foods; the same one each time, emptied. */
CalApp *played_app(void);

#endif
