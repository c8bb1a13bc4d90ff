/**
 * Requests and answers: MessagePack in frames, each message with a type that says who handles it.
 *
 * {@snippet :
 * try (IpcServer server =
 *                 IpcServer.builder()
 *                         .on("greet", (request, session) ->
 *                                 new IpcResponse("greeting", Map.of("text", "hello")))
 *                         .listen(Address.path("greet.sock"))
 *                         .start();
 *         IpcClient client = IpcClient.connect(server.address(), Duration.ofSeconds(5))) {
 *     Map<String, Object> answer = client.request("greet", Map.of()).data();
 * }
 * }
 *
 * <p>Each connection has a virtual thread, on which its messages are handled in order. What a
 * handler keeps for a connection goes into its {@link dev.unixsocket.services.ipc.IpcSession}, and
 * is closed with it. {@link dev.unixsocket.services.ipc.IpcLimits} has the limits of sizes, times
 * and connections.
 *
 * <p>A module that provides an {@link dev.unixsocket.services.ipc.IpcHandlerProvider} adds its
 * handlers to {@code uds ipc serve}.
 */
package dev.unixsocket.services.ipc;
