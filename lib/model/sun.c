/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * From the heliocentric earth of VSOP87 to the sun over a place: Meeus, Astronomical Algorithms (2nd ed.,
 * 1998), chapters 12, 22, 25 and 40, which is also the road that NREL's SPA takes. Shortened to what 0.01
 * degree needs: terms under 2e-6 rad of longitude and nutation under 0.2" are left out.
 */
#include <calcifer/sun.h>

#include <math.h>
#include <stdbool.h>
#include <stddef.h>

#define PI                  3.14159265358979323846
#define RADIANS             (PI / 180.0)
#define ARCSECONDS          (RADIANS / 3600.0)
#define DAY_S               86400.0
#define HALF_DAY_S          43200
#define J2000_UNIX_S        946728000.0 /* 2000-01-01T12:00:00 */
#define MILLENNIUM_S        (365250.0 * DAY_S)
#define JULIAN_YEAR_S       (365.25 * DAY_S)
#define VSOP_UNIT           1e-8                   /* rad or au of an amplitude in the tables below */
#define ABERRATION_RAD      (20.4898 * ARCSECONDS) /* at 1 au; Meeus (25.10) */
#define SOLAR_PARALLAX_RAD  (8.794 * ARCSECONDS)   /* at 1 au; Meeus chapter 40 */
#define EARTH_AXIS_RATIO    0.99664719             /* polar to equatorial; Meeus chapter 11 */
#define SIDEREAL_RATE_RAD_S (360.98564736629 * RADIANS / DAY_S) /* Meeus (12.4) */
#define SCAN_STEP_S         60 /* a choice: what shows or hides for less goes unseen */

/* amplitude * cos(phase + frequency * millennia) */
typedef struct Term {
  double amplitude;
  double phase;
  double frequency;
} Term;

#define TERM_COUNT(terms) (sizeof(terms) / sizeof *(terms))

/* Bretagnon & Francou 1988, VSOP87D, the earth: longitude, rad/1e8, by powers of time in millennia. */
static const Term longitude_0[] = {
  { 175347046, 0, 0 },           { 3341656, 4.6692568, 6283.07585 },
  { 34894, 4.6261, 12566.1517 }, { 3497, 2.7441, 5753.3849 },
  { 3418, 2.8289, 3.5231 },      { 3136, 3.6277, 77713.7715 },
  { 2676, 4.4181, 7860.4194 },   { 2343, 6.1352, 3930.2097 },
  { 1324, 0.7425, 11506.7698 },  { 1273, 2.0371, 529.691 },
  { 1199, 1.1096, 1577.3435 },   { 990, 5.233, 5884.927 },
  { 902, 2.045, 26.298 },        { 857, 3.508, 398.149 },
  { 780, 1.179, 5223.694 },      { 753, 2.533, 5507.553 },
  { 505, 4.583, 18849.228 },     { 492, 4.205, 775.523 },
  { 357, 2.92, 0.067 },          { 317, 5.849, 11790.629 },
  { 284, 1.899, 796.298 },       { 271, 0.315, 10977.079 },
  { 243, 0.345, 5486.778 },      { 206, 4.806, 2544.314 },
  { 205, 1.869, 5573.143 },      { 202, 2.458, 6069.777 },
};
static const Term longitude_1[] = {
  { 628331966747, 0, 0 },
  { 206059, 2.678235, 6283.07585 },
  { 4303, 2.6351, 12566.1517 },
  { 425, 1.59, 3.523 },
};
static const Term longitude_2[] = {
  { 52919, 0, 0 },
  { 8720, 1.0721, 6283.0758 },
  { 309, 0.867, 12566.152 },
};
static const Term longitude_3[] = {
  { 289, 5.844, 6283.076 },
};

/* Latitude, rad/1e8; never over 1.2". */
static const Term latitude_0[] = {
  { 280, 3.199, 84334.662 },
  { 102, 5.422, 5507.553 },
  { 80, 3.88, 5223.69 },
};

/* Distance, au/1e8. */
static const Term distance_0[] = {
  { 100013989, 0, 0 },          { 1670700, 3.0984635, 6283.07585 }, { 13956, 3.05525, 12566.1517 },
  { 3084, 5.1985, 77713.7715 }, { 1628, 1.1739, 5753.3849 },        { 1576, 2.8469, 7860.4194 },
};
static const Term distance_1[] = {
  { 103019, 1.10749, 6283.07585 },
};

/* The sun among the stars of its date, as the centre of the earth sees it. */
typedef struct Apparent {
  double right_ascension_rad;
  double declination_rad;
  double distance_au;
  double sidereal_rad; /* apparent, at Greenwich */
} Apparent;

static double
sum_terms(const Term *terms, size_t count, double millennia)
{
  double sum = 0.0;
  for (size_t i = 0; i < count; i++)
    sum += terms[i].amplitude * cos(terms[i].phase + terms[i].frequency * millennia);
  return sum * VSOP_UNIT;
}

static double
earth_longitude_rad(double t)
{
  const double l0 = sum_terms(longitude_0, TERM_COUNT(longitude_0), t);
  const double l1 = sum_terms(longitude_1, TERM_COUNT(longitude_1), t);
  const double l2 = sum_terms(longitude_2, TERM_COUNT(longitude_2), t);
  const double l3 = sum_terms(longitude_3, TERM_COUNT(longitude_3), t);
  return l0 + t * (l1 + t * (l2 + t * l3));
}

static double
distance_au(double t)
{
  return sum_terms(distance_0, TERM_COUNT(distance_0), t) +
         t * sum_terms(distance_1, TERM_COUNT(distance_1), t);
}

static double
polynomial(const double *coefficients, size_t count, double x)
{
  double value = 0.0;
  for (size_t i = count; i > 0; i--)
    value = value * x + coefficients[i - 1];
  return value;
}

/* One stretch of years of the table in Espenak & Meeus, Five Millennium Canon of Solar Eclipses,
 * NASA/TP-2006-214141: a polynomial in years from origin. */
typedef struct DeltaT {
  double until_year;
  double origin_year;
  double coefficients[6];
} DeltaT;

static const DeltaT delta_t_table[] = {
  { 1920, 1900, { -2.79, 1.494119, -0.0598939, 0.0061966, -0.000197 } },
  { 1941, 1920, { 21.20, 0.84493, -0.076100, 0.0020936 } },
  { 1961, 1950, { 29.07, 0.407, -1.0 / 233, 1.0 / 2547 } },
  { 1986, 1975, { 45.45, 1.067, -1.0 / 260, -1.0 / 718 } },
  { 2005, 2000, { 63.86, 0.3345, -0.060374, 0.0017275, 0.000651814, 0.00002373599 } },
  { 2050, 2000, { 62.92, 0.32217, 0.005589 } },
};

double
cal_sun_delta_t_s(CalInstant instant)
{
  const double year = 2000.0 + ((double)instant - J2000_UNIX_S) / JULIAN_YEAR_S;
  const double centuries = (year - 1820.0) / 100.0;
  const double parabola = -20.0 + 32.0 * centuries * centuries;
  if (year < 1900)
    return parabola;
  for (size_t i = 0; i < TERM_COUNT(delta_t_table); i++) {
    const DeltaT *row = &delta_t_table[i];
    if (year < row->until_year)
      return polynomial(row->coefficients, TERM_COUNT(row->coefficients), year - row->origin_year);
  }
  return year < 2150 ? parabola - 0.5628 * (2150.0 - year) : parabola;
}

/* Julian millennia of terrestrial time from J2000. */
static double
millennia_at(double unix_s)
{
  return (unix_s - J2000_UNIX_S + cal_sun_delta_t_s((CalInstant)unix_s)) / MILLENNIUM_S;
}

/* Meeus chapter 22, good to 0.5" in longitude and 0.1" in obliquity; t in centuries. */
static void
nutation(double t, double *longitude_rad, double *obliquity_rad)
{
  const double node = (125.04452 - 1934.136261 * t) * RADIANS;
  const double sun = 2.0 * (280.4665 + 36000.7698 * t) * RADIANS;
  const double moon = 2.0 * (218.3165 + 481267.8813 * t) * RADIANS;
  *longitude_rad =
      (-17.20 * sin(node) - 1.32 * sin(sun) - 0.23 * sin(moon) + 0.21 * sin(2.0 * node)) * ARCSECONDS;
  *obliquity_rad =
      (9.20 * cos(node) + 0.57 * cos(sun) + 0.10 * cos(moon) - 0.09 * cos(2.0 * node)) * ARCSECONDS;
}

/* IAU 1980, Meeus (22.2); t in centuries. */
static double
mean_obliquity_rad(double t)
{
  return (84381.448 + t * (-46.8150 + t * (-0.00059 + t * 0.001813))) * ARCSECONDS;
}

/* Meeus (12.4) on universal time. */
static double
mean_sidereal_rad(double unix_s)
{
  const double days = (unix_s - J2000_UNIX_S) / DAY_S;
  const double t = days / 36525.0;
  const double deg = 280.46061837 + 360.98564736629 * days + t * t * (0.000387933 - t / 38710000.0);
  return fmod(deg, 360.0) * RADIANS;
}

static Apparent
apparent_sun(double unix_s)
{
  const double t = millennia_at(unix_s);
  double nutation_rad, tilt_rad;
  nutation(10.0 * t, &nutation_rad, &tilt_rad);
  const double obliquity = mean_obliquity_rad(10.0 * t) + tilt_rad;
  const double distance = distance_au(t);
  const double longitude = earth_longitude_rad(t) + PI + nutation_rad - ABERRATION_RAD / distance;
  const double latitude = -sum_terms(latitude_0, TERM_COUNT(latitude_0), t);
  const double x = cos(latitude) * cos(longitude);
  const double y = cos(latitude) * sin(longitude) * cos(obliquity) - sin(latitude) * sin(obliquity);
  const double z = cos(latitude) * sin(longitude) * sin(obliquity) + sin(latitude) * cos(obliquity);
  return (Apparent){ .right_ascension_rad = atan2(y, x),
                     .declination_rad = asin(z),
                     .distance_au = distance,
                     .sidereal_rad = mean_sidereal_rad(unix_s) + nutation_rad * cos(obliquity) };
}

/* The place on the ellipsoid, at sea level; Meeus chapter 11. */
static CalSunPlace
place_at(double latitude_deg, double longitude_deg)
{
  const double latitude = latitude_deg * RADIANS;
  const double reduced = atan2(EARTH_AXIS_RATIO * sin(latitude), cos(latitude));
  return (CalSunPlace){ .latitude_deg = latitude_deg,
                        .longitude_deg = longitude_deg,
                        .sin_latitude = sin(latitude),
                        .cos_latitude = cos(latitude),
                        .longitude_rad = longitude_deg * RADIANS,
                        .axis_distance = cos(reduced),
                        .plane_distance = EARTH_AXIS_RATIO * sin(reduced) };
}

/* The sun as a place sees it, in earth's distances from it. */
typedef struct Direction {
  double north, west, up;
} Direction;

/*
 * The sun's direction less the place's own offset from the centre of the earth (the parallax, 8.8" at most),
 * turned into the place's north, west and up. Vectors have no special case at the poles.
 */
static Direction
topocentric(const Apparent *sun, const CalSunPlace *place, double hour_angle_rad)
{
  const double parallax = SOLAR_PARALLAX_RAD / sun->distance_au;
  const double outward = cos(sun->declination_rad) * cos(hour_angle_rad) - parallax * place->axis_distance;
  const double west = cos(sun->declination_rad) * sin(hour_angle_rad);
  const double axial = sin(sun->declination_rad) - parallax * place->plane_distance;
  return (Direction){ .north = axial * place->cos_latitude - outward * place->sin_latitude,
                      .west = west,
                      .up = outward * place->cos_latitude + axial * place->sin_latitude };
}

static double
zenith_deg(const Direction *sun)
{
  return atan2(hypot(sun->north, sun->west), sun->up) / RADIANS;
}

static double
azimuth_deg(const Direction *sun)
{
  const double azimuth = atan2(-sun->west, sun->north) / RADIANS;
  return azimuth < 0.0 ? fmod(azimuth + 360.0, 360.0) : azimuth;
}

CalSunPosition
cal_sun_position(CalInstant instant, double latitude_deg, double longitude_deg)
{
  const Apparent sun = apparent_sun((double)instant);
  const CalSunPlace place = place_at(latitude_deg, longitude_deg);
  const Direction direction =
      topocentric(&sun, &place, sun.sidereal_rad + place.longitude_rad - sun.right_ascension_rad);
  return (CalSunPosition){ .zenith_deg = zenith_deg(&direction),
                           .azimuth_deg = azimuth_deg(&direction),
                           .distance_au = sun.distance_au };
}

double
cal_sun_distance_factor(CalInstant instant)
{
  const double distance = distance_au(millennia_at((double)instant));
  return 1.0 / (distance * distance);
}

/* Into -pi to pi. */
static double
half_turn(double angle_rad)
{
  return remainder(angle_rad, 2.0 * PI);
}

/* The hour angle is nought at noon and grows by nearly a turn a day: three corrections leave under 1 ms. */
static double
transit_near(double unix_s, double longitude_rad)
{
  for (int i = 0; i < 3; i++) {
    const Apparent sun = apparent_sun(unix_s);
    unix_s -= half_turn(sun.sidereal_rad + longitude_rad - sun.right_ascension_rad) / (2.0 * PI) * DAY_S;
  }
  return unix_s;
}

/* Half a day before the middle, in the middle and half a day behind it. */
static CalSunTrack
track_around(double middle_s, const CalSunPlace *place)
{
  CalSunTrack track = { .middle_s = middle_s, .place = *place };
  for (int i = 0; i < 3; i++) {
    const Apparent sun = apparent_sun(middle_s + (i - 1) * HALF_DAY_S);
    track.right_ascension_rad[i] = sun.right_ascension_rad;
    track.declination_rad[i] = sun.declination_rad;
    track.distance_au[i] = sun.distance_au;
    if (i == 1)
      track.sidereal_rad = sun.sidereal_rad;
  }
  const double middle_rad = track.right_ascension_rad[1];
  for (int i = 0; i < 3; i++)
    track.right_ascension_rad[i] = middle_rad + half_turn(track.right_ascension_rad[i] - middle_rad);
  return track;
}

static double
parabola_through(const double at[3], double x)
{
  return at[1] + x * (0.5 * (at[2] - at[0]) + x * (0.5 * (at[2] + at[0]) - at[1]));
}

/* So long behind the middle. */
static CalSunZenith
zenith_on(const CalSunTrack *track, double offset_s)
{
  const double x = offset_s / HALF_DAY_S;
  const Apparent sun = { .right_ascension_rad = parabola_through(track->right_ascension_rad, x),
                         .declination_rad = parabola_through(track->declination_rad, x),
                         .distance_au = parabola_through(track->distance_au, x),
                         .sidereal_rad = track->sidereal_rad + SIDEREAL_RATE_RAD_S * offset_s };
  const Direction direction = topocentric(
      &sun, &track->place, sun.sidereal_rad + track->place.longitude_rad - sun.right_ascension_rad);
  return (CalSunZenith){ zenith_deg(&direction), sun.distance_au };
}

static bool
is_at(const CalSunPlace *place, double latitude_deg, double longitude_deg)
{
  return !(fabs(place->latitude_deg - latitude_deg) > 0) && !(fabs(place->longitude_deg - longitude_deg) > 0);
}

CalSunZenith
cal_sun_track_zenith(CalSunTrack *track, CalInstant instant, double latitude_deg, double longitude_deg)
{
  const double middle_s = floor((double)instant / DAY_S) * DAY_S + HALF_DAY_S;
  const bool other_day = fabs(middle_s - track->middle_s) > 1;
  if (other_day || !is_at(&track->place, latitude_deg, longitude_deg)) {
    const CalSunPlace place = place_at(latitude_deg, longitude_deg);
    if (other_day)
      *track = track_around(middle_s, &place);
    track->place = place;
  }
  return zenith_on(track, (double)instant - middle_s);
}

static bool
is_up(const CalSunTrack *track, double offset_s)
{
  return zenith_on(track, offset_s).zenith_deg < CAL_SUN_HORIZON_DEG;
}

/* Between a moment with the sun up and one with it down. */
static CalInstant
bisect_horizon(const CalSunTrack *track, double up_s, double down_s)
{
  while (fabs(up_s - down_s) > 0.01) {
    const double middle = 0.5 * (up_s + down_s);
    if (is_up(track, middle))
      up_s = middle;
    else
      down_s = middle;
  }
  return (CalInstant)floor(track->middle_s + up_s + 0.5);
}

/* Walks away from noon, back (direction -1) or on (1), until the sun passes from up to down. A sun that dips
 * under the horizon for less than a step goes unseen. */
static CalInstant
find_horizon(const CalSunTrack *track, int direction)
{
  bool was_up = is_up(track, 0.0);
  for (int offset = SCAN_STEP_S; offset <= HALF_DAY_S; offset += SCAN_STEP_S) {
    const bool up = is_up(track, direction * offset);
    if (was_up && !up)
      return bisect_horizon(track, direction * (offset - SCAN_STEP_S), direction * offset);
    was_up = up;
  }
  return CAL_INSTANT_NONE;
}

CalSunDay
cal_sun_day(CalInstant instant, double latitude_deg, double longitude_deg)
{
  const CalSunPlace place = place_at(latitude_deg, longitude_deg);
  const double noon_s = transit_near((double)instant, place.longitude_rad);
  const CalSunTrack track = track_around(noon_s, &place);
  return (CalSunDay){ .sunrise = find_horizon(&track, -1),
                      .noon = (CalInstant)floor(noon_s + 0.5),
                      .sunset = find_horizon(&track, 1) };
}
