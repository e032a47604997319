// Process 1 of a guest. It starts the session, reaps, relays the display and runs commands, all in one thread that never
// waits for anything but the next event. Nothing that the host or a program does may end it, save SIGTERM.
#include "guest.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { GRACE = 500 };

static struct source signals;
static bool first; // process 1: all other processes here are ours to clean up and to kill

static void reap(void) {
    int status;
    for (pid_t pid; (pid = waitpid(-1, &status, WNOHANG)) > 0;)
        if (!session_reaped(pid)) worker_reaped(pid, status);
}

// Programs get a moment to put their files in order; the host would kill us all after three seconds.
static _Noreturn void leave(void) {
    session_kill();
    workers_kill();
    if (first) {
        sigset_t child;
        sigemptyset(&child);
        sigaddset(&child, SIGCHLD);
        kill(-1, SIGTERM);
        uint64_t end = now_ms() + GRACE;
        for (;;) {
            pid_t pid;
            while ((pid = waitpid(-1, NULL, WNOHANG)) > 0) continue;
            uint64_t now = now_ms();
            if (pid < 0 || now >= end) break;
            struct timespec left = {0, (long)(end - now) * 1000000};
            sigtimedwait(&child, NULL, &left);
        }
        kill(-1, SIGKILL);
    }
    exit(0);
}

static void signals_ready(struct source *s, uint32_t events) {
    (void)events;
    struct signalfd_siginfo info;
    while (read(s->fd, &info, sizeof info) == sizeof info) {
        if (info.ssi_signo == SIGTERM || info.ssi_signo == SIGINT) leave();
        if (info.ssi_signo == SIGCHLD) reap();
    }
}

// Signals are blocked rather than handled or ignored: a blocked SIGPIPE still makes a write fail, and since all
// dispositions stay at their defaults a child only has to unblock.
static int signals_open(void) {
    struct sigaction plain = {.sa_handler = SIG_DFL};
    for (int n = 1; n < NSIG; n++) sigaction(n, &plain, NULL);
    sigset_t all, ours;
    sigfillset(&all);
    static const int faults[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP};
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) sigdelset(&all, faults[i]);
    sigprocmask(SIG_SETMASK, &all, NULL);
    sigemptyset(&ours);
    sigaddset(&ours, SIGCHLD), sigaddset(&ours, SIGTERM), sigaddset(&ours, SIGINT);
    int fd = signalfd(-1, &ours, SFD_CLOEXEC | SFD_NONBLOCK);
    if (fd < 0) return -errno;
    source_open(&signals, fd, signals_ready);
    return source_watch(&signals, EPOLLIN);
}

int main(void) {
    int null;
    do null = open("/dev/null", O_RDWR);
    while (null >= 0 && null < 3); // so that 0 to 2 are never anything else
    close_range(3, ~0U, 0);
    first = getpid() == 1;
    if (!first) prctl(PR_SET_CHILD_SUBREAPER, 1);
    if (loop_open() != 0 || signals_open() != 0) {
        say("cannot set up the event loop: error %d\n", errno);
        return 70;
    }
    house_environment();
    if (first) house_clean();
    control_start();
    workers_start();
    session_start();
    loop_run();
}
