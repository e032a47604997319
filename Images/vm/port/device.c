// Opens the port and the socket.
#include "port.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static const char name[] = "dev.godhand.guest.0";

// The kernel tells the names of ports without help by udev, which may not run yet, or not at all.
static int device_find(void) {
    static const char places[] = "/sys/class/virtio-ports";
    DIR *d = opendir(places);
    int found = -ENOENT;
    for (struct dirent *e; d && found == -ENOENT && (e = readdir(d));) {
        char path[512], text[sizeof name + 1] = "";
        snprintf(path, sizeof path, "%s/%.200s/name", places, e->d_name);
        int fd = open(path, O_RDONLY | O_CLOEXEC);
        if (fd < 0) continue;
        ssize_t size = read(fd, text, sizeof text);
        close(fd);
        if (size < (ssize_t)sizeof name - 1 || strncmp(text, name, sizeof name - 1) != 0) continue;
        if (size == sizeof text || (size == sizeof name && text[size - 1] != '\n')) continue;
        snprintf(path, sizeof path, "/dev/%.200s", e->d_name);
        int device = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
        found = device >= 0 ? device : -errno;
    }
    if (d) closedir(d);
    return found;
}

// Waits for the port: the driver may be loaded after us. Each event is a reason to look again.
static int device_await(void) {
    struct sockaddr_nl from = {.nl_family = AF_NETLINK, .nl_groups = 1};
    int events = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_KOBJECT_UEVENT);
    if (events < 0 || bind(events, (struct sockaddr *)&from, sizeof from) != 0) {
        if (events >= 0) close(events);
        return device_find();
    }
    int device;
    char text[4096];
    // ENOENT also while the device's node is not made yet; ENXIO before the driver is ready.
    while ((device = device_find()) == -ENOENT || device == -ENXIO || device == -ENODEV)
        if (recv(events, text, sizeof text, 0) < 0 && errno != EINTR && errno != ENOBUFS) break;
    close(events);
    return device;
}

int device_open(const char *path) {
    int fd;
    if (!path) {
        fd = device_await();
    } else if (!strcmp(path, "-")) {
        fd = fcntl(0, F_SETFL, fcntl(0, F_GETFL) | O_NONBLOCK) == 0 ? 0 : -errno;
    } else {
        fd = open(path, O_RDWR | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
        if (fd < 0) fd = -errno;
    }
    if (fd < 0) say("cannot open %s: %s\n", path ? path : name, strerror(-fd));
    return fd;
}

int listener_open(const char *path, int owner, bool *again) {
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    bool done = fd >= 0 && strlen(path) < sizeof at.sun_path;
    if (done) {
        memcpy(at.sun_path, path, strlen(path));
        *again = unlink(path) == 0;
        mode_t before = umask(0177);
        done = bind(fd, (struct sockaddr *)&at, sizeof at) == 0;
        umask(before);
        done = done && (owner < 0 || chown(path, (uid_t)owner, (gid_t)-1) == 0) && listen(fd, STREAMS) == 0;
    }
    if (done) return fd;
    say("cannot listen on %s: %s\n", path, strerror(errno));
    if (fd >= 0) close(fd);
    return -1;
}
