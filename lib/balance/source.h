/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CALCIFER_LIB_SOURCE_H
#define CALCIFER_LIB_SOURCE_H

#include <calcifer/context.h>

/* What the context holds of a tag, a new and empty row if need be; NULL when there are too many. */
CalSource *cal_context_source_of(CalContext *context, const CalAddress *address);

#endif
