// The few programs that make a desktop of the system. Each is started again when it ends, later each time.
#include "boot.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/sched.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/reboot.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { RESTART_FIRST = 50, RESTART_MOST = 5000, STEADY = 10000, GRACE = 2000 };

struct service {
    char *const *arguments;
    const char *needs; // a file without which it is not started
    bool user;         // runs as the desktop's user, else as root
    bool display;      // is the X server, which tells by descriptor 3 when it answers
    bool after;        // waits for that
    bool prompt;       // goes before others, and on when they are held: everything that the host asks for goes through it
    pid_t pid;
    unsigned delay;
    long started, due; // milliseconds; due: -1 none
};

#define PROGRAM(...) ((char *const[]){__VA_ARGS__, NULL})
static struct service services[] = {
    // Before all, since a program that dials the host wants somebody to answer.
    {.arguments = PROGRAM("/usr/lib/godhand/port", "-i", "/usr/lib/godhand/identity", "-g", PROGRAMS), .needs = "/dev/virtio-ports/dev.godhand.guest.0",
        .user = true, .prompt = true},
    {.arguments = PROGRAM("/usr/lib/xorg/Xorg", ":0", "vt1", "-displayfd", "3", "-config", "/etc/X11/godhand.conf", "-logfile", "/run/xorg.log",
        "-novtswitch", "-noreset", "-nolisten", "tcp", "-s", "0", "-dpi", "96", "-quiet"), .needs = "/dev/dri/card0", .display = true},
    {.arguments = PROGRAM("/usr/lib/godhand/init"), .user = true, .after = true},
    {.arguments = PROGRAM("qemu-ga", "--method=virtio-serial", "--path=/dev/virtio-ports/org.qemu.guest_agent.0", "--statedir=/run"),
        .needs = "/dev/virtio-ports/org.qemu.guest_agent.0", .after = true},
    {.arguments = PROGRAM("udhcpc", "-f", "-i", "eth0", "-s", "/usr/lib/godhand/address", "-A", "1", "-t", "3"), .needs = "/sys/class/net/eth0"},
};
enum { COUNT = sizeof services / sizeof *services };
static int programs = -1; // the control group of all that can be held
static int told = -1; // where the X server says that it is up
static bool display_up;

static long now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void become(const struct service *s, int ready) {
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    setsid();
    int null = open("/dev/null", O_RDONLY);
    if (null > 0) dup2(null, 0);
    // Without a close on exec, which a copy does not have.
    if (ready >= 0 && (ready == 3 ? fcntl(3, F_SETFD, 0) : dup2(ready, 3)) < 0) _exit(127);
    close_range(ready >= 0 ? 4 : 3, ~0U, 0);
    if (s->prompt) setpriority(PRIO_PROCESS, 0, -10);
    if (s->user) {
        static const char *const names[][2] = {{"HOME", "/home/user"}, {"USER", "user"}, {"LOGNAME", "user"}, {"SHELL", "/bin/bash"},
            {"DISPLAY", ":0"}, {"XDG_RUNTIME_DIR", "/run/user/1000"}, {"PATH", "/usr/local/bin:/usr/bin:/bin"},
            // With these set in the desktop's image, Firefox tells assistive programs of its pages, and reports to nobody.
            {"GNOME_ACCESSIBILITY", "1"}, {"MOZ_CRASHREPORTER_DISABLE", "1"}, {"NO_EM_RESTART", "1"}};
        for (size_t i = 0; i < sizeof names / sizeof *names; i++) setenv(names[i][0], names[i][1], 1);
        gid_t own = USER;
        if (setgroups(1, &own) != 0 || setgid(USER) != 0 || setuid(USER) != 0 || chdir("/home/user") != 0) _exit(126);
    }
    execvp(s->arguments[0], s->arguments);
    _exit(127);
}

// Into a group from the start: to move a process later, the kernel waits for all processors.
static pid_t fork_into(int group) {
    struct clone_args how = {.exit_signal = SIGCHLD};
    if (group >= 0) how.flags = CLONE_INTO_CGROUP, how.cgroup = (uint64_t)group;
    return (pid_t)syscall(SYS_clone3, &how, sizeof how);
}

static void again(struct service *s) {
    s->pid = 0;
    if (now() - s->started > STEADY) s->delay = 0;
    s->delay = s->delay ? (s->delay * 2 < RESTART_MOST ? s->delay * 2 : RESTART_MOST) : RESTART_FIRST;
    s->due = now() + s->delay;
}

static void start(struct service *s) {
    s->due = -1;
    if (s->pid || (s->after && !display_up) || (s->needs && access(s->needs, F_OK) != 0)) return;
    if (strchr(s->arguments[0], '/') && access(s->arguments[0], X_OK) != 0) return;
    int ends[2] = {-1, -1};
    s->started = now();
    if (s->display) {
        unlink("/tmp/.X0-lock");
        unlink("/tmp/.X11-unix/X0");
        if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) return again(s);
        fcntl(ends[1], F_SETFL, 0);
    }
    pid_t pid = fork_into(s->prompt ? -1 : programs);
    if (pid == 0) become(s, ends[1]);
    if (s->display) {
        if (told >= 0) close(told);
        close(ends[1]);
        told = ends[0];
    }
    if (pid < 0) return again(s);
    s->pid = pid;
}

static void display_told(void) {
    char line[64];
    ssize_t n = read(told, line, sizeof line);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
    close(told);
    told = -1;
    if (n <= 0 || !memchr(line, '\n', (size_t)n)) return;
    display_up = true;
    for (int i = 0; i < COUNT; i++)
        if (services[i].after) start(&services[i]);
}

static void reap(void) {
    int status;
    for (pid_t pid; (pid = waitpid(-1, &status, WNOHANG)) > 0;)
        for (int i = 0; i < COUNT; i++)
            if (services[i].pid == pid) {
                say("%s ended, status %#x\n", services[i].arguments[0], status);
                if (services[i].display) display_up = false;
                again(&services[i]);
            }
}

static _Noreturn void leave(int how) {
    sigset_t child;
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    kill(-1, SIGTERM);
    for (long end = now() + GRACE, left; (left = end - now()) > 0;) {
        pid_t pid;
        while ((pid = waitpid(-1, NULL, WNOHANG)) > 0) continue;
        if (pid < 0) break;
        struct timespec wait = {left / 1000, left % 1000 * 1000000};
        sigtimedwait(&child, NULL, &wait);
    }
    kill(-1, SIGKILL);
    sync();
    reboot(how);
    _exit(1);
}

static int signals_open(void) {
    sigset_t all, ours;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL);
    sigemptyset(&ours);
    sigaddset(&ours, SIGCHLD), sigaddset(&ours, SIGTERM), sigaddset(&ours, SIGINT), sigaddset(&ours, SIGPWR);
    reboot(RB_DISABLE_CAD); // Ctrl-Alt-Del is a signal to us
    return signalfd(-1, &ours, SFD_CLOEXEC | SFD_NONBLOCK);
}

_Noreturn void services_run(void) {
    int signals = signals_open();
    programs = open(PROGRAMS, O_DIRECTORY | O_RDONLY | O_CLOEXEC);
    for (int i = 0; i < COUNT; i++) start(&services[i]);
    int measure = clock_begin();
    long measured = measure < 0 ? -1 : now() + measure;
    for (;;) {
        long next = measured;
        for (int i = 0; i < COUNT; i++)
            if (!services[i].pid && services[i].due > 0 && (next < 0 || services[i].due < next)) next = services[i].due;
        long wait = next < 0 ? -1 : next > now() ? next - now() : 0;
        struct pollfd ready[2] = {{.fd = signals, .events = POLLIN}, {.fd = told, .events = POLLIN}};
        poll(ready, 2, (int)wait);
        struct signalfd_siginfo info;
        while (read(signals, &info, sizeof info) == sizeof info) {
            if (info.ssi_signo == SIGCHLD) reap();
            else leave(info.ssi_signo == SIGINT ? RB_AUTOBOOT : RB_POWER_OFF);
        }
        if (ready[1].revents) display_told();
        if (measured >= 0 && now() >= measured) {
            clock_end();
            measured = -1;
        }
        for (int i = 0; i < COUNT; i++)
            if (!services[i].pid && services[i].due > 0 && services[i].due <= now()) start(&services[i]);
    }
}
