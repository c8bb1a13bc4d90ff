/**
 * Event channels: one server broadcasts messages, many clients listen, and may answer.
 *
 * {@snippet :
 * EventSettings settings = EventSettings.defaults().with("socket.socket_dir", directory);
 * try (EventServer server = new EventServerBuilder("progress", settings).listenUnix().start();
 *         EventClient client = new EventClientBuilder("progress", settings).unix().connect()) {
 *     server.awaitClients(1, Duration.ofSeconds(5));
 *     server.send(Map.of("percent", 50));
 *     EventMessage message = client.receive(Duration.ofSeconds(5));
 * }
 * }
 *
 * <p>Publishing never waits for a subscriber: what one has not taken waits in a queue of its own,
 * which is bounded. While there is no subscriber, the newest messages are kept for the first. A
 * client reconnects by itself if its builder says so.
 *
 * <p>{@link dev.unixsocket.services.events.EventPublisher} only sends. All failures are {@link
 * dev.unixsocket.services.events.EventException}s. The bytes are MessagePack in frames: the length
 * goes before each, as 4 bytes in network order.
 */
package dev.unixsocket.services.events;
