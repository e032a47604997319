// Starts a program with vfork: the child borrows our memory until it has become the program, so there is nothing to copy
// and the outcome is known when the call returns. The child therefore only makes system calls and writes to `failed`.
#include "guest.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

static const char *path_of(char **envp) {
    for (; envp && *envp; envp++)
        if (strncmp(*envp, "PATH=", 5) == 0) return *envp + 5;
    return "/usr/local/bin:/usr/bin:/bin";
}

// What execvpe does, but with the PATH of the program's own environment.
static int become(const struct spawn *s) {
    const char *name = s->argv[0];
    char file[4096];
    int error = ENOENT;
    const char *next = strchr(name, '/') ? "" : path_of(s->envp);
    do {
        size_t n = strcspn(next, ":");
        if (n + strlen(name) + 2 > sizeof file) {
            error = ENAMETOOLONG;
        } else {
            memcpy(file, next, n);
            if (n) file[n++] = '/';
            strcpy(file + n, name);
            execve(file, s->argv, s->envp);
            if (errno != ENOENT && errno != ENOTDIR && error != EACCES) error = errno;
        }
        next += strcspn(next, ":");
    } while (*next++ == ':');
    return error;
}

static int move(int from, int to) {
    if (from == to) return fcntl(from, F_SETFD, 0);
    return dup2(from, to) < 0 ? -1 : 0;
}

// Our own descriptors all close on exec; only 0, 1, 2 and `extra` go along.
static void child(const struct spawn *s, volatile struct failure *failed) {
    sigset_t none;
    sigemptyset(&none);
    failed->stage = "fork";
    int in = s->in >= 0 ? s->in : open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (in >= 0 && setsid() >= 0 && move(in, 0) == 0 && (s->out < 0 || move(s->out, 1) == 0) &&
        (s->err < 0 || move(s->err, 2) == 0) && (s->extra < 0 || move(s->extra, 3) == 0)) {
        failed->stage = "chdir";
        if (!s->directory || chdir(s->directory) == 0) {
            failed->stage = "exec";
            sigprocmask(SIG_SETMASK, &none, NULL); // all signals are blocked in us, and that would be inherited
            failed->error = become(s);
            _exit(127);
        }
    }
    failed->error = errno;
    _exit(127);
}

pid_t spawn(const struct spawn *s, struct failure *failure) {
    volatile struct failure failed = {0, NULL};
    pid_t pid = vfork();
    if (pid == 0) child(s, &failed);
    if (pid < 0) {
        failed.error = errno;
        failed.stage = "fork";
    }
    failure->error = failed.error;
    failure->stage = failed.stage;
    return failed.error ? -1 : pid; // a child that failed is reaped like any other
}
