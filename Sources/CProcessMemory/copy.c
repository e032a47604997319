#define _GNU_SOURCE
#include "CProcessMemory.h"

#include <errno.h>

#if defined(__linux__)
#include <sys/uio.h>

long godhand_process_read(int pid, const void *local, unsigned long local_count, const void *remote, unsigned long remote_count) {
    return process_vm_readv(pid, local, local_count, remote, remote_count, 0);
}

long godhand_process_write(int pid, const void *local, unsigned long local_count, const void *remote, unsigned long remote_count) {
    return process_vm_writev(pid, local, local_count, remote, remote_count, 0);
}
#else
long godhand_process_read(int pid, const void *local, unsigned long local_count, const void *remote, unsigned long remote_count) {
    (void)pid, (void)local, (void)local_count, (void)remote, (void)remote_count;
    errno = ENOSYS;
    return -1;
}

long godhand_process_write(int pid, const void *local, unsigned long local_count, const void *remote, unsigned long remote_count) {
    return godhand_process_read(pid, local, local_count, remote, remote_count);
}
#endif
