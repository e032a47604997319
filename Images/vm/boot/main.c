#include "boot.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void log_open(void) {
    int fd = open("/dev/kmsg", O_WRONLY | O_CLOEXEC);
    if (fd < 0) return;
    dup2(fd, 1);
    dup2(fd, 2);
    if (fd > 2) close(fd);
}

int main(int count, char **arguments) {
    (void)count;
    umask(022);
    if (strcmp(arguments[0], "/init") == 0) {
        root_find();
        char *next[] = {"/usr/lib/godhand/boot", NULL};
        execv(next[0], next);
        say("no %s on the disk\n", next[0]);
        return 1;
    }
    log_open();
    clearenv();
    setenv("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", 1);
    setenv("LANG", "C.UTF-8", 1);
    chdir("/");
    system_mount();
    system_name();
    system_inputs();
    system_ports();
    services_run();
}
