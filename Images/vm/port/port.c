// The guest's end of the port: joins connections to a unix socket with streams on a virtio-serial port.
// Usage: port [-o UID] [-i PROGRAM] [-g GROUP] [PORT [SOCKET]]
//   PROGRAM gives this machine an identity
//   GROUP   the control group of the programs that can be held
//   PORT    a device, or - for standard input, which is then a socket; else the port is found by its name
//   SOCKET  where to listen; only root, or the user given by -o, can connect
//
// One thread, no timers: when nothing is said, nothing runs. A snapshot may stop the machine at any instruction and let
// it go on with another host at the other end, which then says `R`.
#include "port.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

static int set = -1;

bool watch(int fd, unsigned tag, bool for_room, bool again) {
    struct epoll_event event = {.events = EPOLLIN | EPOLLRDHUP | EPOLLET | (for_room ? EPOLLOUT : 0), .data.u32 = tag};
    return epoll_ctl(set, again ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, fd, &event) == 0;
}

// Without it a machine short of memory could lose the only way in.
static void keep_alive(void) {
    int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (fd < 0) return;
    if (write(fd, "-1000", 5) != 5) say("may be killed when memory runs out\n");
    close(fd);
}

int main(int argc, char **argv) {
    int owner = -1;
    const char *identity = NULL, *group = NULL;
    for (int option; (option = getopt(argc, argv, "o:i:g:")) != -1;) {
        if (option == 'o') owner = atoi(optarg);
        else if (option == 'i') identity = optarg;
        else if (option == 'g') group = optarg;
        else return 64;
    }
    const char *path = optind < argc ? argv[optind] : NULL;
    const char *name = optind + 1 < argc ? argv[optind + 1] : "/run/godhand/agent.sock";
    signal(SIGPIPE, SIG_IGN);
    if (getuid() == 0 && !path) keep_alive();

    set = epoll_create1(EPOLL_CLOEXEC);
    bool again = false;
    int listener = listener_open(name, owner, &again);
    int device = device_open(path);
    if (set < 0 || listener < 0 || device < 0) return 70;
    wire_open(device);
    streams_open(listener);
    identity_open(identity);
    programs_open(group);
    if (again) wire_renew();
    for (;;) {
        while (wire_read() | streams_fill()) continue;
        struct epoll_event events[TAGS];
        int count = epoll_wait(set, events, TAGS, -1);
        if (count < 0 && errno != EINTR) return 70;
        for (int i = 0; i < count; i++) {
            if (events[i].data.u32 == TAG_PORT)
                wire_event(events[i].events);
            else if (events[i].data.u32 == TAG_IDENTITY)
                identity_event();
            else if (events[i].data.u32 == TAG_PROGRAMS)
                programs_event();
            else
                streams_event(events[i].data.u32, events[i].events);
        }
    }
}
