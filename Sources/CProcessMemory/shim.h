#pragma once

/* Copying between two processes' memory is a call of Linux alone, and its declaration is hidden from Swift. Elsewhere it
   fails as unsupported. The lists are arrays of `struct iovec`; the header of that type is left out, since a module that
   includes it would be taken for its owner. */
#if defined(__linux__)
extern long process_vm_readv(int, const void *, unsigned long, const void *, unsigned long, unsigned long);
extern long process_vm_writev(int, const void *, unsigned long, const void *, unsigned long, unsigned long);
#endif

static inline long godhand_process_read(
    int pid, const void *local, unsigned long local_count, const void *remote, unsigned long remote_count) {
#if defined(__linux__)
    return process_vm_readv(pid, local, local_count, remote, remote_count, 0);
#else
    (void)pid, (void)local, (void)local_count, (void)remote, (void)remote_count;
    return -1;
#endif
}

static inline long godhand_process_write(
    int pid, const void *local, unsigned long local_count, const void *remote, unsigned long remote_count) {
#if defined(__linux__)
    return process_vm_writev(pid, local, local_count, remote, remote_count, 0);
#else
    (void)pid, (void)local, (void)local_count, (void)remote, (void)remote_count;
    return -1;
#endif
}
