/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The life of the link to one tag that serves GATT: what to do about its connection, decided from what is
 * true now and not from what was signalled. It neither knows BlueZ's names nor talks to it; its driver feeds
 * one level made of all properties at each change and executes the actions.
 *
 *   CalLife life;
 *   cal_life_init(&life, true);
 *   CalLifeLevel level = { .powered = true, .exists = true, .bonded = true, .trusted = true };
 *   CalLifeEvent event = { .kind = CAL_LIFE_LEVEL, .level = level };
 *   cal_life_step(&life, &event, 0)                    0: BlueZ connects it by itself, life.state is IDLE
 *   event.level.connected = event.level.resolved = true;
 *   cal_life_step(&life, &event, 60)                   CAL_LIFE_SET_UP
 *
 * Times are milliseconds of a clock that never steps; its zero does not matter.
 */
#ifndef CAL_MACHINE_LIFE_H
#define CAL_MACHINE_LIFE_H

#include <stdbool.h>
#include <stdint.h>

typedef enum CalLifeState {
  CAL_LIFE_ABSENT,      /* no powered adapter, or BlueZ does not know the device */
  CAL_LIFE_UNBONDED,    /* known, but holding no bond with us: nothing it says is believed */
  CAL_LIFE_IDLE,        /* BlueZ connects it when it is heard; nothing for us to do */
  CAL_LIFE_CONNECTING,  /* our own Connect is under way */
  CAL_LIFE_RESOLVING,   /* connected; its services are not known yet */
  CAL_LIFE_MENDING,     /* they did not become known: our own Disconnect is under way */
  CAL_LIFE_RETURNING,   /* disconnected to mend it; a trusted tag comes back by itself */
  CAL_LIFE_SETTING_UP,  /* subscribing, reading Feature, setting the clock */
  CAL_LIFE_READY,       /* records flow */
  CAL_LIFE_BACKING_OFF, /* it keeps breaking: let go until the deadline */
  CAL_LIFE_LETTING_GO,  /* told to rest: Disconnect is under way */
  CAL_LIFE_LET_GO,      /* rests until told to wake */
  CAL_LIFE_STATES
} CalLifeState;

typedef struct CalLifeLevel {
  bool powered;   /* the adapter is there and on */
  bool exists;    /* BlueZ has a device object */
  bool bonded;    /* keys are stored */
  bool trusted;   /* auto-connection is not disabled */
  bool connected; /* ATT is up */
  bool resolved;  /* the services are known */
  /* Changes whenever the driver saw Connected or ServicesResolved become false, or said again while true:
   * one signal may carry the end of a connection and the beginning of the next. */
  uint32_t epoch;
} CalLifeLevel;

/* How an attempt of ours ended. */
typedef enum CalLifeFault {
  CAL_LIFE_FAULT_NONE,       /* it worked */
  CAL_LIFE_FAULT_BUSY,       /* somebody else is at it */
  CAL_LIFE_FAULT_ABORTED,    /* le-connection-abort-by-local */
  CAL_LIFE_FAULT_AUTH,       /* not encrypted, not authenticated, key missing */
  CAL_LIFE_FAULT_GONE,       /* the object or the connection is no more */
  CAL_LIFE_FAULT_UNSUITABLE, /* the tag is not what it was adopted for: no service, a newer version */
  CAL_LIFE_FAULT_OTHER,
} CalLifeFault;

typedef enum CalLifeEventKind {
  CAL_LIFE_LEVEL,         /* something changed: level is what is true now */
  CAL_LIFE_CONNECT_ENDED, /* our Connect returned: fault */
  CAL_LIFE_SETUP_DONE,    /* what SET_UP began is done */
  CAL_LIFE_SETUP_FAILED,  /* or failed, or the link failed in use: fault */
  CAL_LIFE_REST,          /* let it go: sleep, exit, another tag's turn */
  CAL_LIFE_WAKE,          /* and take it up again */
  CAL_LIFE_TIME,          /* time passed: the driver sends it at the deadline */
  CAL_LIFE_EVENTS
} CalLifeEventKind;

typedef struct CalLifeEvent {
  CalLifeEventKind kind;
  CalLifeLevel level;
  CalLifeFault fault;
} CalLifeEvent;

/* What to do, in this order. Trust comes behind Connect: who is killed between the two leaves a tag that is
 * not trusted, and is connected by the next life. One that is trusted and was never connected would wait for
 * ever. */
enum {
  CAL_LIFE_ABANDON = 1u << 0,    /* the session is over: cancel all that belongs to it */
  CAL_LIFE_RELEASE = 1u << 1,    /* Trusted = false, then Disconnect: a trusted tag is back in 30 ms */
  CAL_LIFE_DISCONNECT = 1u << 2, /* Disconnect, and let BlueZ connect it again */
  CAL_LIFE_CONNECT = 1u << 3,    /* Connect, and tell how it ended */
  CAL_LIFE_TRUST = 1u << 4,      /* Trusted = true: with a CONNECT alone */
  CAL_LIFE_SET_UP = 1u << 5,     /* begin a session, and tell how that ended */
};

/* Why no records flow, for a person. */
typedef enum CalLifeComplaint {
  CAL_LIFE_FINE,
  CAL_LIFE_NO_RADIO,     /* no adapter, or off */
  CAL_LIFE_UNKNOWN_TAG,  /* BlueZ has forgotten the device */
  CAL_LIFE_NO_BOND,      /* it has no bond with this machine */
  CAL_LIFE_BOND_LOST,    /* it has, and the tag breaks every attempt: it most likely forgot its half */
  CAL_LIFE_OUT_OF_REACH, /* it is not heard */
  CAL_LIFE_COMING,       /* connecting or setting up */
  CAL_LIFE_NO_SERVICES,  /* its services do not resolve */
  CAL_LIFE_BREAKS,       /* its link breaks again and again */
  CAL_LIFE_UNSUITABLE,   /* it is not what it was adopted for */
  CAL_LIFE_RESTS,        /* let go on purpose */
} CalLifeComplaint;

#define CAL_LIFE_NEVER INT64_MAX

/* Copy it freely; nothing in it refers to anything. */
typedef struct CalLife {
  CalLifeState state;
  bool needs_bond;
  bool mended;          /* Disconnect was tried already, since services were last known */
  bool again;           /* our Connect did not take place: somebody else was at it, or the object was gone */
  bool unsuitable;      /* the last setup found another kind of tag */
  bool woken;           /* while it was let go: it does not rest behind that */
  CalLifeLevel level;   /* as last told */
  int64_t connected_ms; /* when the connection began, or the attempt at it */
  int64_t deadline_ms;  /* when TIME is due; CAL_LIFE_NEVER */
  unsigned short_links; /* in a row: connections that ended within FLAP_MS */
  unsigned refusals;    /* in a row: what looks as if the tag had forgotten the bond */
} CalLife;

#define CAL_LIFE_RESOLVE_MS      30000 /* tag-profile, promise 7 */
#define CAL_LIFE_RETURN_MS       5000  /* a trusted tag is back in 30 ms; measured with BlueZ 5.66 */
#define CAL_LIFE_DISCONNECT_MS   10000 /* BlueZ's own timer makes it 2.7 s; measured */
#define CAL_LIFE_CONNECT_MS      60000 /* BlueZ gives up earlier: its socket's timeout is 40 s */
#define CAL_LIFE_AGAIN_MS        30000 /* for whoever else is connecting it: no signal tells when they give up */
#define CAL_LIFE_GONE_MS         10000 /* a connection that is said to be gone shows it by then, or is not */
#define CAL_LIFE_FLAP_MS         10000 /* a connection shorter than this is none */
#define CAL_LIFE_BACK_OFF_MAX_MS 300000
#define CAL_LIFE_REFUSALS_MAX    6

void cal_life_init(CalLife *life, bool needs_bond);

/* Total: every event is answered in every state. Returns the actions. */
unsigned cal_life_step(CalLife *life, const CalLifeEvent *event, int64_t now_ms);

CalLifeComplaint cal_life_complaint(const CalLife *life);

/* "absent", "unbonded" ... for the log; static. */
const char *cal_life_state_name(CalLifeState state);

#endif
