/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The daemon as the command line sees it: calls on the session bus, and one line when something is wrong. */
#ifndef CALCIFERCTL_CLIENT_H
#define CALCIFERCTL_CLIENT_H

#include <gio/gio.h>

typedef struct CtlClient CtlClient;

/* Connects to the session bus; the daemon itself is started by activation at the first call. */
CtlClient *ctl_client_new(GError **error);
void ctl_client_free(CtlClient *client);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CtlClient, ctl_client_free)

GDBusConnection *ctl_client_bus(CtlClient *client);

/* Calls org.calciferd.INTERFACE.METHOD on /org/calciferd. `arguments` is a tuple or NULL, floating is taken;
 * `reply` its type, as "(ss)". */
GVariant *ctl_client_call(CtlClient *client, const char *interface, const char *method, GVariant *arguments,
                          const char *reply, GError **error);

/* One property of /org/calciferd. */
GVariant *ctl_client_get(CtlClient *client, const char *interface, const char *property, GError **error);

/* A call that is made beside others, and its answer. */
typedef struct {
  const char *interface; /* in full */
  const char *method;
  GVariant *arguments; /* a tuple or NULL, floating is taken */
  const char *type;    /* of the reply */
  GVariant *reply;     /* NULL: it failed */
  GError *error;
  gsize *n_waiting; /* of the calls that are made together */
} CtlCall;

void ctl_call_clear(CtlCall *call);

/* Makes all of them, in this order, and then waits for their answers. */
void ctl_client_call_all(CtlClient *client, CtlCall *calls, gsize n_calls);

/* The call for one property of /org/calciferd, and its value in the answer (NULL: it failed). */
CtlCall ctl_call_get(const char *interface, const char *property);
GVariant *ctl_call_value(const CtlCall *call);

/* Whether a daemon is on the bus; none is started. */
gboolean ctl_client_is_served(CtlClient *client);

/* Waits until none is any more; FALSE when one still is after `seconds`. */
gboolean ctl_client_wait_for_end(CtlClient *client, guint seconds);

/* The adopted tags: for each its path and the a{sv} of org.calciferd.Tag1, as a{oa{sv}}. */
GVariant *ctl_client_tags(CtlClient *client, GError **error);

/* The call for them, and they in its reply. */
CtlCall ctl_call_tags(void);
GVariant *ctl_client_tags_of(GVariant *reply);

/* A member of an a{sv}: its name, its type as g_variant_get() has it, and where it goes. */
typedef struct {
  const char *name, *format;
  gpointer to;
} CtlMember;

/* Reads those that are there and of their type, in one pass: looking each up walks through all. Texts ("&s")
 * are valid as long as the dictionary. */
void ctl_client_read(GVariant *dictionary, const CtlMember *members, gsize n_members);

/* A number (d) of a dictionary that the daemon answered; NAN when it is not in it, or there is none (NULL).
 */
double ctl_client_number(GVariant *members, const char *name);

/* A yes or no (b) of one; no when it is not in it. */
gboolean ctl_client_flag(GVariant *members, const char *name);

/* Calls a method that enters something and returns (ss); prints its sentence, or id and sentence as JSON.
 * Returns the exit status. */
int ctl_client_enter(const char *interface, const char *method, GVariant *arguments, gboolean json);

/* Calls a method without a reply and says `sentence` when it went well. Returns the exit status. */
int ctl_client_act(const char *interface, const char *method, GVariant *arguments, const char *sentence,
                   gboolean json);

/* A sentence of one's own on standard output; as an object with --json. */
void ctl_client_say(const char *sentence, gboolean json);

/* Whether it says that Ctrl-C, or another client, ended the work. */
gboolean ctl_client_was_interrupted(const GError *error);

/* Prints an error as one line that says what to type next, frees it, returns CTL_EXIT_FAILED. */
int ctl_client_complain(GError *error);

/* What the daemon refused, in the person's language, and what to type next. Free with g_free(). */
char *ctl_client_sentence(const GError *error);

#endif
