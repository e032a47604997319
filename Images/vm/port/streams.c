// The connections. Each may have WINDOW bytes on the way in each direction; who takes bytes grants as many again. So one
// that nobody reads stops alone, and what can pile up here is bounded.
#include "port.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

struct stream {
    uint32_t id; // 0: there is none
    int fd;      // -1: over on our side
    bool readable, writable, watches_room;
    bool deaf;            // nobody reads it any more
    bool closes, closed;  // `C` is to be said, was said
    bool heard;           // the host said `C`
    uint32_t credit;      // what the host still takes
    uint32_t passed;      // what was taken since the last grant
    uint8_t *held;        // from the host, not yet taken
    size_t held_size, held_sent;
};
static struct stream streams[STREAMS];
static int listener = -1;
static bool callers, joined; // joined: a host has said `R`
static uint32_t last_id;
static unsigned turn;

void streams_open(int fd) {
    listener = fd;
    callers = true;
    if (!watch(fd, TAG_LISTENER, false, false)) exit(70);
}

void streams_event(unsigned tag, uint32_t events) {
    if (tag == TAG_LISTENER) {
        callers = true;
    } else {
        if (events & ~(uint32_t)EPOLLOUT) streams[tag].readable = true;
        if (events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) streams[tag].writable = true;
    }
}

static void let_go(struct stream *s) {
    free(s->held);
    s->held = NULL;
    s->held_size = s->held_sent = 0;
}

static void hang_up(struct stream *s) {
    if (s->fd >= 0) close(s->fd);
    s->fd = -1;
    let_go(s);
    s->closes = !s->closed;
}

void streams_reset(void) {
    for (int i = 0; i < STREAMS; i++) {
        if (streams[i].id == 0) continue;
        hang_up(&streams[i]);
        streams[i].id = 0;
    }
    last_id = 0;
    joined = true;
}

void streams_accept(void) {
    for (int i = 0; joined && callers && i < STREAMS && wire_room(); i++) {
        struct stream *s = &streams[i];
        if (s->id != 0) continue;
        int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
        if (fd < 0) {
            callers = errno == ECONNABORTED || errno == EINTR;
            continue;
        }
        *s = (struct stream){.id = ++last_id, .fd = fd, .credit = WINDOW, .readable = true, .writable = true};
        wire_add('O', s->id, 0);
        if (!watch(fd, (unsigned)i, false, false)) hang_up(s);
    }
}

// Hands on what it can.
static size_t pass(struct stream *s, const uint8_t *bytes, size_t size) {
    size_t sent = 0;
    while (sent < size && s->writable && !s->deaf) {
        ssize_t n = send(s->fd, bytes + sent, size - sent, MSG_NOSIGNAL);
        if (n >= 0)
            sent += (size_t)n;
        else if (errno == EAGAIN)
            s->writable = false;
        else if (errno != EINTR)
            s->deaf = true; // it may still have something to say
    }
    if (s->deaf) sent = size;
    s->passed += (uint32_t)sent;
    return sent;
}

static void watch_room(struct stream *s) {
    bool needed = s->held_sent < s->held_size;
    if (needed == s->watches_room) return;
    if (watch(s->fd, (unsigned)(s - streams), needed, true))
        s->watches_room = needed;
    else
        hang_up(s);
}

static void take_data(struct stream *s, const uint8_t *bytes, size_t size) {
    if (s->held) {
        memmove(s->held, s->held + s->held_sent, s->held_size -= s->held_sent);
        s->held_sent = 0;
    } else {
        size_t sent = pass(s, bytes, size);
        bytes += sent;
        size -= sent;
    }
    if (size == 0) return;
    if (!s->held) s->held = malloc(WINDOW);
    // A host that sends more than was granted is not one of ours.
    if (!s->held || WINDOW - s->held_size < size) return hang_up(s);
    memcpy(s->held + s->held_size, bytes, size);
    s->held_size += size;
    watch_room(s);
}

static struct stream *find(uint32_t id) {
    for (int i = 0; id && i < STREAMS; i++)
        if (streams[i].id == id) return &streams[i];
    return NULL;
}

void streams_take(uint8_t type, uint32_t id, const uint8_t *payload, size_t size) {
    if (type == 'R' && size == NONCE) {
        streams_reset();
        identity_forget();
        programs_forget();
        wire_answer(payload);
        return;
    }
    if (type == 'I' && size <= IDENTITY) return identity_ask(payload, size);
    if (type == 'H') return programs_hold();
    if (type == 'G') return programs_go();
    struct stream *s = find(id);
    if (!s || s->heard) return; // what crossed with our `C` means nothing any more
    if (type == 'D' && s->fd >= 0) {
        take_data(s, payload, size);
    } else if (type == 'W' && size == 4) {
        uint32_t more = (uint32_t)payload[0] << 24 | (uint32_t)payload[1] << 16 | (uint32_t)payload[2] << 8 | payload[3];
        s->credit = more < WINDOW - s->credit ? s->credit + more : WINDOW;
    } else if (type == 'C') {
        // At once, whatever it has not taken: closing is how the host ends a command that does not read.
        hang_up(s);
        s->heard = true;
    }
}

// At most one frame. False when it has nothing to say now.
static bool speak(struct stream *s, uint8_t *room) {
    if (s->held && s->writable) {
        s->held_sent += pass(s, s->held + s->held_sent, s->held_size - s->held_sent);
        if (s->held_sent == s->held_size) let_go(s);
        watch_room(s);
    }
    if (s->fd >= 0 && s->passed >= WINDOW / 2) {
        room[0] = (uint8_t)(s->passed >> 24), room[1] = (uint8_t)(s->passed >> 16);
        room[2] = (uint8_t)(s->passed >> 8), room[3] = (uint8_t)s->passed;
        s->passed = 0;
        wire_add('W', s->id, 4);
        return true;
    }
    if (s->fd >= 0 && s->readable && s->credit > 0) {
        ssize_t n = read(s->fd, room, s->credit < PAYLOAD ? s->credit : PAYLOAD);
        if (n > 0) {
            s->credit -= (uint32_t)n;
            wire_add('D', s->id, (size_t)n);
            return true;
        }
        if (n < 0 && errno == EINTR) return true;
        if (n < 0 && errno == EAGAIN)
            s->readable = false;
        else
            hang_up(s);
    }
    if (s->closes) {
        s->closes = false;
        s->closed = true;
        wire_add('C', s->id, 0);
        return true;
    }
    return false;
}

bool streams_fill(void) {
    if (!wire_flush()) return false;
    bool any = false, more = true;
    while (more) {
        more = false;
        if (identity_speak() | programs_speak()) any = true;
        streams_accept();
        for (unsigned i = 0; i < STREAMS; i++) {
            struct stream *s = &streams[turn++ % STREAMS];
            uint8_t *room = wire_room();
            if (!room) break;
            if (s->id != 0 && speak(s, room)) more = any = true;
            if (s->id != 0 && s->closed && s->heard) {
                s->id = 0;
                callers = more = true; // there may be one who waits for the place
            }
        }
        if (!wire_room()) break;
    }
    wire_flush();
    return any;
}
