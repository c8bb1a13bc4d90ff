package dev.unixsocket.services.observatory;

import java.io.IOException;

/**
 * What speaks with the sockets: reads requests, has them answered, and keeps the queues of the
 * readers. {@link EngineFactory} finds them; all are alike from outside.
 *
 * <p>Everything but {@link #execute} and {@link #stop} happens on one thread.
 */
public interface Engine {

    /**
     * Serves until {@link #stop}; then answers the requests in hand, hands the readers what waits
     * for them, within {@link Limits#STOP}, and closes everything.
     */
    void run(Routes routes) throws IOException;

    /**
     * Lets {@link #run} return. From any thread; a second call does nothing. The socket files are
     * to be gone before, so that whoever connected is served.
     */
    void stop();

    /** Does something on the engine's thread, soon. From any thread; not after the engine's end. */
    void execute(Runnable task);

    /**
     * Gives each reader an event, or puts it in the reader's queue. Never waits.
     *
     * @param event the bytes, with the line feed that ends them; not to be changed
     */
    void broadcast(byte[] event);
}
