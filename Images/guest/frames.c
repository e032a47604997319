// Frames are `type: u8`, `length: u32`, payload; all integers are big-endian.
#include "guest.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

void put32(uint8_t *p, uint32_t v) {
    p[0] = (uint8_t)(v >> 24), p[1] = (uint8_t)(v >> 16), p[2] = (uint8_t)(v >> 8), p[3] = (uint8_t)v;
}

uint32_t get32(const uint8_t *p) {
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

ssize_t read_some(int fd, void *into, size_t size) {
    ssize_t n;
    do n = read(fd, into, size);
    while (n < 0 && errno == EINTR);
    if (n >= 0) return n;
    return errno == EAGAIN || errno == EWOULDBLOCK ? -2 : -1;
}

int frame_head(int fd, struct frame_in *f) {
    ssize_t n = read_some(fd, f->head + f->have, FRAME_HEAD - f->have);
    if (n == -2) return 0;
    if (n <= 0) return -1;
    f->have += (unsigned)n;
    if (f->have < FRAME_HEAD) return 0;
    f->left = get32(f->head + 1);
    return f->left <= FRAME_IN_MAX ? 1 : -1;
}

int frame_add(struct frame_out *o, uint8_t type, const void *bytes, size_t size) {
    if (o->room - o->size < FRAME_HEAD + size) return -1;
    uint8_t *at = o->data + o->size;
    at[0] = type;
    put32(at + 1, (uint32_t)size);
    // The bytes may already lie there: output is read straight into its frame.
    if (size && bytes != at + FRAME_HEAD) memcpy(at + FRAME_HEAD, bytes, size);
    o->size += FRAME_HEAD + size;
    return 0;
}

int frame_flush(int fd, struct frame_out *o) {
    while (o->sent < o->size) {
        ssize_t n = send(fd, o->data + o->sent, o->size - o->sent, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n >= 0)
            o->sent += (size_t)n;
        else if (errno == EAGAIN || errno == EWOULDBLOCK)
            return 0;
        else if (errno != EINTR)
            return -1;
    }
    o->size = o->sent = 0;
    return 1;
}
