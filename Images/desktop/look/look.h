// What is on the screen, told as JSON lines: the windows, and the accessibility tree of the one in front.
#pragma once
#include <dbus/dbus.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Bounds: a page may have a million elements, and a program may answer for ever.
enum { MOST_NODES = 3000, MOST_DEPTH = 60, MOST_CHILDREN = 1000, MOST_TEXT = 300, MOST_ADDRESS = 4000, IN_FLIGHT = 400, TWO_LINES = 28, DEADLINE_MS = 2000, PATIENCE_MS = 300 };
// The registry is the parent of programs, these of windows.
enum { WINDOW_DEPTH = 2 };

// Numbers of states, as the accessibility protocol counts them.
enum {
    STATE_ACTIVE = 1, STATE_CHECKED = 4, STATE_COLLAPSED = 5, STATE_EDITABLE = 7, STATE_ENABLED = 8, STATE_EXPANDED = 10,
    STATE_FOCUSABLE = 11, STATE_FOCUSED = 12, STATE_MODAL = 16, STATE_PRESSED = 20, STATE_SELECTABLE = 22,
    STATE_SELECTED = 23, STATE_SENSITIVE = 24, STATE_SHOWING = 25, STATE_VISIBLE = 30, STATE_REQUIRED = 33,
    STATE_VISITED = 40, STATE_CHECKABLE = 41, STATE_HAS_POPUP = 42, STATE_READ_ONLY = 43
};

// An element. What was not answered stays zero.
struct node {
    char *bus, *path; // its address
    int parent, first, next, last, depth; // places in the array, -1 for none
    uint64_t states;
    bool has_states, has_box, has_start, has_value;
    char *role, *name, *description, *text, *action, *address;
    double value;
    int32_t box[4], start[4]; // of all of it, and of its first letter
};

extern struct node nodes[MOST_NODES];
extern int node_count;
extern bool is_cut; // whether there is more than was read

static inline bool has_state(const struct node *n, int state) { return n->states >> state & 1; }

uint64_t now_ms(void);
char *shortened(const char *text); // a copy, cut between characters

int node_add(int parent, const char *bus, const char *path);
bool bus_open(void);
void bus_walk(uint64_t deadline);
void ask_children(int node);
void ask_element(int node); // what it is, and what is in it

void print_string(const char *text);
void print_tree(void);
int print_windows(void);
