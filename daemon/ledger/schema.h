/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The schema of the ledger's file and its versions. A step takes the file from one version to the next; steps
 * are added at the end and never changed, since people's files were made by them.
 */
#ifndef CALCIFERD_LEDGER_SCHEMA_H
#define CALCIFERD_LEDGER_SCHEMA_H

#include <gio/gio.h>
#include <sqlite3.h>

/* In the file's header at byte 68, big-endian, as SQLite's application_id: "CALC". */
#define CAL_SCHEMA_APPLICATION_ID 0x43414c43

typedef struct CalSchemaStep {
  const char *const *sql;   /* scripts, run one after another; NULL ends them */
  int (*fill)(sqlite3 *db); /* then what SQL alone cannot say; returns SQLite's result code; may be NULL */
} CalSchemaStep;

/* Step i makes version i + 1. The last one's is the version that this program writes. */
extern const CalSchemaStep cal_schema_steps[];
extern const guint cal_schema_n_steps;

/* What a file is, before anything in it is believed. */
typedef enum CalSchemaKind {
  CAL_SCHEMA_EMPTY,   /* no table, no version: a ledger to be */
  CAL_SCHEMA_LEDGER,  /* a ledger of a version up to n_steps */
  CAL_SCHEMA_NEWER,   /* a ledger of a version above */
  CAL_SCHEMA_FOREIGN, /* somebody else's database */
} CalSchemaKind;

/* Tells the kind and version of an open database, changing nothing. Returns SQLite's result code. */
int cal_schema_identify(sqlite3 *db, guint n_steps, CalSchemaKind *kind, guint *version);

/* Takes the database from `version` to n_steps, all steps in one transaction: they are committed with the
 * version number, or the file is as it was. Returns SQLite's result code. */
int cal_schema_migrate(sqlite3 *db, const CalSchemaStep *steps, guint n_steps, guint version);

#endif
