// Lets the desktop's programs stand still while the machine is copied. They are all in one control group, and we are not.
#include "port.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static int freezer = -1, state = -1;
static bool asked, still;

static void set(const char *value) {
    if (freezer >= 0 && write(freezer, value, 1) != 1) say("programs: error %d\n", errno);
}

static int file(const char *group, const char *name, int flags) {
    char path[256];
    snprintf(path, sizeof path, "%.200s/%s", group, name);
    return open(path, flags | O_CLOEXEC);
}

void programs_open(const char *group) {
    if (!group) return;
    freezer = file(group, "cgroup.freeze", O_WRONLY);
    state = file(group, "cgroup.events", O_RDONLY);
    if (freezer < 0 || state < 0 || !watch(state, TAG_PROGRAMS, false, false)) say("programs cannot be held: error %d\n", errno);
    set("0"); // the last one of us may have died while they stood still
}

// Each change of the file is an event, and reading it makes the next one possible.
void programs_event(void) {
    char text[128] = "";
    if (state < 0 || pread(state, text, sizeof text - 1, 0) <= 0) return;
    still = asked && strstr(text, "frozen 1");
}

void programs_hold(void) {
    asked = true;
    set("1");
    if (state < 0 || freezer < 0) still = true; // there is nothing that could be held
    else programs_event();
}

void programs_go(void) {
    asked = still = false;
    set("0");
}

void programs_forget(void) { asked = still = false; }

bool programs_speak(void) {
    if (!still || !wire_room()) return false;
    wire_add('H', 0, 0);
    asked = still = false;
    return true;
}
