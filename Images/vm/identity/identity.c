// Makes another machine of this one, after it was copied while it ran: a name, ids, time and randomness of its own.
// Usage: identity HOSTNAME MACHINE-ID MAC|- UNIX-TIME-NS, with at least 64 fresh random bytes on standard input.
// Set-uid root, since the host's commands run as the desktop's user; so it believes nothing that it has not looked at.
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/random.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { ENTROPY_LEAST = 64, ENTROPY_MOST = 512 };
static int failures;

static void failed(const char *what) {
    fprintf(stderr, "identity: %s: %s\n", what, strerror(errno));
    failures++;
}

// A whole new file in place of an old one, which whoever has it open keeps.
static void replace(const char *path, mode_t mode, const void *bytes, size_t size) {
    char beside[256];
    snprintf(beside, sizeof beside, "%s.new", path);
    unlink(beside);
    int fd = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
    if (fd < 0) return failed(path);
    bool written = write(fd, bytes, size) == (ssize_t)size && fchmod(fd, mode) == 0;
    if (close(fd) != 0 || !written || rename(beside, path) != 0) {
        failed(path);
        unlink(beside);
    }
}

static void reseed(const unsigned char *fresh, size_t size) {
    struct {
        struct rand_pool_info head;
        unsigned char bytes[ENTROPY_MOST];
    } pool = {.head = {.entropy_count = (int)(8 * size), .buf_size = (int)size}};
    memcpy(pool.bytes, fresh, size);
    int fd = open("/dev/urandom", O_RDWR | O_CLOEXEC);
    if (fd < 0 || ioctl(fd, RNDADDENTROPY, &pool) != 0 || ioctl(fd, RNDRESEEDCRNG) != 0) failed("randomness");
    if (fd >= 0) close(fd);
    explicit_bzero(&pool, sizeof pool);
    unsigned char seed[ENTROPY_MOST];
    if (getrandom(seed, sizeof seed, 0) == sizeof seed) replace("/var/lib/godhand/random-seed", 0600, seed, sizeof seed);
}

static void set_name(const char *name) {
    if (sethostname(name, strlen(name)) != 0) failed("host name");
    char line[80];
    snprintf(line, sizeof line, "%s\n", name);
    replace("/etc/hostname", 0644, line, strlen(line));
    // Programs look their own name up; without an answer here they ask a network that may not be there.
    char hosts[16384];
    size_t used = (size_t)snprintf(hosts, sizeof hosts, "127.0.1.1 %s\n", name);
    FILE *f = fopen("/etc/hosts", "re");
    for (char old[1024]; f && fgets(old, sizeof old, f);)
        if (strncmp(old, "127.0.1.1", 9) != 0 && used + strlen(old) < sizeof hosts) used += (size_t)sprintf(hosts + used, "%s", old);
    if (f) fclose(f);
    replace("/etc/hosts", 0644, hosts, used);
}

static void set_clock(long long ns) {
    struct timespec t = {ns / 1000000000, ns % 1000000000};
    if (clock_settime(CLOCK_REALTIME, &t) != 0) failed("clock");
}

static pid_t runs(const char *name) {
    DIR *d = opendir("/proc");
    pid_t found = 0;
    for (struct dirent *e; d && !found && (e = readdir(d));) {
        char path[300], command[64] = "";
        if (!isdigit((unsigned char)e->d_name[0])) continue;
        snprintf(path, sizeof path, "/proc/%s/comm", e->d_name);
        FILE *f = fopen(path, "re");
        if (f && fgets(command, sizeof command, f) && strncmp(command, name, strlen(name)) == 0) found = atoi(e->d_name);
        if (f) fclose(f);
    }
    if (d) closedir(d);
    return found;
}

// With another address of the card, the network's address is another's too: process 1 starts the client again.
static void set_mac(const unsigned char *mac) {
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    struct ifreq card = {.ifr_name = "eth0"};
    if (fd < 0 || ioctl(fd, SIOCGIFFLAGS, &card) != 0) {
        if (fd >= 0) close(fd);
        return; // no card
    }
    struct ifreq down = card, address = {.ifr_name = "eth0", .ifr_hwaddr = {.sa_family = ARPHRD_ETHER}};
    down.ifr_flags &= (short)~IFF_UP;
    card.ifr_flags |= IFF_UP;
    memcpy(address.ifr_hwaddr.sa_data, mac, 6);
    if (ioctl(fd, SIOCSIFFLAGS, &down) != 0 || ioctl(fd, SIOCSIFHWADDR, &address) != 0 || ioctl(fd, SIOCSIFFLAGS, &card) != 0)
        failed("network card");
    close(fd);
    pid_t client = runs("udhcpc");
    if (client > 0) kill(client, SIGKILL);
}

static void remove_keys(void) {
    DIR *d = opendir("/etc/ssh");
    for (struct dirent *e; d && (e = readdir(d));)
        if (strncmp(e->d_name, "ssh_host_", 9) == 0 && unlinkat(dirfd(d), e->d_name, 0) != 0) failed(e->d_name);
    if (d) closedir(d);
}

static bool name_is_good(const char *name) {
    size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-");
    return n > 0 && n < 64 && !name[n] && name[0] != '-' && name[n - 1] != '-';
}

static bool mac_parse(const char *text, unsigned char *mac) {
    int used = 0;
    return sscanf(text, "%2hhx:%2hhx:%2hhx:%2hhx:%2hhx:%2hhx%n", mac, mac + 1, mac + 2, mac + 3, mac + 4, mac + 5, &used) == 6 &&
           used == 17 && !text[17] && !(mac[0] & 1);
}

int main(int count, char **arguments) {
    unsigned char mac[6], fresh[ENTROPY_MOST];
    char *end = NULL;
    long long ns = count == 5 ? strtoll(arguments[4], &end, 10) : 0;
    bool card = count == 5 && strcmp(arguments[3], "-") != 0;
    if (count != 5 || !name_is_good(arguments[1]) || strspn(arguments[2], "0123456789abcdef") != 32 || arguments[2][32] ||
        (card && !mac_parse(arguments[3], mac)) || *end || ns <= 0) {
        fprintf(stderr, "usage: identity HOSTNAME MACHINE-ID MAC|- UNIX-TIME-NS <RANDOM\n");
        return 64;
    }
    set_clock(ns); // first: it is getting later
    size_t have = 0;
    for (ssize_t n; have < sizeof fresh && (n = read(0, fresh + have, sizeof fresh - have)) > 0;) have += (size_t)n;
    if (have < ENTROPY_LEAST) {
        fprintf(stderr, "identity: %zu random bytes are too few\n", have);
        return 65;
    }
    umask(022);
    reseed(fresh, have);
    explicit_bzero(fresh, sizeof fresh);
    set_name(arguments[1]);
    char id[34];
    snprintf(id, sizeof id, "%s\n", arguments[2]);
    replace("/tmp/.machine-id", 0444, id, 33); // what /etc/machine-id and the message bus's id are links to
    if (card) set_mac(mac);
    remove_keys();
    return failures ? 1 : 0;
}
