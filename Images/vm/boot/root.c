// In the initial memory file system: /init is this program, /modules has the drivers. /modules/bus, /modules/disk and
// /modules/rest list them in the order in which they need each other, each with its settings. After the bus, two
// processors load the other lists side by side.
#include "boot.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void load(const char *list) {
    FILE *f = fopen(list, "re");
    char name[128];
    while (f && fgets(name, sizeof name, f)) {
        char path[160];
        name[strcspn(name, "\n")] = 0;
        char *settings = name + strcspn(name, " ");
        if (*settings) *settings++ = 0;
        snprintf(path, sizeof path, "/modules/%s", name);
        int fd = open(path, O_RDONLY | O_CLOEXEC);
        if (fd < 0 || (syscall(SYS_finit_module, fd, settings, 0) != 0 && errno != EEXIST && errno != ENODEV))
            say("%s: error %d\n", path, errno);
        if (fd >= 0) close(fd);
        unlink(path); // the memory that it takes
    }
    if (f) fclose(f);
}

// Drivers look for their devices while they are loaded, so this returns at once where that worked.
static void wait_for(const char *device) {
    int fd = inotify_init1(IN_CLOEXEC);
    if (fd >= 0) inotify_add_watch(fd, "/dev", IN_CREATE);
    while (access(device, F_OK) != 0) {
        struct pollfd p = {.fd = fd, .events = POLLIN};
        char event[4096];
        if (poll(&p, 1, 30000) != 1 || read(fd, event, sizeof event) <= 0) {
            say("no disk %s\n", device);
            exit(1);
        }
    }
    if (fd >= 0) close(fd);
}

void root_find(void) {
    mkdir("/dev", 0755);
    mount("dev", "/dev", "devtmpfs", MS_NOSUID, "mode=0755");
    log_open();
    int disk_done[2];
    if (pipe2(disk_done, O_CLOEXEC) != 0) exit(1);
    pid_t rest = fork();
    if (rest == 0) {
        // The bus first, which both lists need; then the two run side by side.
        char end;
        close(disk_done[1]);
        if (read(disk_done[0], &end, 1) < 0) _exit(1);
        load("/modules/rest");
        _exit(0);
    }
    load("/modules/bus");
    close(disk_done[0]);
    close(disk_done[1]);
    load("/modules/disk");
    wait_for("/dev/vda");
    mkdir("/disk", 0755);
    if (mount("/dev/vda", "/disk", "ext4", MS_NOATIME, "") != 0) {
        say("the disk cannot be mounted: error %d\n", errno);
        exit(1);
    }
    if (rest > 0) waitpid(rest, NULL, 0);
    unlink("/init");
    if (mount("/dev", "/disk/dev", NULL, MS_MOVE, NULL) != 0 || chdir("/disk") != 0 ||
        mount(".", "/", NULL, MS_MOVE, NULL) != 0 || chroot(".") != 0 || chdir("/") != 0) {
        say("the disk cannot become the root: error %d\n", errno);
        exit(1);
    }
}
