// A command on a worker connection: its pipes, its end, and the answers `S`, `F`, `O`, `E` and `Q`.
#include "worker.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

static void output_ready(struct source *s, uint32_t events);

static void input_ready(struct source *s, uint32_t events) {
    (void)events;
    struct worker *w = container_of(s, struct worker, input);
    command_input(w);
    worker_turn(w);
}

static void answer_failure(struct worker *w, const struct failure *f) {
    uint8_t payload[32];
    size_t size = strlen(f->stage);
    put32(payload, (uint32_t)f->error);
    put32(payload + 4, (uint32_t)size);
    memcpy(payload + 8, f->stage, size);
    frame_add(&w->out, 'F', payload, 8 + size);
    w->answered = true;
}

// Our ends do not block; the program's do, as programs expect.
static int make_pipe(int ends[2], int ours) {
    if (pipe2(ends, O_CLOEXEC) != 0) return errno;
    if (fcntl(ends[ours], F_SETFL, O_NONBLOCK) == 0) return 0;
    int error = errno;
    close(ends[0]), close(ends[1]);
    return error;
}

static int run(struct worker *w, struct request *r, struct failure *f) {
    int pipes[3][2] = {{-1, -1}, {-1, -1}, {-1, -1}};
    int error = r->input ? make_pipe(pipes[0], 1) : 0;
    for (int i = 1; i < 3 && !error; i++) error = make_pipe(pipes[i], 0);
    pid_t pid = -1;
    *f = (struct failure){error, "fork"};
    if (!error) {
        r->spawn.in = pipes[0][0], r->spawn.out = pipes[1][1], r->spawn.err = pipes[2][1];
        pid = spawn(&r->spawn, f);
    }
    for (int i = 0; i < 3; i++) {
        int ours = i == 0 ? 1 : 0;
        if (pipes[i][!ours] >= 0) close(pipes[i][!ours]);
        if (pid < 0 && pipes[i][ours] >= 0) close(pipes[i][ours]);
    }
    if (pid < 0) return f->error;
    if (r->input) source_open(&w->input, pipes[0][1], input_ready);
    for (int i = 0; i < 2; i++) {
        source_open(&w->output[i].source, pipes[i + 1][0], output_ready);
        w->output[i].type = i ? 'E' : 'O';
        w->output[i].left = -1;
    }
    w->pid = w->group = pid;
    return 0;
}

bool command_start(struct worker *w, uint8_t *payload, size_t size) {
    w->out.room = FRAME_OUT_MAX + FRAME_HEAD;
    w->out.data = malloc(w->out.room);
    if (!w->out.data) return false;
    w->busy = true;
    struct request r;
    struct failure f = {request_parse(payload, size, &r), "request"};
    if (!f.error) run(w, &r, &f);
    request_free(&r);
    uint8_t pid[4];
    put32(pid, (uint32_t)w->pid);
    if (f.error)
        answer_failure(w, &f);
    else
        frame_add(&w->out, 'S', pid, sizeof pid);
    return true;
}

void command_signal(struct worker *w, int signal) {
    if (w->group > 0) kill(-w->group, signal);
}

bool command_reading(const struct worker *w) {
    return w->stdin_sent == w->stdin_size;
}

bool command_input(struct worker *w) {
    while (w->input.fd >= 0 && w->stdin_sent < w->stdin_size) {
        ssize_t n = write(w->input.fd, w->stdin_bytes + w->stdin_sent, w->stdin_size - w->stdin_sent);
        if (n >= 0) {
            w->stdin_sent += (size_t)n;
        } else if (errno == EAGAIN) {
            if (source_watch(&w->input, EPOLLOUT) == 0) return false;
            source_close(&w->input);
        } else if (errno != EINTR) {
            source_close(&w->input); // the program has closed its input: the rest goes nowhere
        }
    }
    if (w->input.fd < 0) w->stdin_sent = w->stdin_size;
    if (w->stdin_ends) source_close(&w->input);
    source_ignore(&w->input);
    return true;
}

// Nothing more of this pipe is for the host; descendants may still write to it.
static void output_end(struct output *o, bool over) {
    char waste;
    o->left = 0;
    ssize_t n = over ? 0 : read_some(o->source.fd, &waste, 1);
    if (n == 0 || n == -1) return source_close(&o->source);
    source_ignore(&o->source);
    drain_open(o->source.fd);
    o->source.fd = -1;
}

// Reads straight into the frame that will carry it. True when something was read.
static bool output_pass(struct worker *w, struct output *o) {
    uint8_t *bytes = w->out.data + FRAME_HEAD;
    size_t most = o->left >= 0 && o->left < FRAME_OUT_MAX ? (size_t)o->left : FRAME_OUT_MAX;
    ssize_t n = read_some(o->source.fd, bytes, most);
    if (n == -2) return false;
    if (n <= 0) {
        output_end(o, true);
        return true;
    }
    frame_add(&w->out, o->type, bytes, (size_t)n);
    if (o->left >= 0 && (o->left -= n) == 0) output_end(o, false);
    return true;
}

static void output_ready(struct source *s, uint32_t events) {
    (void)events;
    struct output *o = container_of(s, struct output, source);
    struct worker *w = o->type == 'O' ? container_of(o, struct worker, output[0]) : container_of(o, struct worker, output[1]);
    if (w->out.size == 0) output_pass(w, o);
    worker_turn(w);
}

// Called with an empty `out`. After the program's end, its pipes are emptied without waiting for an event.
bool command_step(struct worker *w) {
    if (!w->busy || w->answered) return false;
    bool open = false;
    for (int i = 0; i < 2; i++) {
        struct output *o = &w->output[i];
        if (o->source.fd < 0) continue;
        if (w->pid == 0) return output_pass(w, o) || (output_end(o, false), true);
        open = true;
    }
    if (open || w->pid != 0) return false;
    uint8_t end[8];
    put32(end, WIFEXITED(w->status) ? (uint32_t)WEXITSTATUS(w->status) : 0);
    put32(end + 4, WIFSIGNALED(w->status) ? (uint32_t)WTERMSIG(w->status) : 0);
    frame_add(&w->out, 'Q', end, sizeof end);
    w->answered = true;
    return true;
}

// All that the program itself wrote is in the pipes by now; what descendants add later is not its output.
void command_ended(struct worker *w, int status) {
    w->pid = 0;
    w->status = status;
    for (int i = 0; i < 2; i++) {
        struct output *o = &w->output[i];
        int left = 0;
        if (o->source.fd < 0) continue;
        if (ioctl(o->source.fd, FIONREAD, &left) != 0) left = 0;
        o->left = left;
        if (left == 0) output_end(o, false);
    }
    source_close(&w->input);
    w->stdin_sent = w->stdin_size;
}

void command_drop(struct worker *w) {
    if (w->busy && !w->answered) command_signal(w, SIGKILL);
    for (int i = 0; i < 2; i++) source_close(&w->output[i].source);
    source_close(&w->input);
    free(w->out.data);
    free(w->stdin_bytes);
    w->out = (struct frame_out){.data = NULL};
    w->stdin_bytes = NULL;
    w->stdin_size = w->stdin_sent = 0;
    w->stdin_ends = w->busy = w->answered = false;
    w->pid = w->group = 0;
}
