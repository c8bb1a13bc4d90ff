package dev.unixsocket.services.ipc;

/**
 * Answers the messages of one type. A server calls it from many threads, from a virtual one per
 * connection: a handler that waits in native code does that better on a platform thread.
 */
@FunctionalInterface
public interface IpcHandler {

    /**
     * Answers a message.
     *
     * @param request the message
     * @param session the connection that it came over
     * @return the answer, also when the request is at fault
     * @throws Exception when the handler fails: the peer is told that it did, with code 500, and
     *     the log says why
     */
    IpcResponse handle(IpcMessage request, IpcSession session) throws Exception;
}
