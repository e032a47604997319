// Starts the X server, then the session program, and starts them again when they end. Without GODHAND_SCREEN there is
// no X server and the session starts at once.
#include "guest.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { RESTART_FIRST = 50, RESTART_MOST = 5000, STEADY = 10000 };

struct service {
    pid_t pid;
    struct source told; // where it says that it is up
    uint64_t started;
    struct timer restart;
    struct backoff backoff;
};
static struct service display = {.told.fd = -1}, session = {.told.fd = -1};
static bool ready, display_up, display_was_up;
static char screen[16], vnc_path[108];

bool session_is_ready(void) { return ready; }

// Starts a program of which descriptor 3 is a pipe to us.
static void service_start(struct service *s, char **argv, void (*told)(struct source *, uint32_t), void (*again)(struct timer *)) {
    int ends[2] = {-1, -1};
    struct failure f = {0, "pipe"};
    s->started = now_ms();
    s->pid = 0;
    if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) {
        f.error = errno;
    } else {
        fcntl(ends[1], F_SETFL, 0);
        struct spawn what = {.argv = argv, .envp = environ, .in = -1, .out = -1, .err = -1, .extra = ends[1]};
        pid_t pid = spawn(&what, &f);
        s->pid = pid > 0 ? pid : 0;
        close(ends[1]);
        source_open(&s->told, ends[0], told);
        if (s->pid && source_watch(&s->told, EPOLLIN) == 0) return;
        source_close(&s->told);
        if (s->pid) return (void)kill(-s->pid, SIGKILL); // its end brings the next start
    }
    say("%s: %s failed, error %d\n", argv[0], f.stage, f.error);
    timer_start(&s->restart, backoff_next(&s->backoff, RESTART_FIRST, RESTART_MOST), again);
}

// A whole line, or the end of the pipe, ends the waiting; more than a line is of no interest.
static bool service_told(struct service *s) {
    char line[256];
    ssize_t n = read_some(s->told.fd, line, sizeof line);
    if (n == -2) return false;
    bool up = n > 0 && memchr(line, '\n', (size_t)n);
    if (n <= 0 || up) source_close(&s->told);
    return up;
}

static void service_restart(struct service *s, void (*again)(struct timer *)) {
    source_close(&s->told);
    kill(-s->pid, SIGKILL); // what it left behind
    s->pid = 0;
    if (now_ms() - s->started > STEADY) s->backoff.ms = 0;
    timer_start(&s->restart, backoff_next(&s->backoff, RESTART_FIRST, RESTART_MOST), again);
}

static void session_told(struct source *s, uint32_t events) {
    (void)s, (void)events;
    if (!service_told(&session)) return;
    ready = true;
    control_ready();
}

static void start_session(struct timer *t) {
    (void)t;
    if (session.pid || (*screen && !display_up)) return; // whichever of the two comes back last starts it
    char *program = getenv("GODHAND_SESSION");
    char *argv[] = {program && *program ? program : "/usr/lib/godhand/session", NULL};
    setenv("GODHAND_READY_FD", "3", 1);
    service_start(&session, argv, session_told, start_session);
    unsetenv("GODHAND_READY_FD");
}

static void display_told(struct source *s, uint32_t events) {
    (void)s, (void)events;
    if (!service_told(&display)) return;
    display_up = true;
    relay_open(vnc_path);
    if (display_was_up) control_display(true);
    display_was_up = true;
    start_session(NULL);
}

static void start_display(struct timer *t) {
    (void)t;
    unlink(vnc_path);
    unlink("/tmp/.X0-lock");
    unlink("/tmp/.X11-unix/X0");
    char *argv[] = {"Xvnc", ":0", "-displayfd", "3", "-geometry", screen, "-depth", "24", "-dpi", "96",
        // Only the unix socket, only our user; nobody else lives here, so neither a password nor an X cookie adds anything.
        "-rfbport", "-1", "-rfbunixpath", vnc_path, "-SecurityTypes", "None", "-nolisten", "tcp",
        // Dialled-ahead sessions count as failed logins until the host answers.
        "-UseBlacklist=0", "-AlwaysShared", "-AcceptSetDesktopSize=1", "-desktop", "GodHand",
        // The clipboard crosses through exec, where the host decides.
        "-AcceptCutText=0", "-SendCutText=0", "-SendPrimary=0", "-SetPrimary=0",
        // Without a wait between updates, a frame goes out as soon as it is drawn.
        "-FrameRate=1000", "-CompareFB=2",
        // Never reset when the last window goes, never blank; no OpenGL in the image, so do not look for it.
        "-noreset", "-s", "0", "-extension", "GLX", NULL};
    service_start(&display, argv, display_told, start_display);
}

void session_start(void) {
    const char *wanted = getenv("GODHAND_SCREEN");
    if (!wanted || !*wanted) return start_session(NULL);
    unsigned width, height;
    char rest;
    if (sscanf(wanted, "%ux%u%c", &width, &height, &rest) != 2 || !width || !height || width > 16384 || height > 16384) {
        say("GODHAND_SCREEN=%.40s is no WIDTHxHEIGHT, taking 1280x800\n", wanted);
        width = 1280, height = 800;
    }
    snprintf(screen, sizeof screen, "%ux%u", width, height);
    snprintf(vnc_path, sizeof vnc_path, "%s/vnc.sock", getenv("XDG_RUNTIME_DIR"));
    start_display(NULL);
}

bool session_reaped(pid_t pid) {
    if (display.pid == pid) {
        say("the X server ended\n");
        relay_close();
        if (display_up) control_display(false);
        ready = display_up = false;
        if (session.pid) kill(-session.pid, SIGKILL);
        service_restart(&display, start_display);
        return true;
    }
    if (!session.pid || session.pid != pid) return false;
    say("the session ended\n");
    ready = false;
    service_restart(&session, start_session);
    return true;
}

void session_kill(void) {
    if (session.pid) kill(-session.pid, SIGKILL);
    if (display.pid) kill(-display.pid, SIGKILL);
}
