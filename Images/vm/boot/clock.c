// Watches that the clock goes as fast as time does. While QEMU emulates on a busy host, the kernel's measurement of the
// processor's counter can be wrong by any factor, and then all clocks are. The host can spare it the measurement by
// tsc_early_khz on the kernel's command line; where it did not, the power management timer, which QEMU gives the true
// rate, takes the counter's place: slower to read, but right.
#include "boot.h"

#include <fcntl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#if defined __x86_64__
#include <sys/io.h>

enum { PORT = 0x608, RATE = 3579545, MASK = 0xffffff };
static const char source[] = "/sys/devices/system/clocksource/clocksource0/current_clocksource";
static double time_then;
static unsigned ticks_then;

static double seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC_RAW, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

// Both at one moment, as well as can be: an emulated processor may stand still in between.
static void sample(double *time, unsigned *ticks) {
    double best = 1e9;
    for (int i = 0; i < 20; i++) {
        double before = seconds();
        unsigned now = inl(PORT) & MASK;
        double took = seconds() - before;
        if (took < best) best = took, *time = before + took / 2, *ticks = now;
    }
}

static bool counts(void) {
    char name[16] = "";
    int fd = open(source, O_RDONLY | O_CLOEXEC);
    bool it = fd >= 0 && read(fd, name, sizeof name - 1) > 0 && strncmp(name, "tsc", 3) == 0;
    if (fd >= 0) close(fd);
    return it;
}

int clock_begin(void) {
    if (!counts() || ioperm(PORT, 4, 1) != 0) return -1;
    sample(&time_then, &ticks_then);
    return 1000; // the timer begins anew after 4.7 seconds, and a clock that is four times too slow still sees that
}

void clock_end(void) {
    double time;
    unsigned ticks;
    sample(&time, &ticks);
    ioperm(PORT, 4, 0);
    double truth = (double)((ticks - ticks_then) & MASK) / RATE, rate = truth > 0 ? (time - time_then) / truth : 1;
    if (rate > 0.99 && rate < 1.01) return;
    say("the clock goes %.3f times as fast as time: taking another\n", rate);
    int fd = open(source, O_WRONLY | O_CLOEXEC);
    if (fd < 0 || write(fd, "acpi_pm", 7) != 7) say("there is no other\n");
    if (fd >= 0) close(fd);
}
#else
int clock_begin(void) { return -1; }
void clock_end(void) {}
#endif
