// libpng reports an error by longjmp, which must never cross a Swift frame. So the whole conversation with it happens
// here: setjmp and longjmp stay inside one C call, and Swift sees a status, a buffer and a message.
#pragma once
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <png.h>

// What one call needs and leaves. After a call that failed there is nothing to free.
typedef struct {
    // Encoding: the file so far, allocated with malloc. Decoding: not used.
    uint8_t *output;
    size_t output_count;
    size_t output_capacity;
    // Decoding: what is still to be read.
    const uint8_t *input;
    size_t input_count;
    // Empty unless the call failed.
    char message[160];
} godhand_png_io;

static inline void godhand_png_on_error(png_structp png, png_const_charp message) {
    godhand_png_io *io = (godhand_png_io *)png_get_error_ptr(png);
    if (io != NULL) {
        snprintf(io->message, sizeof io->message, "%s", message != NULL ? message : "unknown error");
    }
    png_longjmp(png, 1);
}

// The default prints to standard error.
static inline void godhand_png_on_warning(png_structp png, png_const_charp message) {
    (void)png;
    (void)message;
}

static inline void godhand_png_write(png_structp png, png_bytep bytes, size_t count) {
    godhand_png_io *io = (godhand_png_io *)png_get_io_ptr(png);
    if (count > SIZE_MAX - io->output_count) png_error(png, "the file is too large");
    size_t needed = io->output_count + count;
    if (needed > io->output_capacity) {
        size_t capacity = io->output_capacity > SIZE_MAX / 2 ? needed : io->output_capacity * 2;
        if (capacity < needed) capacity = needed;
        uint8_t *grown = (uint8_t *)realloc(io->output, capacity);
        if (grown == NULL) png_error(png, "no memory for the file");
        io->output = grown;
        io->output_capacity = capacity;
    }
    memcpy(io->output + io->output_count, bytes, count);
    io->output_count = needed;
}

static inline void godhand_png_flush(png_structp png) { (void)png; }

static inline void godhand_png_read(png_structp png, png_bytep bytes, size_t count) {
    godhand_png_io *io = (godhand_png_io *)png_get_io_ptr(png);
    if (count > io->input_count) png_error(png, "the file ends too early");
    memcpy(bytes, io->input, count);
    io->input += count;
    io->input_count -= count;
}

// Runs under the setjmp of its caller.
static inline void godhand_png_encode_rows(
    png_structp png, png_infop info, const uint8_t *pixels, uint32_t width, uint32_t height, int level
) {
    png_set_IHDR(
        png, info, width, height, 8, PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_BASE,
        PNG_FILTER_TYPE_BASE);
    png_set_filter(png, PNG_FILTER_TYPE_BASE, PNG_FILTER_NONE);
    png_set_compression_level(png, level);
    png_set_compression_mem_level(png, 9);
    png_set_compression_buffer_size(png, 65536);
    png_write_info(png, info);
    // Four bytes a pixel come in, three go out.
    png_set_filler(png, 0, PNG_FILLER_AFTER);
    for (uint32_t y = 0; y < height; y++) {
        png_write_row(png, pixels + (size_t)y * width * 4);
    }
    png_write_end(png, NULL);
}

// Writes pixels of four bytes (red, green, blue, ignored), rows without gaps, as an RGB file into io->output, which the
// caller frees. Returns 1, or 0 with a message.
static inline int godhand_png_encode(
    godhand_png_io *io, const uint8_t *pixels, uint32_t width, uint32_t height, int level
) {
    memset(io, 0, sizeof *io);
    png_structp png =
        png_create_write_struct(PNG_LIBPNG_VER_STRING, io, godhand_png_on_error, godhand_png_on_warning);
    png_infop info = png != NULL ? png_create_info_struct(png) : NULL;
    if (info == NULL) {
        png_destroy_write_struct(&png, NULL);
        snprintf(io->message, sizeof io->message, "libpng cannot be used: no memory, or another version at run time");
        return 0;
    }
    // Nothing local is changed after this point, so nothing local can be lost by the jump.
    if (setjmp(png_jmpbuf(png))) {
        png_destroy_write_struct(&png, &info);
        free(io->output);
        io->output = NULL;
        io->output_count = io->output_capacity = 0;
        return 0;
    }
    png_set_write_fn(png, io, godhand_png_write, godhand_png_flush);
    png_set_user_limits(png, width, height);
    godhand_png_encode_rows(png, info, pixels, width, height, level);
    png_destroy_write_struct(&png, &info);
    // Files are kept for a whole run, so the room left over by doubling goes back.
    uint8_t *fitted = (uint8_t *)realloc(io->output, io->output_count);
    if (fitted != NULL) io->output = fitted;
    io->output_capacity = io->output_count;
    return 1;
}

// Runs under the setjmp of its caller.
static inline void godhand_png_decode_rows(
    png_structp png, png_infop info, uint8_t *pixels, uint32_t width, uint32_t height
) {
    png_read_info(png, info);
    if (png_get_image_width(png, info) != width || png_get_image_height(png, info) != height) {
        png_error(png, "the header was read in two ways");
    }
    png_set_expand(png);
    png_set_scale_16(png);
    png_set_gray_to_rgb(png);
    png_set_add_alpha(png, 0xff, PNG_FILLER_AFTER);
    int passes = png_set_interlace_handling(png);
    png_read_update_info(png, info);
    if (png_get_rowbytes(png, info) != (size_t)width * 4) png_error(png, "the rows have an unexpected length");
    for (int pass = 0; pass < passes; pass++) {
        for (uint32_t y = 0; y < height; y++) {
            png_read_row(png, pixels + (size_t)y * width * 4, NULL);
        }
    }
    png_read_end(png, NULL);
    for (size_t i = 0; i < (size_t)width * height * 4; i += 4) {
        uint32_t alpha = pixels[i + 3];
        if (alpha == 255) continue;
        for (size_t channel = i; channel < i + 3; channel++) {
            pixels[channel] = (uint8_t)((pixels[channel] * alpha + 255 * (255 - alpha) + 127) / 255);
        }
        pixels[i + 3] = 255;
    }
}

// Reads any kind of PNG file into pixels of red, green, blue and 255, laying what is transparent on white. The caller
// has read width and height from the header, and `pixels` has room for them. Returns 1, or 0 with a message.
static inline int godhand_png_decode(
    godhand_png_io *io, const uint8_t *bytes, size_t count, uint8_t *pixels, uint32_t width, uint32_t height
) {
    memset(io, 0, sizeof *io);
    io->input = bytes;
    io->input_count = count;
    png_structp png =
        png_create_read_struct(PNG_LIBPNG_VER_STRING, io, godhand_png_on_error, godhand_png_on_warning);
    png_infop info = png != NULL ? png_create_info_struct(png) : NULL;
    if (info == NULL) {
        png_destroy_read_struct(&png, NULL, NULL);
        snprintf(io->message, sizeof io->message, "libpng cannot be used: no memory, or another version at run time");
        return 0;
    }
    if (setjmp(png_jmpbuf(png))) {
        png_destroy_read_struct(&png, &info, NULL);
        return 0;
    }
    png_set_read_fn(png, io, godhand_png_read);
    png_set_user_limits(png, width, height);
    png_set_chunk_cache_max(png, 64);
    png_set_chunk_malloc_max(png, 1 << 20);
    // Profiles, texts and the like are skipped unread: they are most of the decoder's history of holes.
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
    godhand_png_decode_rows(png, info, pixels, width, height);
    png_destroy_read_struct(&png, &info, NULL);
    return 1;
}
