// Frames on the port. Reading never waits for writing: a host that says `R` must be heard while nobody takes what we say.
#include "port.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/stat.h>
#include <unistd.h>

enum { AT_ONCE = 65536 };

static int port = -1;
static bool is_device; // then reading nothing means that no host is connected, which may change
static bool readable = true, writable = true, watches_room;
static uint8_t in[AT_ONCE + FRAME], out[AT_ONCE + FRAME];
static size_t in_size, out_size, out_sent;

void wire_open(int fd) {
    struct stat s;
    port = fd;
    is_device = fstat(fd, &s) == 0 && S_ISCHR(s.st_mode);
    if (!watch(fd, TAG_PORT, false, false)) exit(70);
}

// While no host is connected the port has a hang-up; since only edges are told, it costs nothing.
void wire_event(uint32_t events) {
    if (events & ~(uint32_t)EPOLLOUT) readable = true;
    if (events & EPOLLOUT) writable = true;
}

static void port_failed(const char *what) {
    say("the port cannot be %s: %s\n", what, strerror(errno));
    exit(1);
}

// The size of what lies at the start, which may be a part of a frame that must be passed over; 0: more must come.
static size_t take_frame(const uint8_t *bytes, size_t size) {
    size_t zeros = 0;
    while (zeros < size && bytes[zeros] == 0) zeros++;
    if (zeros) return zeros;
    if (size < HEAD) return 0;
    uint32_t id = (uint32_t)bytes[1] << 24 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 8 | bytes[4];
    size_t length = (size_t)bytes[5] << 8 | bytes[6];
    if (length > PAYLOAD) return HEAD;
    if (size < HEAD + length + 1) return 0;
    if (bytes[HEAD + length] == END) streams_take(bytes[0], id, bytes + HEAD, length);
    return HEAD + length + 1;
}

bool wire_read(void) {
    if (!readable) return false;
    ssize_t n = read(port, in + in_size, AT_ONCE);
    if (n == 0 && !is_device) exit(0);
    if (n < 0 && errno == EINTR) return true;
    if (n < 0 && errno != EAGAIN) port_failed("read");
    if (n <= 0) return readable = false;
    in_size += (size_t)n;
    size_t start = 0;
    for (size_t taken; start < in_size && (taken = take_frame(in + start, in_size - start)) > 0;) start += taken;
    memmove(in, in + start, in_size -= start); // less than a frame
    return true;
}

bool wire_flush(void) {
    while (out_sent < out_size && writable) {
        ssize_t n = write(port, out + out_sent, out_size - out_sent);
        if (n > 0)
            out_sent += (size_t)n;
        else if (n == 0 || errno == EAGAIN) // the driver says 0 when its queue is full
            writable = false;
        else if (errno != EINTR)
            port_failed("written");
    }
    bool all = out_sent == out_size;
    if (all) out_sent = out_size = 0;
    if (watches_room == all && !watch(port, TAG_PORT, watches_room = !all, true)) exit(70);
    return all;
}

uint8_t *wire_room(void) { return sizeof out - out_size >= FRAME ? out + out_size + HEAD : NULL; }

void wire_add(uint8_t type, uint32_t id, size_t size) {
    uint8_t *at = out + out_size;
    at[0] = type;
    at[1] = (uint8_t)(id >> 24), at[2] = (uint8_t)(id >> 16), at[3] = (uint8_t)(id >> 8), at[4] = (uint8_t)id;
    at[5] = (uint8_t)(size >> 8), at[6] = (uint8_t)size;
    at[HEAD + size] = END;
    out_size += HEAD + size + 1;
}

// Says that whoever spoke here before is gone, perhaps in the middle of a frame.
void wire_renew(void) {
    memset(out, 0, FRAME);
    out_size = FRAME;
    wire_add('N', 0, 0);
}

// The host looks for these bytes wherever they come, so what is cut off before them does no harm.
void wire_answer(const uint8_t nonce[NONCE]) {
    out_sent = out_size = 0;
    memcpy(out + HEAD, nonce, NONCE);
    wire_add('A', 0, NONCE);
}
