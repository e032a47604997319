// The windows that the window manager knows, told from the back to the front. All questions go out before the first
// answer is waited for, so this takes three times as long as one of them, however many windows there are.
#include "look.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xcb/xcb.h>

enum { MOST_WINDOWS = 200 };
static xcb_connection_t *x;

static xcb_get_property_cookie_t get(xcb_window_t window, xcb_atom_t name, uint32_t words) {
    return xcb_get_property(x, 0, window, name, XCB_ATOM_ANY, 0, words);
}

// A text property as a string of valid UTF-8, or nothing: titles are written by anybody. Of several strings the last.
static char *text(xcb_get_property_cookie_t cookie) {
    xcb_get_property_reply_t *reply = xcb_get_property_reply(x, cookie, NULL);
    if (!reply) return NULL;
    int length = reply->format == 8 ? xcb_get_property_value_length(reply) : 0;
    const char *bytes = xcb_get_property_value(reply);
    while (length > 0 && !bytes[length - 1]) length--;
    int start = length;
    while (start > 0 && bytes[start - 1]) start--;
    char *all = length ? strndup(bytes + start, (size_t)(length - start)) : NULL;
    char *valid = all && dbus_validate_utf8(all, NULL) ? shortened(all) : NULL;
    free(all), free(reply);
    return valid;
}

static uint32_t number(xcb_get_property_cookie_t cookie) {
    xcb_get_property_reply_t *reply = xcb_get_property_reply(x, cookie, NULL);
    uint32_t value = 0;
    if (reply && reply->format == 32 && xcb_get_property_value_length(reply) >= 4) memcpy(&value, xcb_get_property_value(reply), 4);
    free(reply);
    return value;
}

static bool has_atom(xcb_get_property_cookie_t cookie, xcb_atom_t wanted) {
    xcb_get_property_reply_t *reply = xcb_get_property_reply(x, cookie, NULL);
    bool found = false;
    if (reply && reply->format == 32) {
        const xcb_atom_t *atoms = xcb_get_property_value(reply);
        for (int i = 0; i < xcb_get_property_value_length(reply) / 4; i++) found |= atoms[i] == wanted;
    }
    free(reply);
    return found;
}

struct asked {
    xcb_get_property_cookie_t name, old_name, class, pid, state;
    xcb_get_geometry_cookie_t size;
    xcb_translate_coordinates_cookie_t place;
};

int print_windows(void) {
    static const char *const names[] = {"_NET_CLIENT_LIST_STACKING", "_NET_ACTIVE_WINDOW", "_NET_WM_NAME", "_NET_WM_PID",
        "_NET_WM_STATE", "_NET_WM_STATE_HIDDEN"};
    enum { LIST, ACTIVE, NAME, PID, STATE, HIDDEN, ATOMS };
    x = xcb_connect(NULL, NULL);
    if (xcb_connection_has_error(x)) {
        fputs("there is no X server\n", stderr);
        return 1;
    }
    xcb_window_t root = xcb_setup_roots_iterator(xcb_get_setup(x)).data->root;
    xcb_intern_atom_cookie_t cookies[ATOMS];
    xcb_atom_t atoms[ATOMS];
    for (int i = 0; i < ATOMS; i++) cookies[i] = xcb_intern_atom(x, 1, (uint16_t)strlen(names[i]), names[i]);
    for (int i = 0; i < ATOMS; i++) {
        xcb_intern_atom_reply_t *reply = xcb_intern_atom_reply(x, cookies[i], NULL);
        atoms[i] = reply ? reply->atom : XCB_ATOM_NONE;
        free(reply);
    }
    xcb_get_property_cookie_t active_cookie = get(root, atoms[ACTIVE], 1);
    xcb_get_property_reply_t *list = xcb_get_property_reply(x, get(root, atoms[LIST], MOST_WINDOWS), NULL);
    xcb_window_t active = number(active_cookie);
    if (!list || list->format != 32) return 0; // no window manager, no windows
    const xcb_window_t *windows = xcb_get_property_value(list);
    int count = xcb_get_property_value_length(list) / 4;

    static struct asked asked[MOST_WINDOWS];
    for (int i = 0; i < count; i++)
        asked[i] = (struct asked){
            get(windows[i], atoms[NAME], 256), get(windows[i], XCB_ATOM_WM_NAME, 256), get(windows[i], XCB_ATOM_WM_CLASS, 64),
            get(windows[i], atoms[PID], 1), get(windows[i], atoms[STATE], 32), xcb_get_geometry(x, windows[i]),
            xcb_translate_coordinates(x, windows[i], root, 0, 0)};
    for (int i = 0; i < count; i++) {
        char *title = text(asked[i].name), *old_title = text(asked[i].old_name), *class = text(asked[i].class);
        uint32_t pid = number(asked[i].pid);
        bool hidden = has_atom(asked[i].state, atoms[HIDDEN]);
        xcb_get_geometry_reply_t *size = xcb_get_geometry_reply(x, asked[i].size, NULL);
        xcb_translate_coordinates_reply_t *place = xcb_translate_coordinates_reply(x, asked[i].place, NULL);
        if (size && place) { // or it has gone meanwhile
            printf("{\"id\":%u,\"title\":", windows[i]);
            print_string(title ? title : old_title ? old_title : "");
            printf(",\"class\":");
            print_string(class ? class : "");
            printf(",\"pid\":%u,\"box\":[%d,%d,%u,%u],\"active\":%s,\"hidden\":%s}\n", pid, place->dst_x, place->dst_y,
                size->width, size->height, windows[i] == active ? "true" : "false", hidden ? "true" : "false");
        }
        free(title), free(old_title), free(class), free(size), free(place);
    }
    return 0;
}
