// Joins rfb.sock to the X server's own socket, byte for byte. Both ends are dialled beforehand, so the server's greeting
// already lies in the host's socket when the host accepts. One session at a time; when it ends, the next is dialled.
#include "guest.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BUFFER = 262144 };

struct lane { // one direction
    size_t size, sent;
    uint8_t bytes[BUFFER];
};
static struct source host = {.fd = -1}, server = {.fd = -1};
static struct lane to_host, to_server;
static char server_path[108];
static struct timer redial;
static struct backoff backoff;
static uint64_t joined;

static void join(struct timer *);

static void hang_up(void) {
    if (now_ms() - joined > 1000) backoff.ms = 0;
    source_close(&host);
    source_close(&server);
    if (*server_path) timer_start(&redial, backoff_next(&backoff, REDIAL_FIRST, REDIAL_MOST), join);
}

// Moves what can be moved now; false when one side is over.
static bool pump(struct source *from, struct source *to, struct lane *lane) {
    for (int turn = 0; turn < 8; turn++) {
        if (lane->sent == lane->size) {
            ssize_t n = read_some(from->fd, lane->bytes, BUFFER);
            if (n == -2) return true;
            if (n <= 0) return false;
            lane->size = (size_t)n;
            lane->sent = 0;
        }
        ssize_t n = send(to->fd, lane->bytes + lane->sent, lane->size - lane->sent, MSG_NOSIGNAL);
        if (n < 0) return errno == EAGAIN || errno == EINTR;
        lane->sent += (size_t)n;
        if (lane->sent < lane->size) return true;
    }
    return true;
}

// A side is read only while what it sent before has been passed on; that is the flow control.
static bool watch(struct source *side, const struct lane *into, const struct lane *out_of) {
    return source_watch(side, (into->sent < into->size ? EPOLLOUT : 0) | (out_of->sent == out_of->size ? EPOLLIN : 0)) == 0;
}

static void ready(struct source *s, uint32_t events) {
    bool alive = true;
    if (events & EPOLLOUT)
        alive = s == &host ? pump(&server, &host, &to_host) : pump(&host, &server, &to_server);
    if (alive && events & EPOLLIN)
        alive = s == &host ? pump(&host, &server, &to_server) : pump(&server, &host, &to_host);
    else if (events & (EPOLLHUP | EPOLLERR))
        alive = false;
    if (!alive || !watch(&host, &to_host, &to_server) || !watch(&server, &to_server, &to_host)) hang_up();
}

static void join(struct timer *t) {
    (void)t;
    int to_x = dial_path(server_path);
    int to_us = to_x < 0 ? to_x : dial("rfb.sock");
    if (to_us < 0) {
        if (to_x >= 0) close(to_x);
        timer_start(&redial, backoff_next(&backoff, REDIAL_FIRST, REDIAL_MOST), join);
        return;
    }
    int size = 4 * BUFFER; // the kernel gives what it allows
    setsockopt(to_us, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
    joined = now_ms();
    to_host.size = to_host.sent = to_server.size = to_server.sent = 0;
    source_open(&host, to_us, ready);
    source_open(&server, to_x, ready);
    if (!watch(&host, &to_host, &to_server) || !watch(&server, &to_server, &to_host)) hang_up();
}

void relay_open(const char *path) {
    snprintf(server_path, sizeof server_path, "%s", path);
    backoff.ms = 0;
    join(&redial);
}

void relay_close(void) {
    *server_path = 0;
    timer_stop(&redial);
    hang_up();
}
