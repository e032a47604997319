// The pool of worker connections: dialled ahead, so that a command never waits for a connection, and reused.
#include "worker.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

enum { IDLE_LEAST = 2, WORKERS_MOST = 63, TURNS = 16 }; // with the control connection: 64

static struct worker *workers;
static unsigned count, idle;
static struct timer redial;
static struct backoff backoff;

static void fill(void);

static void fill_later(struct timer *t) {
    (void)t;
    fill();
}

static void worker_free(struct worker *w) {
    struct worker **link = &workers;
    while (*link != w) link = &(*link)->next;
    *link = w->next;
    count--;
    if (!w->busy) idle--;
    command_drop(w);
    source_close(&w->host);
    free(w->request);
    free(w);
    if (!redial.armed) timer_start(&redial, backoff_next(&backoff, REDIAL_FIRST, REDIAL_MOST), fill_later);
}

// Reads one piece: part of a head, of a request, of the input. 1: go on, 0: nothing there, -1: the connection is over.
static int take_piece(struct worker *w) {
    static uint8_t waste[4096];
    if (w->in.have < FRAME_HEAD) {
        int head = frame_head(w->host.fd, &w->in);
        if (head <= 0) return head;
        uint8_t type = w->in.head[0];
        if (type == 'X' ? w->busy || !(w->request = malloc(w->in.left + 1)) : type == 'K' ? w->in.left != 1 : type != 'I')
            return -1;
        if (type == 'I' && w->in.left == 0) w->stdin_ends = w->busy;
    }
    uint8_t *into = waste;
    size_t size = w->in.left < sizeof waste ? w->in.left : sizeof waste;
    bool input = w->in.head[0] == 'I' && w->input.fd >= 0;
    if (w->request) {
        size = w->in.left;
        into = w->request + (get32(w->in.head + 1) - size);
    } else if (input) {
        if (!w->stdin_bytes && !(w->stdin_bytes = malloc(INPUT_ROOM))) return -1;
        size = w->in.left < INPUT_ROOM ? w->in.left : INPUT_ROOM;
        into = w->stdin_bytes;
    }
    ssize_t n = size ? read_some(w->host.fd, into, size) : 0;
    if (size && n <= 0) return n == -2 ? 0 : -1;
    w->in.left -= (uint32_t)n;
    if (input) {
        w->stdin_size = (size_t)n;
        w->stdin_sent = 0;
        command_input(w);
    }
    if (w->in.left) return 1;
    w->in.have = 0;
    if (w->in.head[0] == 'K') command_signal(w, waste[0]);
    if (w->in.head[0] != 'X') return 1; // input or a signal for a command that has ended is no mistake of the host's
    bool started = command_start(w, w->request, get32(w->in.head + 1));
    free(w->request);
    w->request = NULL;
    if (!started) return -1;
    idle--;
    backoff.ms = 0;
    return 1;
}

void worker_turn(struct worker *w) {
    int flushed;
    while ((flushed = frame_flush(w->host.fd, &w->out)) == 1) {
        if (w->answered) { // the answer is on its way: idle again
            command_drop(w);
            idle++;
        }
        if (!command_step(w)) break;
    }
    bool reading = command_reading(w);
    if (flushed < 0 || source_watch(&w->host, (reading ? EPOLLIN : 0) | (flushed ? 0 : EPOLLOUT)) != 0)
        return worker_free(w);
    // A pipe of which the writers are gone always has an event, so it is watched only when it will be read.
    for (int i = 0; i < 2; i++) {
        struct source *s = &w->output[i].source;
        if (s->fd < 0) continue;
        if (!flushed)
            source_ignore(s);
        else if (source_watch(s, EPOLLIN) != 0)
            return worker_free(w);
    }
}

static void host_ready(struct source *s, uint32_t events) {
    struct worker *w = container_of(s, struct worker, host);
    int more = 1;
    if (events & EPOLLIN)
        for (int turn = 0; turn < TURNS && more == 1 && command_reading(w); turn++) more = take_piece(w);
    else if (events & (EPOLLHUP | EPOLLERR))
        more = -1;
    if (more < 0) return worker_free(w);
    worker_turn(w);
    if (idle < IDLE_LEAST && !redial.armed) fill();
}

static void fill(void) {
    while (idle < IDLE_LEAST && count < WORKERS_MOST) {
        struct worker *w = calloc(1, sizeof *w);
        int fd = w ? dial_hello(KIND_WORKER) : -1;
        if (w) {
            source_open(&w->host, fd, host_ready);
            w->input.fd = w->output[0].source.fd = w->output[1].source.fd = -1;
        }
        if (fd < 0 || source_watch(&w->host, EPOLLIN) != 0) {
            if (w) source_close(&w->host);
            free(w);
            timer_start(&redial, backoff_next(&backoff, REDIAL_FIRST, REDIAL_MOST), fill_later);
            return;
        }
        w->next = workers;
        workers = w;
        count++, idle++;
    }
}

void workers_start(void) { fill(); }

bool worker_reaped(pid_t pid, int status) {
    for (struct worker *w = workers; w; w = w->next) {
        if (w->pid != pid) continue;
        command_ended(w, status);
        worker_turn(w);
        return true;
    }
    return false;
}

void workers_kill(void) {
    for (struct worker *w = workers; w; w = w->next) command_signal(w, SIGKILL);
}
