// One epoll set and a short list of timers. One event is taken at a time: a handler may free any other source, and no
// event already fetched can then point at it.
#include "guest.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static int set = -1;
static struct timer *timers;

uint64_t now_ms(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

int loop_open(void) {
    set = epoll_create1(EPOLL_CLOEXEC);
    return set < 0 ? -errno : 0;
}

void source_open(struct source *s, int fd, void (*ready)(struct source *, uint32_t)) {
    *s = (struct source){.fd = fd, .ready = ready};
}

int source_watch(struct source *s, uint32_t events) {
    if (s->fd < 0 || (s->watched && s->events == events)) return 0;
    struct epoll_event event = {.events = events, .data.ptr = s};
    if (epoll_ctl(set, s->watched ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, s->fd, &event) != 0) return -errno;
    s->watched = true;
    s->events = events;
    return 0;
}

void source_ignore(struct source *s) {
    if (s->fd >= 0 && s->watched) epoll_ctl(set, EPOLL_CTL_DEL, s->fd, NULL);
    s->watched = false;
}

void source_close(struct source *s) {
    source_ignore(s);
    if (s->fd >= 0) close(s->fd);
    s->fd = -1;
}

void timer_start(struct timer *t, unsigned milliseconds, void (*fire)(struct timer *)) {
    t->due = now_ms() + milliseconds;
    t->fire = fire;
    if (t->armed) return;
    t->armed = true;
    t->next = timers;
    timers = t;
}

void timer_stop(struct timer *t) {
    if (!t->armed) return;
    struct timer **link = &timers;
    while (*link != t) link = &(*link)->next;
    *link = t->next;
    t->armed = false;
}

// Fires what is due; says how long the loop may sleep.
static int timers_run(void) {
    for (;;) {
        uint64_t now = now_ms();
        struct timer *first = NULL;
        for (struct timer *t = timers; t; t = t->next)
            if (!first || t->due < first->due) first = t;
        if (!first) return -1;
        if (first->due > now) return (int)(first->due - now);
        timer_stop(first);
        first->fire(first);
    }
}

void loop_run(void) {
    for (;;) {
        struct epoll_event event;
        int n = epoll_wait(set, &event, 1, timers_run());
        if (n == 1) {
            struct source *s = event.data.ptr;
            s->ready(s, event.events);
        } else if (n < 0 && errno != EINTR) {
            say("epoll_wait: error %d\n", errno);
            exit(70);
        }
    }
}
