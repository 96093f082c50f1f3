/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What `doctor` looks for: one row a check, each a function of evidence that is handed to it, an a{sv} whose
 * members doctor_evidence.h names. A check never asks anybody.
 */
#ifndef CALCIFERCTL_DOCTOR_CHECKS_H
#define CALCIFERCTL_DOCTOR_CHECKS_H

#include <glib.h>

/* From what is least to what is worst. */
typedef enum CtlHealth {
  CTL_HEALTH_UNKNOWN, /* the evidence is missing: who would tell is not there */
  CTL_HEALTH_GOOD,
  CTL_HEALTH_NOTE,  /* worth knowing; nothing is broken by it */
  CTL_HEALTH_WRONG, /* something does not work */
} CtlHealth;

typedef struct CtlDiagnosis {
  CtlHealth health;
  char *text;    /* one sentence; owned */
  char *command; /* what mends it, NULL when no command does; owned */
} CtlDiagnosis;

typedef struct CtlCheck {
  const char *id; /* of --json, stable */
  CtlDiagnosis (*run)(GVariant *evidence);
} CtlCheck;

/* Ends with a row without an id. */
extern const CtlCheck ctl_doctor_checks[];

const char *ctl_health_name(CtlHealth health);
void ctl_diagnosis_clear(CtlDiagnosis *diagnosis);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CtlDiagnosis, ctl_diagnosis_clear)

#endif
