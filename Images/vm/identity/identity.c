// Makes another machine of this one, after it was copied while it ran: a name, ids, time and randomness of its own.
//
// The port's program starts it once and hands it the host's messages through standard input, a socket: in a machine that
// was just copied everything runs for the first time, and a process that is there already has the least to do.
// Set-uid root, since that program runs as the desktop's user; so it believes nothing that it has not looked at.
//
// A message is "HOSTNAME MACHINE-ID MAC|- UNIX-TIME-NS", a line feed, and at least 64 random bytes. The answer is empty
// but for one byte, or says after it what failed.
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/random.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <signal.h>
#include <stdarg.h>
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
static char answer[256];
static size_t answer_size;

static void complain(const char *format, ...) {
    va_list rest;
    va_start(rest, format);
    int n = vsnprintf(answer + answer_size, sizeof answer - answer_size, format, rest);
    va_end(rest);
    size_t room = sizeof answer - 1 - answer_size;
    answer_size += n < 0 ? 0 : (size_t)n < room ? (size_t)n : room;
}

static void failed(const char *what) { complain("%s: %s. ", what, strerror(errno)); }

// A whole new file in place of an old one, which whoever has it open keeps.
static void replace(const char *path, mode_t mode, const void *bytes, size_t size) {
    char beside[256];
    snprintf(beside, sizeof beside, "%s.new", path);
    unlink(beside);
    int fd = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
    if (fd < 0) return failed(path);
    bool written = write(fd, bytes, size) == (ssize_t)size;
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
}

// What the next boot of this disk begins with.
static void store_name(const char *name) {
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

// What somebody could notice, before the host is answered.
static void become(const char *name, const char *id, const unsigned char *mac, const unsigned char *fresh, size_t size) {
    reseed(fresh, size);
    if (sethostname(name, strlen(name)) != 0) failed("host name");
    char line[34];
    snprintf(line, sizeof line, "%s\n", id);
    replace("/tmp/.machine-id", 0444, line, 33); // what /etc/machine-id and the message bus's id are links to
    if (mac) set_mac(mac);
}

static void take(char *message, size_t size) {
    char *end = memchr(message, '\n', size), *rest = NULL, *words[4] = {0};
    size_t fresh = end ? (size_t)(message + size - end - 1) : 0;
    if (end) *end = 0;
    words[0] = end ? strtok_r(message, " ", &rest) : NULL;
    for (int i = 1; i < 4 && words[i - 1]; i++) words[i] = strtok_r(NULL, " ", &rest);
    unsigned char mac[6];
    long long ns = words[3] ? strtoll(words[3], &rest, 10) : 0;
    bool card = words[3] && strcmp(words[2], "-") != 0;
    answer_size = 1;
    answer[0] = '\n';
    if (ns <= 0 || *rest || fresh < ENTROPY_LEAST || fresh > ENTROPY_MOST || !name_is_good(words[0]) ||
        strspn(words[1], "0123456789abcdef") != 32 || words[1][32] || (card && !mac_parse(words[2], mac))) {
        complain("not a message that says who this machine is");
        send(0, answer, answer_size, MSG_NOSIGNAL);
        return;
    }
    set_clock(ns); // first: it is getting later
    become(words[0], words[1], card ? mac : NULL, (unsigned char *)end + 1, fresh);
    explicit_bzero(end, fresh + 1);
    send(0, answer, answer_size, MSG_NOSIGNAL);
    store_name(words[0]);
    remove_keys();
}

int main(void) {
    umask(0);
    static char message[1024];
    for (ssize_t n; (n = recv(0, message, sizeof message, 0)) != 0;) {
        if (n > 0) take(message, (size_t)n);
        else if (errno != EINTR) return 70;
    }
    return 0;
}
