#pragma once
#include <stdint.h>
#include <time.h>

/* The processor's counter can only be read by an instruction. Elsewhere than on x86 this answers false. */
static inline _Bool godhand_counter_read(uint64_t *count, uint64_t *nanoseconds) {
#if defined(__x86_64__)
    /* Both at one moment, as well as can be: of some tries the one that took the shortest time. */
    uint64_t best = UINT64_MAX;
    for (int i = 0; i < 20; i++) {
        struct timespec before, after;
        clock_gettime(CLOCK_MONOTONIC_RAW, &before);
        uint64_t now = __builtin_ia32_rdtsc();
        clock_gettime(CLOCK_MONOTONIC_RAW, &after);
        uint64_t then = (uint64_t)before.tv_sec * 1000000000 + (uint64_t)before.tv_nsec;
        uint64_t took = (uint64_t)after.tv_sec * 1000000000 + (uint64_t)after.tv_nsec - then;
        if (took >= best) continue;
        best = took;
        *count = now;
        *nanoseconds = then + took / 2;
    }
    return 1;
#else
    (void)count, (void)nanoseconds;
    return 0;
#endif
}
