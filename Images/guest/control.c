// The control connection: tells the host how the session is, and answers pings.
#include "guest.h"

#include <stdlib.h>
#include <unistd.h>

enum { PING_MAX = 64 };

static struct source host = {.fd = -1};
static uint8_t waiting[512];
static struct frame_out out = {.data = waiting, .room = sizeof waiting};
static struct frame_in in;
static uint8_t ping[PING_MAX];
static struct timer redial;
static struct backoff backoff;

static void control_dial(struct timer *);

static void control_end(void) {
    source_close(&host);
    timer_start(&redial, backoff_next(&backoff, REDIAL_FIRST, REDIAL_MOST), control_dial);
}

// A host that does not read its control connection loses it; it hears how things stand when it is dialled again.
static void control_send(uint8_t type, const void *bytes, size_t size) {
    if (host.fd < 0) return;
    if (frame_add(&out, type, bytes, size) != 0 || frame_flush(host.fd, &out) < 0) control_end();
}

// Pings are read only when the last answer is gone, so answers never pile up.
static void control_turn(struct source *s, uint32_t events) {
    int flushed = frame_flush(s->fd, &out);
    if (flushed == 1 && events & EPOLLIN) {
        if (in.have < FRAME_HEAD) {
            int head = frame_head(s->fd, &in);
            if (head < 0 || (head == 1 && (in.head[0] != 'P' || in.left > PING_MAX))) return control_end();
        }
        if (in.have == FRAME_HEAD) {
            size_t size = get32(in.head + 1);
            if (in.left) {
                ssize_t n = read_some(s->fd, ping + (size - in.left), in.left);
                if (n == 0 || n == -1) return control_end();
                if (n > 0) in.left -= (uint32_t)n;
            }
            if (in.left == 0) {
                in.have = 0;
                backoff.ms = 0;
                control_send('p', ping, size);
            }
        }
    } else if (flushed < 0 || events & (EPOLLHUP | EPOLLERR)) {
        return control_end();
    }
    if (source_watch(&host, out.sent < out.size ? EPOLLOUT : EPOLLIN) != 0) control_end();
}

static void control_dial(struct timer *t) {
    (void)t;
    int fd = dial_hello(KIND_CONTROL);
    if (fd < 0) {
        timer_start(&redial, backoff_next(&backoff, REDIAL_FIRST, REDIAL_MOST), control_dial);
        return;
    }
    out.size = out.sent = in.have = 0;
    source_open(&host, fd, control_turn);
    if (source_watch(&host, EPOLLIN) != 0) return control_end();
    if (session_is_ready()) control_ready();
}

void control_start(void) { control_dial(&redial); }
void control_ready(void) { control_send('R', NULL, 0); }
void control_display(bool up) { control_send('D', &(uint8_t){up}, 1); }
