// Usage: look windows | look elements
//
// `windows` tells each window, from the back to the front. `elements` tells the elements of the window in front, each
// after the one that it is in, and ends with how complete that is.
#include "look.h"

#include <stdio.h>
#include <string.h>

// Menus that popped up are windows without a frame, and belong to the window in front. Other windows of the program are
// behind it.
static bool is_walked(const struct node *window) {
    return has_state(window, STATE_ACTIVE) || (has_state(window, STATE_SHOWING) && window->role && strcmp(window->role, "window") == 0);
}

static int print_elements(void) {
    uint64_t began = now_ms(), deadline = began + DEADLINE_MS;
    if (!bus_open()) {
        fputs("there is no accessibility bus\n", stderr);
        return 1;
    }
    int root = node_add(-1, "org.a11y.atspi.Registry", "/org/a11y/atspi/accessible/root");
    ask_children(root);
    bus_walk(began + PATIENCE_MS);
    for (int app = nodes[root].first; app >= 0; app = nodes[app].next) ask_children(app);
    bus_walk(now_ms() + PATIENCE_MS);
    for (int app = nodes[root].first; app >= 0; app = nodes[app].next) {
        bool front = false;
        for (int w = nodes[app].first; w >= 0; w = nodes[w].next) front |= has_state(&nodes[w], STATE_ACTIVE);
        if (!front) continue;
        for (int w = nodes[app].first; w >= 0; w = nodes[w].next)
            if (is_walked(&nodes[w])) ask_element(w);
    }
    bus_walk(deadline);
    print_tree();
    printf("{\"complete\":%s,\"elements\":%d,\"ms\":%d}\n", is_cut ? "false" : "true", node_count, (int)(now_ms() - began));
    return 0;
}

int main(int count, char **arguments) {
    if (count == 2 && !strcmp(arguments[1], "elements")) return print_elements();
    if (count == 2 && !strcmp(arguments[1], "windows")) return print_windows();
    fputs("usage: look windows|elements\n", stderr);
    return 2;
}
