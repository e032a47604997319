// One worker connection and the command that it carries, shared by worker.c (connection) and command.c (command).
#ifndef WORKER_H
#define WORKER_H
#include "guest.h"

enum { INPUT_ROOM = 65536 };

struct output { // one of the command's two output pipes
    struct source source;
    uint8_t type;
    int64_t left; // after the command's end: what it wrote and we have not read; before it: -1
};

struct worker {
    struct worker *next;
    struct source host;
    struct frame_in in;
    struct frame_out out;
    uint8_t *request; // an `X` payload while it arrives
    bool busy, answered;

    pid_t pid; // 0: none, or reaped
    pid_t group;
    int status;
    struct output output[2];
    struct source input;
    uint8_t *stdin_bytes; // read from the host, not yet taken by the program
    size_t stdin_size, stdin_sent;
    bool stdin_ends;
};

void worker_turn(struct worker *); // goes on with whatever is possible now; may free the worker

bool command_start(struct worker *, uint8_t *payload, size_t size); // false: the connection is of no use any more
void command_signal(struct worker *, int signal);
bool command_reading(const struct worker *); // may more of the host's frames be read?
bool command_input(struct worker *);         // passes on what waits in stdin_bytes
bool command_step(struct worker *);          // false: nothing more to do until an event
void command_ended(struct worker *, int status);
void command_drop(struct worker *);          // kills what is left of it and forgets it
#endif
