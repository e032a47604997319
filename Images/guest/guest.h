// Process 1 of a guest: the parts and what each offers the others. See Documentation/GuestProtocol.md.
#ifndef GUEST_H
#define GUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/types.h>

#define container_of(pointer, type, member) ((type *)(void *)((char *)(pointer)-offsetof(type, member)))
#define say(...) (dprintf(2, "godhand: " __VA_ARGS__))

// loop.c: one thread waits for all descriptors and timers.
struct source {
    int fd; // -1: closed
    uint32_t events;
    bool watched;
    void (*ready)(struct source *, uint32_t events);
};
struct timer {
    uint64_t due;
    bool armed;
    struct timer *next;
    void (*fire)(struct timer *);
};
int loop_open(void);
void loop_run(void);
void source_open(struct source *, int fd, void (*ready)(struct source *, uint32_t));
int source_watch(struct source *, uint32_t events); // 0 events: still tells of a hang-up
void source_ignore(struct source *);                // not even a hang-up
void source_close(struct source *);
void timer_start(struct timer *, unsigned milliseconds, void (*fire)(struct timer *));
void timer_stop(struct timer *);
uint64_t now_ms(void);

// frames.c: the framing, and what may wait to be sent.
enum { FRAME_HEAD = 5, FRAME_OUT_MAX = 65536, FRAME_IN_MAX = 1048576 };
struct frame_in {
    uint8_t head[FRAME_HEAD];
    unsigned have;
    uint32_t left; // bytes of the payload not yet read
};
struct frame_out {
    uint8_t *data;
    size_t size, sent, room;
};
void put32(uint8_t *, uint32_t);
uint32_t get32(const uint8_t *);
int frame_head(int fd, struct frame_in *);                                       // 1 complete, 0 not yet, -1 over
int frame_add(struct frame_out *, uint8_t type, const void *bytes, size_t size); // -1: no room
int frame_flush(int fd, struct frame_out *);                                     // 1 empty, 0 blocked, -1 over
ssize_t read_some(int fd, void *, size_t);                                       // 0 end, -1 over, -2 try later

// dial.c: reaching the host's sockets, and when to try again.
struct backoff {
    unsigned ms;
};
int dial(const char *name);        // the host's socket of that name; a negative errno
int dial_hello(uint8_t kind);      // agent.sock, with the first frame sent
int dial_path(const char *path);
unsigned backoff_next(struct backoff *, unsigned first, unsigned most);
enum { REDIAL_FIRST = 20, REDIAL_MOST = 500, KIND_WORKER = 0, KIND_CONTROL = 1 };

// spawn.c: starting programs.
struct spawn {
    const char *directory; // NULL: where we are
    char **argv, **envp;
    int in, out, err;      // -1: /dev/null for input, our own for the others
    int extra;             // given to the program as descriptor 3; -1: none
};
struct failure {
    int error;
    const char *stage;
};
pid_t spawn(const struct spawn *, struct failure *);
// request.c: what an `X` frame asks for; its strings lie inside the payload.
struct request {
    bool input;
    struct spawn spawn;
};
int request_parse(uint8_t *payload, size_t size, struct request *); // 0 or an errno
void request_free(struct request *);

void drain_open(int fd);     // drain.c: read and throw away, until everyone has closed it
void workers_start(void);    // worker.c: commands
bool worker_reaped(pid_t, int status);
void workers_kill(void);
void control_start(void);    // control.c: the control connection
void control_ready(void);
void control_display(bool up);
bool session_is_ready(void); // session.c: the X server and the session program
void session_start(void);
bool session_reaped(pid_t);
void session_kill(void);
void relay_open(const char *path); // relay.c: rfb.sock to the X server's socket
void relay_close(void);
void house_clean(void); // house.c: what an earlier life of this file system left behind
void house_environment(void);
#endif
