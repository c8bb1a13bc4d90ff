/*
 * What goes over the connection: the hello of the benchmarks' own services, and the WEVE protocol.
 * Integers are big-endian.
 */
#ifndef UNIXSOCKET_BENCH_WIRE_H
#define UNIXSOCKET_BENCH_WIRE_H

#include <stdint.h>

enum {
    /* The largest payload, and so the size of the buffer of each connection, in bytes. */
    LARGEST_PAYLOAD = 1 << 20,

    /* The same of the service "many". */
    MANY_PAYLOAD = 1024,

    /* The first 12 bytes on a connection: mode, payload bytes, messages per acknowledgement. */
    HELLO_BYTES = 12,
    HELLO_ECHO = 1,
    HELLO_SINK = 2,
    ACKNOWLEDGEMENT_BYTES = 8,

    WEVE_HEADER_BYTES = 16,
    WEVE_VERSION = 1,
    WEVE_GENERATE_REQUEST = 1,
    WEVE_GENERATE_RESPONSE = 2,
    WEVE_REQUEST_BYTES = 60,
    WEVE_RESPONSE_BYTES = 32,
    WEVE_LARGEST_MESSAGE = 10 * 1024 * 1024,
    WEVE_CHANNELS = 3,
    WEVE_STATUS_OK = 200,
    WEVE_RECEIVE_SECONDS = 60,
    WEVE_SEND_SECONDS = 5,
    WEVE_CLIENT_CONNECT_SECONDS = 5,
    WEVE_CLIENT_ANSWER_SECONDS = 65,

    /* The picture that the benchmark asks for. */
    PICTURE_WIDTH = 64,
    PICTURE_HEIGHT = 64,
    PICTURE_FILL = 0x7f,
};

#define WEVE_MAGIC 0x57455645u

static inline void put16(uint8_t *at, uint16_t value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

static inline void put32(uint8_t *at, uint32_t value)
{
    put16(at, (uint16_t)(value >> 16));
    put16(at + 2, (uint16_t)value);
}

static inline void put64(uint8_t *at, uint64_t value)
{
    put32(at, (uint32_t)(value >> 32));
    put32(at + 4, (uint32_t)value);
}

static inline uint16_t get16(const uint8_t *at)
{
    return (uint16_t)(at[0] << 8 | at[1]);
}

static inline uint32_t get32(const uint8_t *at)
{
    return (uint32_t)get16(at) << 16 | get16(at + 2);
}

#endif
