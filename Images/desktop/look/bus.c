// Asks programs for their elements. All questions that can be asked are under way at once: a page has thousands of
// them, and each alone would cost a switch of processes there and back.
#include "look.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ACCESSIBLE "org.a11y.atspi.Accessible"
#define PROPERTIES "org.freedesktop.DBus.Properties"

enum question { NONE, STATES, CHILDREN, ROLE, NAME, DESCRIPTION, BOX, START, TEXT, VALUE, ACTION, ADDRESS, OTHER_ADDRESS };
struct asked { int node; enum question what; };

static DBusConnection *bus;
// Indexed by the number of the message, which counts up; a ring is enough, since few are under way.
enum { RING = 8192, QUEUE = MOST_NODES * 10 };
static struct asked under_way[RING], waiting[QUEUE];
static int asked_count, queue_head, queue_tail;

static void ask(int node, enum question what) {
    if (queue_tail < QUEUE) waiting[queue_tail++] = (struct asked){node, what};
}

bool bus_open(void) {
    DBusConnection *session = dbus_bus_get(DBUS_BUS_SESSION, NULL);
    if (!session) return false;
    dbus_connection_set_exit_on_disconnect(session, FALSE);
    DBusMessage *call = dbus_message_new_method_call("org.a11y.Bus", "/org/a11y/bus", "org.a11y.Bus", "GetAddress");
    DBusMessage *reply = dbus_connection_send_with_reply_and_block(session, call, DEADLINE_MS, NULL);
    const char *address = NULL;
    if (!reply || !dbus_message_get_args(reply, NULL, DBUS_TYPE_STRING, &address, DBUS_TYPE_INVALID)) return false;
    bus = dbus_connection_open_private(address, NULL);
    if (!bus || !dbus_bus_register(bus, NULL)) return false;
    dbus_connection_set_exit_on_disconnect(bus, FALSE);
    return true;
}

static DBusMessage *property(const struct node *n, const char *interface, const char *name) {
    DBusMessage *m = dbus_message_new_method_call(n->bus, n->path, PROPERTIES, "Get");
    dbus_message_append_args(m, DBUS_TYPE_STRING, &interface, DBUS_TYPE_STRING, &name, DBUS_TYPE_INVALID);
    return m;
}

static DBusMessage *message(struct asked a) {
    const struct node *n = &nodes[a.node];
    DBusMessage *m = NULL;
    uint32_t screen = 0;
    int32_t from = 0, to = MOST_TEXT;
    // Firefox's word, and Chromium's.
    const char *attribute = a.what == ADDRESS ? "DocURL" : "URI";
    switch (a.what) {
    case STATES: return dbus_message_new_method_call(n->bus, n->path, ACCESSIBLE, "GetState");
    case CHILDREN: return dbus_message_new_method_call(n->bus, n->path, ACCESSIBLE, "GetChildren");
    case ROLE: return dbus_message_new_method_call(n->bus, n->path, ACCESSIBLE, "GetRoleName");
    case NAME: return property(n, ACCESSIBLE, "Name");
    case DESCRIPTION: return property(n, ACCESSIBLE, "Description");
    case VALUE: return property(n, "org.a11y.atspi.Value", "CurrentValue");
    case ACTION:
        m = dbus_message_new_method_call(n->bus, n->path, "org.a11y.atspi.Action", "GetName");
        dbus_message_append_args(m, DBUS_TYPE_INT32, &from, DBUS_TYPE_INVALID);
        return m;
    case BOX:
        m = dbus_message_new_method_call(n->bus, n->path, "org.a11y.atspi.Component", "GetExtents");
        dbus_message_append_args(m, DBUS_TYPE_UINT32, &screen, DBUS_TYPE_INVALID);
        return m;
    case START:
        m = dbus_message_new_method_call(n->bus, n->path, "org.a11y.atspi.Text", "GetCharacterExtents");
        dbus_message_append_args(m, DBUS_TYPE_INT32, &from, DBUS_TYPE_UINT32, &screen, DBUS_TYPE_INVALID);
        return m;
    case TEXT:
        m = dbus_message_new_method_call(n->bus, n->path, "org.a11y.atspi.Text", "GetText");
        dbus_message_append_args(m, DBUS_TYPE_INT32, &from, DBUS_TYPE_INT32, &to, DBUS_TYPE_INVALID);
        return m;
    case ADDRESS:
    case OTHER_ADDRESS:
        m = dbus_message_new_method_call(n->bus, n->path, "org.a11y.atspi.Document", "GetAttributeValue");
        dbus_message_append_args(m, DBUS_TYPE_STRING, &attribute, DBUS_TYPE_INVALID);
        return m;
    case NONE: break;
    }
    return m;
}

void ask_children(int node) { ask(node, CHILDREN); }

void ask_element(int index) {
    const struct node *n = &nodes[index];
    ask(index, ROLE), ask(index, NAME), ask(index, BOX);
    if (n->depth < MOST_DEPTH) ask(index, CHILDREN);
    else is_cut = true;
    if (has_state(n, STATE_FOCUSABLE)) ask(index, ACTION);
}

static bool is(const char *role, const char *const *list) {
    for (; *list; list++)
        if (!strcmp(role, *list)) return true;
    return false;
}

static void role_known(int index) {
    static const char *const texts[] = {"entry", "text", "spin button", "combo box", "terminal", "date editor", NULL};
    static const char *const values[] = {"slider", "spin button", "progress bar", "scroll bar", "level bar", "dial", NULL};
    const struct node *n = &nodes[index];
    if (is(n->role, texts)) ask(index, TEXT);
    if (is(n->role, values)) ask(index, VALUE);
    if (!strcmp(n->role, "document web")) ask(index, ADDRESS);
}

static void states_known(int index) {
    const struct node *n = &nodes[index];
    if (n->depth <= WINDOW_DEPTH) { // those are walked only if they are in front
        if (n->depth == WINDOW_DEPTH) ask(index, ROLE);
        return;
    }
    // What does not show has nothing below it that shows, but for boxes around it that have no height of their own.
    if (has_state(n, STATE_SHOWING)) ask_element(index);
    else if (has_state(n, STATE_VISIBLE) && has_state(&nodes[n->parent], STATE_SHOWING)) ask(index, CHILDREN);
}

static void take_children(int index, DBusMessageIter *list) {
    int count = 0;
    for (; dbus_message_iter_get_arg_type(list) == DBUS_TYPE_STRUCT; dbus_message_iter_next(list)) {
        DBusMessageIter pair;
        const char *owner, *path;
        dbus_message_iter_recurse(list, &pair);
        dbus_message_iter_get_basic(&pair, &owner);
        dbus_message_iter_next(&pair);
        dbus_message_iter_get_basic(&pair, &path);
        // A name that is none would end this program when it is used.
        if (!strcmp(path, "/org/a11y/atspi/null") || !dbus_validate_bus_name(owner, NULL)) continue;
        int child = count++ < MOST_CHILDREN ? node_add(index, owner, path) : -1;
        if (child < 0) { is_cut = true; break; }
        ask(child, STATES);
    }
}

static void take_text(char **where, DBusMessageIter *i) {
    const char *text;
    if (dbus_message_iter_get_arg_type(i) != DBUS_TYPE_STRING) return;
    dbus_message_iter_get_basic(i, &text);
    free(*where);
    *where = *text ? shortened(text) : NULL;
}

// Whole or not at all: a part of an address may look like that of another site.
static void take_address(struct node *n, DBusMessageIter *i) {
    const char *text;
    dbus_message_iter_get_basic(i, &text);
    if (*text && strnlen(text, MOST_ADDRESS) < MOST_ADDRESS) n->address = strdup(text);
}

// The signature was compared before, so that the parts may be read without asking what they are.
static void take(struct asked a, DBusMessage *reply) {
    struct node *n = &nodes[a.node];
    DBusMessageIter i, inner;
    if (!dbus_message_iter_init(reply, &i)) return;
    static const char *const signatures[] = {
        [STATES] = "au", [CHILDREN] = "a(so)", [ROLE] = "s", [NAME] = "v", [DESCRIPTION] = "v", [BOX] = "(iiii)",
        [START] = "iiii", [TEXT] = "s", [VALUE] = "v", [ACTION] = "s", [ADDRESS] = "s",
        [OTHER_ADDRESS] = "s"};
    if (!dbus_message_has_signature(reply, signatures[a.what])) return;
    int kind = dbus_message_iter_get_arg_type(&i);
    if (kind == DBUS_TYPE_ARRAY || kind == DBUS_TYPE_STRUCT || kind == DBUS_TYPE_VARIANT) dbus_message_iter_recurse(&i, &inner);
    switch (a.what) {
    case STATES:
        for (int word = 0; word < 2 && dbus_message_iter_get_arg_type(&inner) == DBUS_TYPE_UINT32; word++) {
            uint32_t bits;
            dbus_message_iter_get_basic(&inner, &bits);
            n->states |= (uint64_t)bits << (32 * word);
            dbus_message_iter_next(&inner);
        }
        n->has_states = true;
        return states_known(a.node);
    case CHILDREN: return take_children(a.node, &inner);
    case ACTION: return take_text(&n->action, &i);
    case ROLE:
        take_text(&n->role, &i);
        if (n->role) role_known(a.node);
        return;
    case TEXT: return take_text(&n->text, &i);
    case ADDRESS:
    case OTHER_ADDRESS:
        take_address(n, &i);
        if (!n->address && a.what == ADDRESS) ask(a.node, OTHER_ADDRESS);
        return;
    case NAME:
        take_text(&n->name, &inner);
        if (!n->name) ask(a.node, DESCRIPTION); // what a button with only a picture has instead
        return;
    case DESCRIPTION: return take_text(&n->description, &inner);
    case VALUE:
        if (dbus_message_iter_get_arg_type(&inner) != DBUS_TYPE_DOUBLE) return;
        dbus_message_iter_get_basic(&inner, &n->value);
        n->has_value = true;
        return;
    case BOX:
        for (int side = 0; side < 4; side++, dbus_message_iter_next(&inner)) dbus_message_iter_get_basic(&inner, &n->box[side]);
        n->has_box = true;
        // A link over two lines has a box of which the middle may belong to another: where it begins is its own.
        if (n->role && !strcmp(n->role, "link") && n->box[3] >= TWO_LINES) ask(a.node, START);
        return;
    case START:
        for (int side = 0; side < 4; side++, dbus_message_iter_next(&i)) dbus_message_iter_get_basic(&i, &n->start[side]);
        n->has_start = true;
        return;
    case NONE: return;
    }
}

// Until nothing is left to ask, or the time is up: what is there then is better than nothing. A program that hangs must
// not keep the others from being told, so what it owes is forgotten.
void bus_walk(uint64_t deadline) {
    while (asked_count > 0 || queue_head < queue_tail) {
        while (queue_head < queue_tail && asked_count < IN_FLIGHT) {
            struct asked a = waiting[queue_head++];
            DBusMessage *m = message(a);
            dbus_uint32_t serial = 0;
            if (m && dbus_connection_send(bus, m, &serial)) {
                under_way[serial % RING] = a;
                asked_count++;
            }
            if (m) dbus_message_unref(m);
        }
        uint64_t now = now_ms();
        if (now >= deadline || !dbus_connection_read_write(bus, (int)(deadline - now))) {
            memset(under_way, 0, sizeof under_way);
            asked_count = 0, queue_head = queue_tail, is_cut = true;
            return;
        }
        for (DBusMessage *m; (m = dbus_connection_pop_message(bus)); dbus_message_unref(m)) {
            int type = dbus_message_get_type(m);
            if (type != DBUS_MESSAGE_TYPE_METHOD_RETURN && type != DBUS_MESSAGE_TYPE_ERROR) continue;
            struct asked *a = &under_way[dbus_message_get_reply_serial(m) % RING];
            if (a->what == NONE) continue;
            struct asked answered = *a;
            a->what = NONE;
            asked_count--;
            if (type == DBUS_MESSAGE_TYPE_METHOD_RETURN) take(answered, m);
        }
    }
}
