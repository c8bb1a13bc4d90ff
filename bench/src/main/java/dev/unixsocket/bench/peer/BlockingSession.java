package dev.unixsocket.bench.peer;

import java.io.IOException;

/** A session whose exchange is made by the calling thread, in calls that wait. */
interface BlockingSession extends Session {

    void exchange() throws IOException;

    @Override
    default void exchange(int times) throws IOException {
        for (int i = 0; i < times; i++) {
            exchange();
        }
    }

    @Override
    default void measure(Samples samples, long nanos) throws IOException {
        long begin = samples.begin();
        long now;
        do {
            exchange();
            now = samples.add();
        } while (now - begin < nanos && !samples.isFull());
    }
}
