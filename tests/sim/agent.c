/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "agent.h"

#define PASSKEY 123456

typedef struct Agent {
  char *path;
  char *capability;
} Agent;

struct SimAgents {
  SimBluez *bluez;
  GHashTable *by_sender; /* unique name → Agent */
  char *default_sender;
  GCancellable *cancellable;
};

typedef struct Question {
  SimAgentDone done;
  gpointer user;
} Question;

static void
agent_free(gpointer data)
{
  Agent *agent = data;
  g_free(agent->path);
  g_free(agent->capability);
  g_free(agent);
}

SimAgents *
sim_agents_new(SimBluez *bluez)
{
  SimAgents *agents = g_new0(SimAgents, 1);
  agents->bluez = bluez;
  agents->by_sender = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, agent_free);
  agents->cancellable = g_cancellable_new();
  return agents;
}

void
sim_agents_free(SimAgents *agents)
{
  g_cancellable_cancel(agents->cancellable);
  g_object_unref(agents->cancellable);
  g_hash_table_unref(agents->by_sender);
  g_free(agents->default_sender);
  g_free(agents);
}

void
sim_agents_client_gone(SimAgents *agents, const char *sender)
{
  g_hash_table_remove(agents->by_sender, sender);
  if (g_strcmp0(agents->default_sender, sender) == 0)
    g_clear_pointer(&agents->default_sender, g_free);
}

void
sim_agents_release(SimAgents *agents)
{
  GHashTableIter at;
  gpointer sender, agent;
  g_hash_table_iter_init(&at, agents->by_sender);
  while (g_hash_table_iter_next(&at, &sender, &agent))
    g_dbus_connection_call(agents->bluez->connection, sender, ((Agent *)agent)->path, "org.bluez.Agent1",
                           "Release", NULL, NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, NULL, NULL);
}

static void
on_register(SimAgents *agents, const char *sender, GVariant *arguments, GDBusMethodInvocation *call)
{
  static const char *const known[] = {
    "", "DisplayOnly", "DisplayYesNo", "KeyboardOnly", "NoInputNoOutput", "KeyboardDisplay", NULL
  };
  const char *path, *capability;
  g_variant_get(arguments, "(&o&s)", &path, &capability);
  if (g_hash_table_contains(agents->by_sender, sender)) {
    sim_bluez_error(agents->bluez, call, "AlreadyExists", "Already Exists");
    return;
  }
  if (!g_strv_contains(known, capability)) {
    sim_bluez_error(agents->bluez, call, "InvalidArguments", "Invalid arguments in method call");
    return;
  }
  Agent *agent = g_new0(Agent, 1);
  agent->path = g_strdup(path);
  agent->capability = g_strdup(capability);
  g_hash_table_insert(agents->by_sender, g_strdup(sender), agent);
  sim_tree_reply(agents->bluez->tree, call, NULL);
}

static void
on_agents_call(gpointer self, const char *method, GVariant *arguments, GDBusMethodInvocation *call)
{
  SimAgents *agents = self;
  const char *sender = g_dbus_method_invocation_get_sender(call);
  if (g_str_equal(method, "RegisterAgent")) {
    on_register(agents, sender, arguments, call);
    return;
  }
  const char *path;
  g_variant_get(arguments, "(&o)", &path);
  Agent *agent = g_hash_table_lookup(agents->by_sender, sender);
  if (!agent || !g_str_equal(agent->path, path)) {
    sim_bluez_error(agents->bluez, call, "DoesNotExist", "Does Not Exist");
    return;
  }
  if (g_str_equal(method, "UnregisterAgent")) {
    sim_agents_client_gone(agents, sender);
  } else {
    g_free(agents->default_sender);
    agents->default_sender = g_strdup(sender);
  }
  sim_tree_reply(agents->bluez->tree, call, NULL);
}

static GVariant *
on_agents_get(gpointer self, const char *property)
{
  (void)self, (void)property;
  return NULL;
}

const SimClass sim_agents_class = {
  .xml = "<interface name='org.bluez.AgentManager1'>"
         "<method name='RegisterAgent'><arg type='o' name='agent'/><arg type='s' name='capability'/></method>"
         "<method name='UnregisterAgent'><arg type='o' name='agent'/></method>"
         "<method name='RequestDefaultAgent'><arg type='o' name='agent'/></method>"
         "</interface>",
  .get = on_agents_get,
  .call = on_agents_call,
};

/* ---- questions -------------------------------------------------------------------------------------- */

static void
on_answer(GObject *source, GAsyncResult *result, gpointer user)
{
  g_autofree Question *question = user;
  g_autoptr(GError) error = NULL;
  g_autoptr(GVariant) reply = g_dbus_connection_call_finish(G_DBUS_CONNECTION(source), result, &error);
  if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  question->done(reply != NULL, question->user);
}

void
sim_agents_ask(SimAgents *agents, const char *sender, guint confirm, const char *device, SimAgentDone done,
               gpointer user)
{
  const char *owner = g_hash_table_contains(agents->by_sender, sender) ? sender : agents->default_sender;
  Agent *agent = owner ? g_hash_table_lookup(agents->by_sender, owner) : NULL;
  if (!agent) {
    done(FALSE, user);
    return;
  }
  Question *question = g_new(Question, 1);
  *question = (Question){ done, user };
  GVariant *arguments = confirm == 1 ? g_variant_new("(ou)", device, PASSKEY) : g_variant_new("(o)", device);
  sim_tree_flush(agents->bluez->tree);
  g_dbus_connection_call(agents->bluez->connection, owner, agent->path, "org.bluez.Agent1",
                         confirm == 1 ? "RequestConfirmation" : "RequestAuthorization", arguments, NULL,
                         G_DBUS_CALL_FLAGS_NONE, 60000, agents->cancellable, on_answer, question);
}
