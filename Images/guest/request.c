// Takes an `X` payload apart: flags, directory, environment, arguments. It comes from the host, yet is checked to the
// last byte: a wrong length must give an error, never a wrong command.
#include "guest.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct cursor {
    uint8_t *at;
    size_t left;
};

// The next string, moved one byte down over its own length so that its end has room for the zero byte C wants.
static char *take_string(struct cursor *c) {
    if (c->left < 4) return NULL;
    size_t size = get32(c->at);
    if (c->left - 4 < size || memchr(c->at + 4, 0, size)) return NULL;
    char *text = (char *)c->at + 3;
    memmove(text, c->at + 4, size);
    text[size] = 0;
    c->at += 4 + size;
    c->left -= 4 + size;
    return text;
}

static int take_count(struct cursor *c) {
    if (c->left < 2) return -1;
    int count = c->at[0] << 8 | c->at[1];
    c->at += 2;
    c->left -= 2;
    return (size_t)count * 4 <= c->left ? count : -1;
}

static bool same_name(const char *a, const char *b) {
    size_t n = strcspn(a, "=");
    return strncmp(a, b, n) == 0 && b[n] == '=';
}

static int take_environment(struct cursor *c, struct request *r) {
    int added = take_count(c);
    if (added < 0) return EINVAL;
    size_t own = 0;
    while (environ[own]) own++;
    r->spawn.envp = calloc(own + (size_t)added + 1, sizeof(char *));
    if (!r->spawn.envp) return ENOMEM;
    memcpy(r->spawn.envp, environ, own * sizeof(char *));
    for (int i = 0; i < added; i++) {
        char *pair = take_string(c);
        if (!pair || pair[0] == '=' || !strchr(pair, '=')) return EINVAL;
        size_t slot = 0;
        while (r->spawn.envp[slot] && !same_name(pair, r->spawn.envp[slot])) slot++;
        r->spawn.envp[slot] = pair;
    }
    return 0;
}

int request_parse(uint8_t *payload, size_t size, struct request *r) {
    *r = (struct request){.spawn = {.in = -1, .out = -1, .err = -1, .extra = -1}};
    struct cursor c = {payload, size};
    if (c.left < 1) return EINVAL;
    r->input = c.at[0] & 1;
    c.at++, c.left--;
    char *directory = take_string(&c);
    if (!directory) return EINVAL;
    r->spawn.directory = *directory ? directory : getenv("HOME");
    int error = take_environment(&c, r);
    if (error) return error;
    int count = take_count(&c);
    if (count < 1) return EINVAL;
    r->spawn.argv = calloc((size_t)count + 1, sizeof(char *));
    if (!r->spawn.argv) return ENOMEM;
    for (int i = 0; i < count; i++)
        if (!(r->spawn.argv[i] = take_string(&c))) return EINVAL;
    return c.left == 0 && *r->spawn.argv[0] ? 0 : EINVAL;
}

void request_free(struct request *r) {
    free(r->spawn.argv);
    free(r->spawn.envp);
}
