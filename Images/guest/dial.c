// The host listens and we dial, so that a guest can neither replace a socket nor wait in front of one.
#include "guest.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int dial_path(const char *path) {
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof to.sun_path) return -ENAMETOOLONG;
    memcpy(to.sun_path, path, strlen(path));
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) return -errno;
    // A unix socket connects at once or not at all: EAGAIN means that the listener's queue is full.
    if (connect(fd, (struct sockaddr *)&to, sizeof to) != 0) {
        int error = errno;
        close(fd);
        return -error;
    }
    return fd;
}

int dial(const char *name) {
    const char *directory = getenv("GODHAND_DIR");
    char path[sizeof((struct sockaddr_un *)0)->sun_path];
    int n = snprintf(path, sizeof path, "%s/%s", directory ? directory : "/run/godhand", name);
    return n < (int)sizeof path ? dial_path(path) : -ENAMETOOLONG;
}

int dial_hello(uint8_t kind) {
    int fd = dial("agent.sock");
    if (fd < 0) return fd;
    uint8_t hello[FRAME_HEAD + 6] = {'H', 0, 0, 0, 6, 1, kind};
    put32(hello + FRAME_HEAD + 2, (uint32_t)getpid());
    struct frame_out out = {.data = hello, .size = sizeof hello, .room = sizeof hello};
    if (frame_flush(fd, &out) != 1) { // an empty socket takes 11 bytes, or its other end is gone
        close(fd);
        return -EPIPE;
    }
    return fd;
}

unsigned backoff_next(struct backoff *b, unsigned first, unsigned most) {
    unsigned wait = b->ms ? b->ms : first;
    b->ms = wait * 2 < most ? wait * 2 : most;
    return wait;
}
