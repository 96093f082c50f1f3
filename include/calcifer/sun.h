/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Where the sun stands.
 *
 * Between 1950 and 2100 and at every latitude, within 0.01 degree of NREL's Solar Position Algorithm
 * (Reda & Andreas 2004). No atmosphere bends the light here: that is the angle which radiative transfer
 * tables are made for.
 *
 *     CalSunPosition sun = cal_sun_position(1066419030, 39.742476, -105.1786);   2003-10-17T19:30:30Z
 *     sun.zenith_deg is 50.13, sun.azimuth_deg 194.34
 */
#ifndef CALCIFER_SUN_H
#define CALCIFER_SUN_H

#include <calcifer/instant.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The centre of the sun is this far from the zenith at sunrise and sunset: 34' of refraction at the horizon
 * and a disc of 16' radius, as almanacs have it. */
#define CAL_SUN_HORIZON_DEG 90.833

typedef struct CalSunPosition {
  double zenith_deg;  /* 0-180, as seen from sea level at the place, without refraction */
  double azimuth_deg; /* 0 up to 360, clockwise from true north */
  double distance_au; /* of earth and sun */
} CalSunPosition;

/* What belongs to one upper transit. Sunrise or sunset is CAL_INSTANT_NONE where there is none within half a
 * day of noon, as in polar day and polar night. */
typedef struct CalSunDay {
  CalInstant sunrise; /* the last before noon */
  CalInstant noon;
  CalInstant sunset; /* the first after noon */
} CalSunDay;

/* Latitude -90 to 90, north positive; longitude -180 to 180 (any multiple of 360 added does no harm), east
 * positive. UTC stands in for UT1, which it follows within 0.9 s (0.004 degree). */
CalSunPosition cal_sun_position(CalInstant instant, double latitude_deg, double longitude_deg);

/* A place on the ellipsoid at sea level, as positions need it. */
typedef struct CalSunPlace {
  double latitude_deg, longitude_deg;
  double sin_latitude, cos_latitude, longitude_rad;
  double axis_distance, plane_distance; /* from the earth's axis and from its equator's plane, in radii */
} CalSunPlace;

/* The sun of a day (UTC), for who asks for many positions: it is reckoned at midnight, noon and midnight, and
 * between these it moves as a parabola, to better than 0.1" (0.00003 degree), for a fifth of the work. Zero
 * is a track of no day yet. */
typedef struct CalSunTrack {
  double middle_s; /* Unix time */
  double right_ascension_rad[3], declination_rad[3], distance_au[3];
  double sidereal_rad; /* in the middle, at Greenwich */
  CalSunPlace place;   /* that was asked for last */
} CalSunTrack;

/* What light needs of a position. */
typedef struct CalSunZenith {
  double zenith_deg;  /* as in CalSunPosition */
  double distance_au; /* likewise */
} CalSunZenith;

/* As cal_sun_position(), by a track, which is brought to the instant's day first. What it was before changes
 * nothing. */
CalSunZenith cal_sun_track_zenith(CalSunTrack *track, CalInstant instant, double latitude_deg,
                                  double longitude_deg);

/* Sunrise, noon and sunset of the upper transit nearest to the instant. */
CalSunDay cal_sun_day(CalInstant instant, double latitude_deg, double longitude_deg);

/* (R0/R)^2: by how much the sun shines more brightly than at its mean distance of 1 au; 0.967 in July
 * to 1.034 in January. */
double cal_sun_distance_factor(CalInstant instant);

/* Terrestrial time less universal time, in seconds, by the polynomials of Espenak & Meeus (2006). */
double cal_sun_delta_t_s(CalInstant instant);

#ifdef __cplusplus
}
#endif

#endif
