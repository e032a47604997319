// What only Linux can do with another process's memory. Elsewhere each call fails as unsupported.
#pragma once

// The lists are arrays of `struct iovec`; the header of that type is left out, since a module that includes it would be
// taken for its owner.
long godhand_process_read(
    int pid, const void *local, unsigned long local_count, const void *remote, unsigned long remote_count);
long godhand_process_write(
    int pid, const void *local, unsigned long local_count, const void *remote, unsigned long remote_count);

/// Lets a process map a file privately in place of what it has at an address.
///
/// The call is made by the process itself: its main thread is stopped where it waits in a system call, makes this one,
/// and goes on waiting.
///
/// @param descriptor A number that the file has in that process.
/// @return 0, or a negative error number: ENOSYS where it cannot be done, EAGAIN if the thread did not come to wait.
int godhand_process_map(int pid, unsigned long address, unsigned long size, int descriptor);
