// Process 1 of a virtual machine, first in the initial memory file system, then on its disk. See Documentation/VMImage.md.
#ifndef BOOT_H
#define BOOT_H

#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>

// To the kernel's log, as an error, so that it shows on the console of a quiet kernel too.
#define say(...) (dprintf(2, "<3>godhand: " __VA_ARGS__))

enum { USER = 1000 };
#define PROGRAMS "/sys/fs/cgroup/programs" // the control group of all that stands still while the machine is copied

void log_open(void);
void root_find(void);     // root.c: loads the drivers and makes the disk the root; returns on the disk
void system_mount(void); // system.c: kernel file systems, directories
void system_name(void);   // host name, loopback, the machine's id
void system_inputs(void); // keyboard and pointer
void system_ports(void);  // the names of the ports to the host
int clock_begin(void);    // clock.c: begins to measure the clock; after how many milliseconds to end, or -1
void clock_end(void);
_Noreturn void services_run(void); // services.c: starts the programs, and again when they end
#endif
