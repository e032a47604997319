// Puts the place in order before anything starts. A container may come from a committed file system: then locks and
// sockets of processes that no longer exist lie about, and its identity is somebody else's.
#include "guest.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *or_default(const char *name, const char *value) {
    setenv(name, value, 0);
    return getenv(name);
}

// Removes what is in a directory, not the directory; never follows a link.
static void empty(int parent, const char *name, int depth) {
    int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *d = fd >= 0 ? fdopendir(fd) : NULL;
    if (!d) {
        if (fd >= 0) close(fd);
        return;
    }
    for (struct dirent *e; (e = readdir(d));) {
        if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, "..")) continue;
        if (unlinkat(fd, e->d_name, 0) == 0 || depth == 0) continue;
        empty(fd, e->d_name, depth - 1);
        unlinkat(fd, e->d_name, AT_REMOVEDIR);
    }
    closedir(d);
}

static void clean_x(void) {
    DIR *d = opendir("/tmp");
    for (struct dirent *e; d && (e = readdir(d));)
        if (!strncmp(e->d_name, ".X", 2) && strstr(e->d_name, "-lock")) unlinkat(dirfd(d), e->d_name, 0);
    if (d) closedir(d);
    empty(AT_FDCWD, "/tmp/.X11-unix", 0);
    empty(AT_FDCWD, "/tmp/.ICE-unix", 0);
    mkdir("/tmp/.X11-unix", 01777);
    chmod("/tmp/.X11-unix", 01777);
}

// Firefox asks whether to start without its profile when it finds the lock of another machine's process.
static void clean_firefox(const char *home) {
    static const char *const places[] = {".config/mozilla/firefox", ".mozilla/firefox"}, *const locks[] = {"lock", ".parentlock"};
    for (int place = 0; place < 2; place++) {
        char path[4096];
        snprintf(path, sizeof path, "%s/%s", home, places[place]);
        DIR *d = opendir(path);
        for (struct dirent *e; d && (e = readdir(d));) {
            if (e->d_name[0] == '.') continue;
            for (int i = 0; i < 2; i++) {
                snprintf(path, sizeof path, "%.255s/%s", e->d_name, locks[i]);
                unlinkat(dirfd(d), path, 0);
            }
        }
        if (d) closedir(d);
    }
}

// /etc/machine-id is a link to this file, so each life gets an id of its own even when / is read-only.
static void new_machine_id(void) {
    static const char path[] = "/tmp/.machine-id";
    uint8_t random[16];
    char text[34];
    if (getrandom(random, sizeof random, 0) != sizeof random) return;
    random[6] = (random[6] & 0x0f) | 0x40, random[8] = (random[8] & 0x3f) | 0x80; // a version 4 UUID, as systemd makes
    for (int i = 0; i < 16; i++) sprintf(text + 2 * i, "%02x", random[i]);
    text[32] = '\n';
    unlink(path);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0444);
    if (fd < 0) return;
    if (write(fd, text, 33) != 33) say("cannot write %s\n", path);
    close(fd);
}

static bool own_directory(const char *path) {
    struct stat s;
    mkdir(path, 0700);
    return lstat(path, &s) == 0 && S_ISDIR(s.st_mode) && s.st_uid == getuid() && chmod(path, 0700) == 0;
}

void house_environment(void) {
    or_default("PATH", "/usr/local/bin:/usr/bin:/bin");
    or_default("HOME", "/home/user");
    or_default("LOGNAME", or_default("USER", "user"));
    or_default("SHELL", "/bin/bash");
    or_default("LANG", "C.UTF-8");
    if (getenv("GODHAND_SCREEN")) or_default("DISPLAY", ":0");
    if (!getenv("XDG_RUNTIME_DIR")) {
        char path[64];
        mkdir("/run/user", 0755);
        snprintf(path, sizeof path, "/run/user/%u", getuid());
        if (!own_directory(path)) {
            snprintf(path, sizeof path, "/tmp/runtime-%u", getuid());
            if (!own_directory(path)) say("no runtime directory of our own: error %d\n", errno);
        }
        setenv("XDG_RUNTIME_DIR", path, 1);
    }
    char bus[4128];
    snprintf(bus, sizeof bus, "unix:path=%.4000s/bus", getenv("XDG_RUNTIME_DIR"));
    or_default("DBUS_SESSION_BUS_ADDRESS", bus);
}

void house_clean(void) {
    empty(AT_FDCWD, getenv("XDG_RUNTIME_DIR"), 8);
    clean_x();
    clean_firefox(getenv("HOME"));
    new_machine_id();
}
