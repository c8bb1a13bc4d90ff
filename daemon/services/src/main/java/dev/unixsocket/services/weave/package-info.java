/**
 * The protocol of {@code weave-compute}: a request of a prompt and its numbers, an answer of
 * pixels, over a connection of its own.
 *
 * <p>{@link dev.unixsocket.services.weave.WeaveClient} asks a daemon for a {@link
 * dev.unixsocket.services.weave.GeneratedImage}; a refusal is a {@link
 * dev.unixsocket.services.weave.RequestRefusedException} with the {@link
 * dev.unixsocket.services.weave.ErrorCode} of the daemon. {@link
 * dev.unixsocket.services.weave.WeaveDaemon} is the daemon, to embed.
 *
 * <p>What computes the pixels is a {@link dev.unixsocket.services.weave.GenerateBackend}. Each
 * worker has an instance of its own, made before the socket is. A module that provides one takes
 * the place of the test pattern:
 *
 * {@snippet :
 * public final class Grey implements GenerateBackend {
 *     public void generate(RequestView request, long seed, MemorySegment pixels) {
 *         pixels.fill((byte) seed);
 *     }
 * }
 * }
 *
 * <p>The bytes are in {@code docs/PROTOCOL.md}. A request in steady state allocates nothing on the
 * heap.
 */
package dev.unixsocket.services.weave;
