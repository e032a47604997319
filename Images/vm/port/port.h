// A virtual machine's one byte stream to its host, shared by many connections. See Documentation/GuestProtocol.md.
#ifndef PORT_H
#define PORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define say(...) (dprintf(2, "godhand port: " __VA_ARGS__))

// A frame is HEAD bytes (type, stream, length), at most PAYLOAD bytes, and END. A zero byte is a frame of its own that
// means nothing, so a run of zeros ends any frame that was cut short, and END not being there tells that it was.
enum { HEAD = 7, PAYLOAD = 16384, END = 0xA5, FRAME = HEAD + PAYLOAD + 1 };
enum { WINDOW = 262144, STREAMS = 64, NONCE = 16, IDENTITY = 1024 };

// port.c: what there is to wait for, each edge-triggered: an event says that trying is worth while until it blocks.
enum { TAG_PORT = STREAMS, TAG_LISTENER, TAG_IDENTITY, TAG_PROGRAMS, TAGS };
bool watch(int fd, unsigned tag, bool for_room, bool again);

// device.c: the way to the host.
int device_open(const char *path);
int listener_open(const char *path, int owner, bool *again); // again: not the first since the machine started

// identity.c: the program that makes this machine another one.
void identity_open(const char *program); // NULL: there is none
void identity_event(void);
void identity_ask(const uint8_t *message, size_t size);
void identity_forget(void);
bool identity_speak(void); // puts its answer on the wire; false when there is none

// programs.c: the desktop's programs, which stand still at a word of the host.
void programs_open(const char *group); // NULL: there is no group of them
void programs_event(void);
void programs_hold(void);
void programs_go(void);
void programs_forget(void);
bool programs_speak(void); // says that they stand still; false when there is nothing to say

// wire.c: frames on the port.
void wire_open(int fd);
void wire_event(uint32_t events);
bool wire_read(void);                                 // takes what has come; false when there is nothing
bool wire_flush(void);                                // true when nothing waits to be sent
uint8_t *wire_room(void);                             // where the payload of the next frame may be put; NULL: no room
void wire_add(uint8_t type, uint32_t id, size_t size); // makes a frame of what lies there
void wire_renew(void);
void wire_answer(const uint8_t nonce[NONCE]);         // drops what waits to be sent

// streams.c: the connections.
void streams_open(int listener);
void streams_event(unsigned tag, uint32_t events);
void streams_reset(void);
void streams_accept(void);
bool streams_fill(void); // turns what the connections say into frames; false when there was nothing
void streams_take(uint8_t type, uint32_t id, const uint8_t *payload, size_t size);
#endif
