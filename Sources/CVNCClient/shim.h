#pragma once
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <rfb/rfbclient.h>

/* The library's loggers are variadic, so no Swift function can take their place. What they would say is partly the
   guest's text; it is dropped. */
static void godhand_rfb_ignore(const char *format, ...) { (void)format; }

static inline void godhand_rfb_silence(void) {
    rfbEnableClientLogging = FALSE;
    rfbClientLog = godhand_rfb_ignore;
    rfbClientErr = godhand_rfb_ignore;
}

/* Like the library's own, but the pixels are zero until a server has sent them: never something old of this process. */
static rfbBool godhand_rfb_allocate(rfbClient *client) {
    free(client->frameBuffer);
    client->frameBuffer = calloc((size_t)client->width * (size_t)client->height, 4);
    return client->frameBuffer != NULL;
}

static inline void godhand_rfb_prepare(rfbClient *client) { client->MallocFrameBuffer = godhand_rfb_allocate; }

/* Exported by every release of the library and declared in none of its headers: the encryption of a password challenge.
   `bytes` are 16, `password` at most 8 and a zero. */
extern void rfbClientEncryptBytes(unsigned char *bytes, char *password);
