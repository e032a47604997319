#define _GNU_SOURCE
#include "CProcessMemory.h"

#include <errno.h>

#if defined(__linux__) && defined(__x86_64__)
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>

enum { ATTEMPTS = 1000, SYSCALL = 0x050f };

// Waits for the thread to stop. A signal that comes for it meanwhile is kept for later: it would go off into a handler, with
// the registers that it has then. Its end, should it come, is left to those whose child it is.
static int wait_for(int pid, int wanted, enum __ptrace_request otherwise, long *signal) {
    for (;;) {
        siginfo_t info = {0};
        if (waitid(P_PID, (id_t)pid, &info, WSTOPPED | WEXITED | WNOWAIT | __WALL) != 0) {
            if (errno == EINTR) continue;
            return -errno;
        }
        if (info.si_code != CLD_TRAPPED && info.si_code != CLD_STOPPED) return -ESRCH;
        if (info.si_status == wanted) return 0;
        if (info.si_status < 256) *signal = info.si_status;
        if (ptrace(otherwise, pid, NULL, NULL) != 0) return -errno;
    }
}

static int stop(int pid, long *signal) {
    if (ptrace(PTRACE_INTERRUPT, pid, NULL, NULL) != 0) return -errno;
    return wait_for(pid, SIGTRAP | PTRACE_EVENT_STOP << 8, PTRACE_CONT, signal);
}

// Whether the thread stands right behind the instruction by which it entered the kernel, which then serves us too: nothing
// is written into the program, which other threads run.
static bool is_in_call(int pid, const struct user_regs_struct *registers) {
    errno = 0;
    long code = ptrace(PTRACE_PEEKTEXT, pid, (void *)(registers->rip - 2), NULL);
    return (long)registers->orig_rax >= 0 && errno == 0 && (code & 0xffff) == SYSCALL;
}

static int map(int pid, unsigned long address, unsigned long size, int descriptor, long *signal) {
    struct user_regs_struct saved, changed;
    int error = stop(pid, signal);
    for (int i = 0; !error; i++) {
        if (ptrace(PTRACE_GETREGS, pid, NULL, &saved) != 0) return -errno;
        if (is_in_call(pid, &saved)) break;
        if (i == ATTEMPTS) return -EAGAIN;
        if (ptrace(PTRACE_CONT, pid, NULL, NULL) != 0) return -errno;
        sched_yield();
        error = stop(pid, signal);
    }
    if (error) return error;
    changed = saved;
    changed.rip -= 2;
    // No call is to be taken up again before this one.
    changed.orig_rax = (unsigned long long)-1;
    changed.rax = SYS_mmap;
    changed.rdi = address;
    changed.rsi = size;
    changed.rdx = PROT_READ | PROT_WRITE;
    changed.r10 = MAP_PRIVATE | MAP_FIXED | MAP_NORESERVE;
    changed.r8 = (unsigned long long)descriptor;
    changed.r9 = 0;
    if (ptrace(PTRACE_SETREGS, pid, NULL, &changed) != 0) return -errno;
    error = ptrace(PTRACE_SINGLESTEP, pid, NULL, NULL) != 0 ? -errno : wait_for(pid, SIGTRAP, PTRACE_SINGLESTEP, signal);
    if (!error && ptrace(PTRACE_GETREGS, pid, NULL, &changed) != 0) error = -errno;
    // It goes on as if it had only been interrupted, which the kernel hides from it.
    if (ptrace(PTRACE_SETREGS, pid, NULL, &saved) != 0 && !error) error = -errno;
    if (error) return error;
    return changed.rax == address ? 0 : (int)(long)changed.rax;
}

int godhand_process_map(int pid, unsigned long address, unsigned long size, int descriptor) {
    if (ptrace(PTRACE_SEIZE, pid, NULL, NULL) != 0) return -errno;
    long signal = 0;
    int error = map(pid, address, size, descriptor, &signal);
    ptrace(PTRACE_DETACH, pid, NULL, (void *)signal);
    return error;
}
#else
int godhand_process_map(int pid, unsigned long address, unsigned long size, int descriptor) {
    (void)pid, (void)address, (void)size, (void)descriptor;
    return -ENOSYS;
}
#endif
