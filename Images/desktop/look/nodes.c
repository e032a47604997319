// The elements that were found, and how they are told.
#include "look.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct node nodes[MOST_NODES];
int node_count;
bool is_cut;

uint64_t now_ms(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

char *shortened(const char *text) {
    size_t length = strnlen(text, MOST_TEXT);
    while (length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80) length--;
    return strndup(text, length);
}

int node_add(int parent, const char *bus, const char *path) {
    if (node_count == MOST_NODES) return -1;
    int index = node_count++;
    struct node *n = &nodes[index];
    *n = (struct node){.bus = strdup(bus), .path = strdup(path), .parent = parent, .first = -1, .next = -1, .last = -1};
    if (!n->bus || !n->path) exit(1);
    if (parent < 0) return index;
    struct node *above = &nodes[parent];
    n->depth = above->depth + 1;
    if (above->last < 0) above->first = index;
    else nodes[above->last].next = index;
    above->last = index;
    return index;
}

void print_string(const char *text) {
    putchar('"');
    for (const char *c = text; *c; c++) {
        if (*c == '"' || *c == '\\') putchar('\\'), putchar(*c);
        else if ((unsigned char)*c < 0x20) printf("\\u%04x", *c);
        else putchar(*c);
    }
    putchar('"');
}

static void print_member(const char *name, const char *text) {
    if (!text) return;
    printf(",\"%s\":", name);
    print_string(text);
}

static void print_states(const struct node *n) {
    static const struct { int number; const char *name; } told[] = {
        {STATE_ACTIVE, "active"}, {STATE_CHECKABLE, "checkable"}, {STATE_CHECKED, "checked"}, {STATE_COLLAPSED, "collapsed"},
        {STATE_EDITABLE, "editable"}, {STATE_ENABLED, "enabled"}, {STATE_EXPANDED, "expanded"},
        {STATE_FOCUSABLE, "focusable"}, {STATE_FOCUSED, "focused"}, {STATE_HAS_POPUP, "has-popup"}, {STATE_MODAL, "modal"},
        {STATE_PRESSED, "pressed"}, {STATE_READ_ONLY, "read-only"}, {STATE_REQUIRED, "required"},
        {STATE_SELECTABLE, "selectable"}, {STATE_SELECTED, "selected"}, {STATE_SENSITIVE, "sensitive"},
        {STATE_VISITED, "visited"}};
    const char *comma = "";
    printf(",\"states\":[");
    for (size_t i = 0; i < sizeof told / sizeof *told; i++) {
        if (!has_state(n, told[i].number)) continue;
        printf("%s\"%s\"", comma, told[i].name);
        comma = ",";
    }
    putchar(']');
}

static void print_node(const struct node *n, int depth) {
    printf("{\"depth\":%d,\"role\":", depth);
    print_string(n->role ? n->role : "unknown");
    print_member("name", n->name);
    print_member("description", n->description);
    // What stands in a field for passwords is nobody's business, even if a program were to tell it.
    if (n->role && strcmp(n->role, "password text")) print_member("text", n->text);
    if (n->has_value && isfinite(n->value)) printf(",\"value\":%.6g", n->value);
    if (n->has_box) printf(",\"box\":[%d,%d,%d,%d]", n->box[0], n->box[1], n->box[2], n->box[3]);
    if (n->has_start) printf(",\"start\":[%d,%d,%d,%d]", n->start[0], n->start[1], n->start[2], n->start[3]);
    print_member("action", n->action);
    print_member("address", n->address);
    print_states(n);
    puts("}");
}

static void print_below(int index, int depth) {
    const struct node *n = &nodes[index];
    bool told = n->role && n->has_box && n->has_states && has_state(n, STATE_SHOWING);
    if (told) print_node(n, depth);
    for (int child = n->first; child >= 0; child = nodes[child].next) print_below(child, depth + told);
}

void print_tree(void) {
    for (int i = 0; i < node_count; i++)
        if (nodes[i].parent < 0) print_below(i, 0);
}
