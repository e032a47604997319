// A command that has ended may leave programs behind that still hold its output pipes. Closing our end would kill them
// at their next line of output, so we go on reading and throw it away. One that writes without end is slowed down.
#include "guest.h"

#include <stdlib.h>

enum { DRAINS_MAX = 128, DRAIN_REST = 20 };

struct drain {
    struct source source;
    struct timer rest;
    struct drain *next;
};
static struct drain *drains;
static unsigned count;

static void drain_end(struct drain *d) {
    struct drain **link = &drains;
    while (*link != d) link = &(*link)->next;
    *link = d->next;
    count--;
    timer_stop(&d->rest);
    source_close(&d->source);
    free(d);
}

static void drain_rested(struct timer *t) {
    source_watch(&container_of(t, struct drain, rest)->source, EPOLLIN);
}

static void drain_ready(struct source *s, uint32_t events) {
    (void)events;
    static char waste[65536];
    struct drain *d = container_of(s, struct drain, source);
    ssize_t n = read_some(s->fd, waste, sizeof waste);
    if (n == 0 || n == -1) {
        drain_end(d);
    } else if (n == (ssize_t)sizeof waste) {
        source_ignore(s);
        timer_start(&d->rest, DRAIN_REST, drain_rested);
    }
}

void drain_open(int fd) {
    struct drain *d = calloc(1, sizeof *d);
    if (count >= DRAINS_MAX) { // the oldest is the last of the list
        struct drain *oldest = drains;
        while (oldest->next) oldest = oldest->next;
        drain_end(oldest);
    }
    struct drain fallback = {.next = NULL};
    source_open(d ? &d->source : &fallback.source, fd, drain_ready);
    if (!d || source_watch(&d->source, EPOLLIN) != 0) {
        source_close(d ? &d->source : &fallback.source);
        free(d);
        return;
    }
    d->next = drains;
    drains = d;
    count++;
}
