/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pages of this process with which it loses nothing.
 *
 * Text and constants of the program and its libraries: a start walks through much that is never run again,
 * such as relocation, the registration of types, the opening of buses and files. These pages are of files,
 * and clean. They stay in the page cache, so that no memory is free at once; but where the kernel needs some
 * it need not ask any more who uses them, and they count as nobody's. What is used again comes back from
 * there with its neighbours: some thirty faults, less than a fifth of a millisecond in all, at the next call.
 *
 * The stack below whoever calls, where nothing is. And what is free of the heap, as malloc_trim(3) has it.
 *
 * What was ever written to stays: data, also if it is read-only by now, and text that was relocated.
 */
#ifndef CALCIFERD_PAGES_H
#define CALCIFERD_PAGES_H

/* By the main thread, behind work that does not come soon again. */
void cal_pages_give_back(void);

#endif
