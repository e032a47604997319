#pragma once
#include <errno.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/uio.h>

/* Copying between two processes' memory is a call of Linux alone, and its declaration is hidden from Swift. Elsewhere it
   fails as unsupported, and a machine's memory is then stored by QEMU itself. */
#if defined(__linux__)
extern ssize_t process_vm_readv(pid_t, const struct iovec *, unsigned long, const struct iovec *, unsigned long, unsigned long);
extern ssize_t process_vm_writev(pid_t, const struct iovec *, unsigned long, const struct iovec *, unsigned long, unsigned long);
#endif

static inline ssize_t godhand_process_read(
    pid_t pid, const struct iovec *local, unsigned long local_count, const struct iovec *remote, unsigned long remote_count) {
#if defined(__linux__)
    return process_vm_readv(pid, local, local_count, remote, remote_count, 0);
#else
    (void)pid, (void)local, (void)local_count, (void)remote, (void)remote_count;
    errno = ENOTSUP;
    return -1;
#endif
}

static inline ssize_t godhand_process_write(
    pid_t pid, const struct iovec *local, unsigned long local_count, const struct iovec *remote, unsigned long remote_count) {
#if defined(__linux__)
    return process_vm_writev(pid, local, local_count, remote, remote_count, 0);
#else
    (void)pid, (void)local, (void)local_count, (void)remote, (void)remote_count;
    errno = ENOTSUP;
    return -1;
#endif
}
