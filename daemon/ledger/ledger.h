/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The ledger: an append-only log of events in one SQLite file, the only truth of the daemon.
 *
 *   g_autoptr(CalLedger) ledger = cal_ledger_open(path, &error);
 *   CalEntry entry = { .kind = CAL_ENTRY_TAKE, .way = CAL_WAY_HAND, .at = at, .recorded = now };
 *   g_strlcpy(entry.name, "d3k2", sizeof entry.name);
 *   g_strlcpy(entry.value, "1", sizeof entry.value);
 *   cal_ledger_append_entry(ledger, &entry, &error)     entry.id is "UUID:1", and it is on the disk
 *
 * What was appended is never changed. Columns that a fold may recompute from what was appended (whether an
 * entry stands, the instant that dating gave a record, the ranges of sequences that are in) are caches,
 * brought up to date in the same transaction. Everything here blocks, for as long as a commit takes. One
 * thread.
 *
 * A function that returns FALSE has set the error and committed nothing; when the cause is gone the ledger
 * goes on. Besides what is told with each: CAL_ERROR_STORAGE when the disk is full or fails, or the file was
 * removed or replaced under us; CAL_ERROR_BUSY when another tool holds the file for longer than a quarter of
 * a second; CAL_ERROR_DAMAGED when what is read cannot be right.
 */
#ifndef CALCIFERD_LEDGER_H
#define CALCIFERD_LEDGER_H

#include <gio/gio.h>

#include <calcifer/event.h>
#include <calcifer/record.h>

typedef struct CalLedger CalLedger;

/* Opens the ledger at path, or makes a new one (0600, its directory 0700). CAL_ERROR_DAMAGED for a file that
 * is no ledger, is damaged, or is of a newer version, which are left untouched; CAL_ERROR_BUSY when another
 * process holds it; CAL_ERROR_STORAGE otherwise. */
CalLedger *cal_ledger_open(const char *path, GError **error);
void cal_ledger_close(CalLedger *ledger);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CalLedger, cal_ledger_close)

/* The ledger's own random UUID, the first half of its entries' ids. Owned by the ledger. */
const char *cal_ledger_uuid(CalLedger *ledger);

/* -- Entries ------------------------------------------------------------------------------------------------
 */

/* Appends and commits one entry: kind, way, at, recorded, name and value are read, id is written (empty after
 * an error). CAL_ERROR_INVALID for a kind or way that is none, an instant that is none, text that is no
 * UTF-8.
 *
 * An undo flips the standing of the entry or record that it names, and can be undone itself; its name is
 * spelled anew as the ledger spells ids. CAL_ERROR_NOT_FOUND when there is nothing of that id,
 * CAL_ERROR_EXISTS when it is undone already. Which days that touches is for the caller to know. An entry of
 * kind "date" dates the records that it is about, and an undo of it takes that back: cal_ledger_dated_span().
 */
gboolean cal_ledger_append_entry(CalLedger *ledger, CalEntry *entry, GError **error);

/* The same for several in one transaction: all or none. */
gboolean cal_ledger_append_entries(CalLedger *ledger, CalEntry *entries, gsize n_entries, GError **error);

/* Reads one entry by its id. CAL_ERROR_NOT_FOUND. `stands` (may be NULL): it is not undone. */
gboolean cal_ledger_get_entry(CalLedger *ledger, const char *id, CalEntry *entry, gboolean *stands,
                              GError **error);

/* The instant of a tag's record, by its id; CAL_INSTANT_NONE for one that no clock dates.
 * CAL_ERROR_NOT_FOUND. */
gboolean cal_ledger_record_instant(CalLedger *ledger, const char *id, CalInstant *at, GError **error);

/* Forgets an entry or a tag's record for good: its content is erased, and the tombstone (at, recorded and way
 * are read, its name is the id of what is forgotten, its own id is written) is appended in the same commit.
 * It stays known by identity: a record that was forgotten is a duplicate when it comes again.
 * CAL_ERROR_NOT_FOUND, CAL_ERROR_EXISTS when it is forgotten already, CAL_ERROR_INVALID for an undo, a
 * tombstone, and a record that sets the clock of others. Cached days are for the caller to drop; then
 * cal_ledger_scrub(). */
gboolean cal_ledger_forget(CalLedger *ledger, CalEntry *tombstone, GError **error);

/* Writes each page anew, and the WAL back and cuts it to nothing, so that no older copy of what was forgotten
 * is left in either. That takes as long as reading all of the ledger, and as much memory for so long.
 * CAL_ERROR_BUSY when another tool reads the file meanwhile, CAL_ERROR_STORAGE when there is no room: then
 * older copies may be left until it is called again. */
gboolean cal_ledger_scrub(CalLedger *ledger, GError **error);

/* Whether a tombstone names this id, in the ledger's own spelling: what comes under it from elsewhere stays
 * out. */
gboolean cal_ledger_is_forgotten(CalLedger *ledger, const char *id, gboolean *forgotten, GError **error);

/* The standing entry that was appended last of those that came by hand or bubble, are no undo and no setting,
 * and were recorded at or after `since`. CAL_ERROR_NOT_FOUND. */
gboolean cal_ledger_newest_by_hand(CalLedger *ledger, CalInstant since, CalEntry *entry, GError **error);

/* -- Records and samples ------------------------------------------------------------------------------------
 */

typedef struct CalTally {
  gsize fresh;      /* committed now for the first time */
  gsize duplicates; /* there already, byte for byte */
  gsize conflicts;  /* the same identity with other bytes: the first copy stays, this one is kept beside it */
} CalTally;

/* Commits records of one log in one transaction, dates them and whatever older ones a new clock record dates,
 * and adds to the tally, and what they touched to `touched` (both begin zeroed): the span of instants whose
 * days must be folded again, from where records were and where they are to the end of their durations. It
 * stays empty when nothing dated has changed. */
gboolean cal_ledger_append_records(CalLedger *ledger, const CalAddress *tag, guint32 log_id,
                                   const guint8 (*raw)[CAL_RECORD_SIZE], gsize n_records, CalInstant received,
                                   CalTally *tally, CalSpan *touched, GError **error);

/* Takes a UV index heard from a tag that stores nothing. It is told by cal_ledger_each() at once and
 * committed with whatever is committed next, with cal_ledger_flush(), which the caller calls within seconds,
 * or when 1000 wait. When those cannot be committed, no more are taken. CAL_ERROR_INVALID for what is not
 * finite. */
gboolean cal_ledger_append_sample(CalLedger *ledger, const CalAddress *tag, CalInstant at, double uv_index,
                                  GError **error);
gboolean cal_ledger_flush(CalLedger *ledger, GError **error);

/* What the host knows of one log of one tag. Ranges are inclusive. */
typedef struct CalLogState {
  guint32 floor;   /* the oldest sequence that was ever ours to have; 0 before first contact */
  guint32 settled; /* the highest N so that all of floor ... N is committed or lost; floor - 1 when nothing
                      is, 0 before first contact */
  guint32 newest;  /* the highest sequence committed; 0 when none */
} CalLogState;

/* All zero for a log that is not known yet. */
gboolean cal_ledger_log_state(CalLedger *ledger, const CalAddress *tag, guint32 log_id, CalLogState *state,
                              GError **error);

/* The first gap at or after `from` among floor ... up_to: neither committed nor lost. FALSE without error
 * (and *first = *last = 0) when there is none, as there is before the floor is told. */
gboolean cal_ledger_next_gap(CalLedger *ledger, const CalAddress *tag, guint32 log_id, guint32 from,
                             guint32 up_to, guint32 *first, guint32 *last, GError **error);

/* Commits the floor of a log, from 1 on, once: later calls with another value are CAL_ERROR_EXISTS. That
 * opens the log and closes the other ones of its tag: their gaps up to their newest record become lost. */
gboolean cal_ledger_set_floor(CalLedger *ledger, const CalAddress *tag, guint32 log_id, guint32 floor,
                              GError **error);

/* Commits that a range will never come. What is committed inside it stays, and what comes after all is taken.
 * CAL_ERROR_INVALID when last is below first. */
gboolean cal_ledger_mark_lost(CalLedger *ledger, const CalAddress *tag, guint32 log_id, guint32 first,
                              guint32 last, GError **error);

/* The barrier before a delete on the tag: commits what waits; everything committed is on stable storage, and
 * the database and its WAL are still the files at the ledger's path. CAL_ERROR_STORAGE otherwise. */
gboolean cal_ledger_barrier(CalLedger *ledger, GError **error);

/* A run of records that nothing dates: one start of the tag, in one of its logs. */
typedef struct CalUndatedRun {
  guint32 log_id;
  guint32 first, last; /* the lowest and the highest of its records */
  guint16 boot;
  guint32 from, to; /* where other starts leave it room, see CalDatingOwner */
  guint32 uptime_s; /* what its first record shows */
  gint64 length_s;  /* from there to the end of the last one */
  gint64 n_records;
  CalInstant
      after; /* it began at or after: the end of what is dated before it; CAL_INSTANT_NONE: not known */
  CalInstant before; /* it began at or before, since all of it was over when it was received; G_MAXINT64: not
                        known, since the host's clock stood before 2020 */
} CalUndatedRun;

/* The undated runs of a tag, by log and sequence. Free with g_array_unref(). */
GArray *cal_ledger_undated_runs(CalLedger *ledger, const CalAddress *tag, GError **error);

/* The span of the records that an entry of kind "date" is about, where it puts them; empty when there is
 * none. */
gboolean cal_ledger_dated_span(CalLedger *ledger, const CalEntry *entry, CalSpan *span, GError **error);

/* The counts of one tag over all its logs; a record may be in several of them. `rejected` is what the record
 * alone shows (cal_record_verdict() without the number of slots), `held` is judged against `now`. All zero
 * for a tag that is not known. */
typedef struct CalTagCounts {
  gint64 received;   /* distinct records committed, or samples and presses of a broadcaster */
  gint64 lost;       /* sequences that will never come */
  gint64 rejected;   /* kept, and count for nothing, since they cannot be true */
  gint64 conflicts;  /* copies kept beside the first */
  gint64 undated;    /* no clock dates them yet, and nobody said when they were */
  gint64 held;       /* dated before 2020 or over 60 s ahead of now */
  gint64 duplicates; /* came again and counted once */
} CalTagCounts;
gboolean cal_ledger_tag_counts(CalLedger *ledger, const CalAddress *tag, CalInstant now, CalTagCounts *counts,
                               GError **error);

/* Adds to the count of duplicates heard from a broadcaster; kept in memory and committed with the next
 * commit. */
void cal_ledger_count_duplicate(CalLedger *ledger, const CalAddress *tag);

/* -- Reading ------------------------------------------------------------------------------------------------
 */

/* Called for each event in the order of cal_event_compare(); the event is valid during the call. Return FALSE
 * to stop. A visit may read the ledger and must not append to it. */
typedef gboolean (*CalLedgerVisit)(const CalEvent *event, gpointer data);

/* All standing entries that are no settings, all dated records and all samples with start <= at < end. Undo
 * entries are not told; what they undo is left out. A record lasts up to CAL_RECORD_DURATION_MAX_S: begin so
 * much earlier to have those that reach into the span. Memory and time do not grow with the ledger, but with
 * what is told. */
gboolean cal_ledger_each(CalLedger *ledger, CalSpan span, CalLedgerVisit visit, gpointer data,
                         GError **error);

/* Of these the entries alone: no record and no sample is read for it. */
gboolean cal_ledger_each_entry(CalLedger *ledger, CalSpan span, CalLedgerVisit visit, gpointer data,
                               GError **error);

/* All standing settings (cal_entry_kind_is_setting), of all time, in order. */
gboolean cal_ledger_each_setting(CalLedger *ledger, CalLedgerVisit visit, gpointer data, GError **error);

/* While it keeps, the records of the days that were read last (three of them, 70 KiB each with a record a
 * minute, and a block of 12 KiB) stay in memory for cal_ledger_each() until something is committed: for who
 * reads spans one after another that overlap. */
void cal_ledger_keep_days(CalLedger *ledger, gboolean keep);

/* Whether an entry could be made now: the write lock is taken, something written, read and taken back.
 * Nothing reaches the disk, so that an idle machine's sleeps on; one that hangs holds up the next commit. Any
 * error of cal_ledger_append_entry(). */
gboolean cal_ledger_probe(CalLedger *ledger, GError **error);

/* From here to the other all reading is of one view of the file: what reads much, a little at a time, does
 * not lock and unlock the file for each. Writing goes on as ever; VACUUM and writing back the WAL do not.
 * Within one another they count as the outer one. */
void cal_ledger_hold_still(CalLedger *ledger);
void cal_ledger_let_go(CalLedger *ledger);

/* Gives back the pages of the file that were kept in memory, and the statements: they are read and prepared
 * anew when they are wanted. */
void cal_ledger_rest(CalLedger *ledger);

/* The span that holds the instants of all that cal_ledger_each() tells: from the oldest to a second behind
 * the newest; both CAL_INSTANT_NONE when there is nothing. Records dated before CAL_DATING_EARLIEST, which
 * count on no day, are left out: a clock that stands at 1973 would make half a century of days. */
gboolean cal_ledger_extent(CalLedger *ledger, CalSpan *span, GError **error);

/* An instant, `from` at the earliest, before which cal_ledger_each() tells nothing from `from` on: that of an
 * event, or the beginning of a day on which records may lie. CAL_INSTANT_NONE when nothing comes any more. */
gboolean cal_ledger_next(CalLedger *ledger, CalInstant from, CalInstant *at, GError **error);

/* The oldest of these instants, CAL_INSTANT_NONE when there is nothing. Known without reading until something
 * as old is appended or taken back. */
gboolean cal_ledger_oldest(CalLedger *ledger, CalInstant *oldest, GError **error);

/* -- What is remembered but is no event --------------------------------------------------------------------
 */

/* Small facts of the daemon's own that survive a restart and change no number: alerts dismissed, the
 * high-water marks of BTHome counters. Key and value are text; a NULL value removes. Committed at once. */
gboolean cal_ledger_remember(CalLedger *ledger, const char *key, const char *value, GError **error);
/* NULL without error when there is none. Free with g_free(). */
char *cal_ledger_recall(CalLedger *ledger, const char *key, GError **error);

/* -- Other ledgers
 * -------------------------------------------------------------------------------------------
 */

typedef enum CalKnown {
  CAL_KNOWN_NOT,
  CAL_KNOWN_SAME,
  CAL_KNOWN_OTHERWISE, /* the same identity with another content: the first copy stays */
} CalKnown;

gboolean cal_ledger_knows_entry(CalLedger *ledger, const CalEntry *entry, CalKnown *known, GError **error);
gboolean cal_ledger_knows_sample(CalLedger *ledger, const CalAddress *tag, CalInstant at, double uv_index,
                                 CalKnown *known, GError **error);
gboolean cal_ledger_knows_record(CalLedger *ledger, const CalAddress *tag, guint32 log_id,
                                 const guint8 raw[CAL_RECORD_SIZE], CalKnown *known, GError **error);

/* Commits entries of other ledgers, all or none, each under the id that it carries; what is here already
 * stays as it is. An undo may name what is not here yet. CAL_ERROR_INVALID as of cal_ledger_append_entry(),
 * and for what is no id. */
gboolean cal_ledger_import_entries(CalLedger *ledger, CalEntry *entries, gsize n_entries, GError **error);

/* How far an export has come: a plain struct, begun by cal_ledger_page_begin(). */
typedef struct CalLedgerPage {
  gint64 number; /* of the last entry told */
  gint64 log, record;
  guint32 log_id;
  char address[CAL_ADDRESS_TEXT_SIZE];
  CalInstant sample_at;
  char sample_address[CAL_ADDRESS_TEXT_SIZE];
  double sample_uv_index;
} CalLedgerPage;

/* `at` of a record is CAL_INSTANT_NONE when nothing dates it, or when it is a copy kept beside the first,
 * which follows it. `received`: when it was, where that is kept; CAL_INSTANT_NONE otherwise. */
typedef void (*CalLedgerPageVisit)(const CalEvent *event, CalInstant received, gpointer data);

/* Tells the next entries, records or samples, all that were ever appended, about `limit` of them; none are
 * told behind the last. */
void cal_ledger_page_begin(CalLedgerPage *page);
gboolean cal_ledger_page(CalLedger *ledger, CalLedgerPage *page, guint limit, CalLedgerPageVisit visit,
                         gpointer data, guint *n_told, GError **error);

/* About how many that will be. */
gboolean cal_ledger_count_all(CalLedger *ledger, gint64 *n_events, GError **error);

/* The cache of day results: opaque bytes, one result to a date, under a key that names model and inputs. NULL
 * when there is none with that key, or it cannot be read: then it is computed. Unref with g_bytes_unref(). */
GBytes *cal_ledger_cached_day(CalLedger *ledger, CalDate date, const char *key);
gboolean cal_ledger_cache_day(CalLedger *ledger, CalDate date, const char *key, GBytes *result,
                              GError **error);

/* The same for several in one commit. */
typedef struct CalCachedDay {
  CalDate date;
  GBytes *result;
} CalCachedDay;
gboolean cal_ledger_cache_days(CalLedger *ledger, const CalCachedDay *days, gsize n_days, const char *key,
                               GError **error);

/* What is made of the results of so many days that follow each other can be cached too, under the first of
 * them. It goes when any of them goes. */
#define CAL_LEDGER_BLOCK_DAYS 32
gboolean cal_ledger_block_begins(CalDate date);
GBytes *cal_ledger_cached_block(CalLedger *ledger, CalDate first, const char *key);
gboolean cal_ledger_cache_block(CalLedger *ledger, CalDate first, const char *key, GBytes *bytes,
                                GError **error);

gboolean cal_ledger_drop_cached_days(CalLedger *ledger, CalDate first, CalDate last, GError **error);

/* Writes a consistent copy, a ledger in one file, to a descriptor: a file, which is emptied before and synced
 * at the end, or a pipe. It needs as much room again beside the ledger for as long as it takes. */
gboolean cal_ledger_backup(CalLedger *ledger, int fd, GError **error);

/* The same in slices of some milliseconds, between which the ledger may be used. Ended before it is done, it
 * leaves nothing beside the ledger, and in the file whatever was written until then. The descriptor stays the
 * caller's, and open until the end, which comes before cal_ledger_close(). */
typedef struct CalBackup CalBackup;
CalBackup *cal_ledger_backup_begin(CalLedger *ledger, int fd, GError **error);
gboolean cal_ledger_backup_step(CalBackup *backup, gboolean *done, GError **error);
double cal_ledger_backup_progress(const CalBackup *backup); /* 0 to 1 */
void cal_ledger_backup_end(CalBackup *backup);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CalBackup, cal_ledger_backup_end)

/* Reads all of it: SQLite's integrity check, then every entry, record and sample against the sums that were
 * taken when they came. CAL_ERROR_DAMAGED with the first thing found. Takes seconds for years. */
gboolean cal_ledger_check(CalLedger *ledger, GError **error);

#endif
