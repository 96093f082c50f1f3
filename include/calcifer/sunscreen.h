/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What sunscreen keeps off. Two readings of one label, each on the safe side: vitamin D is reckoned with all
 * of the SPF, sunburn with the third root of it, because people put on about a third of the tested amount. An
 * SPF under 1 or unknown counts as 1, no sunscreen.
 *
 *     cal_sunscreen_transmission(30.0) is 1/30
 *     cal_sunscreen_spf_as_applied(27.0) is 3
 */
#ifndef CALCIFER_SUNSCREEN_H
#define CALCIFER_SUNSCREEN_H

#ifdef __cplusplus
extern "C" {
#endif

/* The share of UV that passes, 0 to 1, as the label has it. */
double cal_sunscreen_transmission(double spf);

/* The SPF that skin really gets. */
double cal_sunscreen_spf_as_applied(double spf);

/* What the SPF has come to since it was put on: straight down to 1 after two hours. Before it was put on (a
 * negative time) there is none. */
double cal_sunscreen_spf_after(double spf, double seconds);

#ifdef __cplusplus
}
#endif

#endif
