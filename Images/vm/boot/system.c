// What a system needs before its first program: kernel file systems, names, the ports to the host.
#include "boot.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static void mounted(const char *type, const char *where, unsigned long flags, const char *options) {
    mkdir(where, 0755);
    if (mount(type, where, type, flags, options) != 0) say("%s: error %d\n", where, errno);
}

static void directory(const char *path, mode_t mode, uid_t owner) {
    mkdir(path, mode);
    chmod(path, mode);
    if (owner && chown(path, owner, owner) != 0) say("%s: error %d\n", path, errno);
}

void system_mount(void) {
    const unsigned long plain = MS_NOSUID | MS_NODEV | MS_NOEXEC;
    mounted("proc", "/proc", plain, "");
    mounted("sysfs", "/sys", plain, "");
    mounted("devpts", "/dev/pts", MS_NOSUID | MS_NOEXEC, "gid=5,mode=620,ptmxmode=666");
    mounted("tmpfs", "/dev/shm", MS_NOSUID | MS_NODEV, "mode=1777");
    mounted("tmpfs", "/run", MS_NOSUID | MS_NODEV, "mode=0755,size=20%");
    mounted("tmpfs", "/tmp", MS_NOSUID | MS_NODEV, "mode=1777,size=50%");
    static const char *const links[][2] = {
        {"/proc/self/fd", "/dev/fd"}, {"/proc/self/fd/0", "/dev/stdin"}, {"/proc/self/fd/1", "/dev/stdout"}, {"/proc/self/fd/2", "/dev/stderr"}};
    for (size_t i = 0; i < sizeof links / sizeof *links; i++)
        if (symlink(links[i][0], links[i][1]) != 0 && errno != EEXIST) say("%s: error %d\n", links[i][1], errno);
    directory("/run/lock", 01777, 0);
    directory("/run/user", 0755, 0);
    directory("/run/user/1000", 0700, USER);
    directory("/run/godhand", 0700, USER); // where the port's program listens and init dials
    directory("/tmp/.X11-unix", 01777, 0);
    directory("/tmp/.ICE-unix", 01777, 0);
    // Programs that know of control groups, and those that make sandboxes of their own, find what they expect.
    mounted("cgroup2", "/sys/fs/cgroup", plain, "");
    directory(PROGRAMS, 0755, 0);
    // The port's program, which runs as the user, holds them and lets them go.
    if (chown(PROGRAMS "/cgroup.freeze", USER, USER) != 0) say("programs cannot be held: error %d\n", errno);
    static const char *const settings[][2] = {
        {"/proc/sys/kernel/printk", "3 3 1 3"}, // what goes wrong later is in the log, not on the console
        {"/proc/sys/vm/swappiness", "0"},
        // A machine that idles writes nothing for a while, so that a snapshot has little to catch up with.
        {"/proc/sys/vm/dirty_writeback_centisecs", "1500"},
        {"/proc/sys/vm/stat_interval", "120"}};
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
        int fd = open(settings[i][0], O_WRONLY | O_CLOEXEC);
        if (fd < 0 || write(fd, settings[i][1], strlen(settings[i][1])) < 0) say("%s: error %d\n", settings[i][0], errno);
        if (fd >= 0) close(fd);
    }
}

// /etc/machine-id is a link to this file: each life of a disk is a machine of its own.
static void machine_id(void) {
    unsigned char random[16];
    char text[34];
    if (getrandom(random, sizeof random, 0) != sizeof random) return;
    random[6] = (random[6] & 0x0f) | 0x40, random[8] = (random[8] & 0x3f) | 0x80;
    for (int i = 0; i < 16; i++) sprintf(text + 2 * i, "%02x", random[i]);
    text[32] = '\n';
    int fd = open("/tmp/.machine-id", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0444);
    if (fd < 0 || write(fd, text, 33) != 33) say("no machine id: error %d\n", errno);
    if (fd >= 0) close(fd);
}

void system_name(void) {
    char name[65] = "godhand";
    FILE *f = fopen("/etc/hostname", "re");
    if (f && fgets(name, sizeof name, f)) name[strcspn(name, "\n")] = 0;
    if (f) fclose(f);
    if (sethostname(name, strlen(name)) != 0) say("host name: error %d\n", errno);
    machine_id();
    struct ifreq loopback = {.ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING};
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || ioctl(fd, SIOCSIFFLAGS, &loopback) != 0) say("loopback: error %d\n", errno);
    if (fd >= 0) close(fd);
}

// The devices that the X server's settings name, by what the machine calls them.
void system_inputs(void) {
    for (int n = 0; n < 32; n++) {
        char path[64], name[128] = "";
        snprintf(path, sizeof path, "/sys/class/input/event%d/device/name", n);
        FILE *f = fopen(path, "re");
        if (!f) continue;
        if (!fgets(name, sizeof name, f)) *name = 0;
        fclose(f);
        const char *link = strstr(name, "Tablet") ? "/dev/input/pointer" : strstr(name, "eyboard") ? "/dev/input/keyboard" : NULL;
        snprintf(path, sizeof path, "event%d", n);
        if (link && symlink(path, link) != 0 && errno != EEXIST) say("%s: error %d\n", link, errno);
    }
}

// What udev would do: /dev/virtio-ports has the ports by name. Ours belongs to the user whom its program runs as.
void system_ports(void) {
    DIR *d = opendir("/sys/class/virtio-ports");
    mkdir("/dev/virtio-ports", 0755);
    for (struct dirent *e; d && (e = readdir(d));) {
        char path[300], name[64] = "", device[300], link[96];
        if (e->d_name[0] == '.') continue;
        snprintf(path, sizeof path, "/sys/class/virtio-ports/%s/name", e->d_name);
        FILE *f = fopen(path, "re");
        if (f && fgets(name, sizeof name, f)) name[strcspn(name, "\n")] = 0;
        if (f) fclose(f);
        if (!*name || strchr(name, '/')) continue;
        snprintf(device, sizeof device, "/dev/%s", e->d_name);
        snprintf(link, sizeof link, "/dev/virtio-ports/%s", name);
        if (symlink(device, link) != 0) say("%s: error %d\n", link, errno);
        if (strcmp(name, "dev.godhand.guest.0") == 0 && chown(device, USER, USER) != 0) say("%s: error %d\n", device, errno);
    }
    if (d) closedir(d);
}
