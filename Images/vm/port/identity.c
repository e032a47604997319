// The way to the program that gives this machine an identity: started beforehand, so that it is there in every copy.
#include "port.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *program;
static int end = -1;
static pid_t process;
static bool answered;
static uint8_t answer[IDENTITY];
static size_t answer_size;

void identity_open(const char *path) {
    int ends[2];
    program = path;
    if (!path || end >= 0 || socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) return;
    process = fork();
    if (process == 0) {
        dup2(ends[1], 0);
        execl(path, path, (char *)NULL);
        _exit(127);
    }
    close(ends[1]);
    end = ends[0];
    if (process > 0 && watch(end, TAG_IDENTITY, false, false)) return;
    close(end);
    end = -1;
}

static void lost(void) {
    static const char text[] = "\nits program has ended";
    if (end >= 0) close(end);
    end = -1;
    memcpy(answer, text, answer_size = sizeof text - 1);
    answered = true;
}

void identity_event(void) {
    while (end >= 0) {
        ssize_t n = recv(end, answer, sizeof answer, MSG_DONTWAIT);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0 && errno == EAGAIN) return;
        if (n <= 0) return lost();
        answer_size = (size_t)n;
        answered = true;
    }
}

void identity_ask(const uint8_t *message, size_t size) {
    while (waitpid(-1, NULL, WNOHANG) > 0) continue;
    identity_open(program);
    answered = false;
    if (end < 0 || send(end, message, size, MSG_NOSIGNAL | MSG_DONTWAIT) != (ssize_t)size) lost();
}

void identity_forget(void) { answered = false; }

bool identity_speak(void) {
    uint8_t *room = answered ? wire_room() : NULL;
    if (!room) return false;
    memcpy(room, answer, answer_size);
    wire_add('I', 0, answer_size);
    answered = false;
    return true;
}
