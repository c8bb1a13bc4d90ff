package dev.unixsocket.services.observatory;

import dev.unixsocket.ffi.PeerCredentials;
import dev.unixsocket.ffi.Poller;
import dev.unixsocket.ffi.Registration;
import dev.unixsocket.ffi.StreamSocket;
import dev.unixsocket.services.server.Listener;

import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The readers on the output socket. Each has a queue of its own, so that one that is slow delays
 * neither an event nor another reader. Confined to the engine's thread.
 */
final class FfmReaders {

    private final Poller poller;
    private final IoBuffer buffer;
    private final Optional<FfmAcceptor> acceptor;
    private final Set<Reader> readers = new LinkedHashSet<>();

    FfmReaders(Poller poller, Optional<Listener> listener, IoBuffer buffer) throws IOException {
        this.poller = poller;
        this.buffer = buffer;
        acceptor =
                listener.isEmpty()
                        ? Optional.empty()
                        : Optional.of(
                                new FfmAcceptor(
                                        poller,
                                        listener.get(),
                                        (socket, peer) -> readers.add(new Reader(socket, peer))));
    }

    boolean isPaused() {
        return acceptor.isPresent() && acceptor.get().isPaused();
    }

    void resume() {
        acceptor.ifPresent(FfmAcceptor::resume);
    }

    void broadcast(byte[] event) {
        for (Reader reader : List.copyOf(readers)) {
            reader.offer(event);
        }
    }

    /** No more readers can come. */
    void acceptNoMore() {
        acceptor.ifPresent(FfmAcceptor::finish);
    }

    /** Whether no event waits for a reader. */
    boolean haveEverything() {
        return readers.stream().allMatch(reader -> reader.queue.isEmpty());
    }

    void close() {
        acceptor.ifPresent(FfmAcceptor::close);
        List.copyOf(readers).forEach(Reader::close);
    }

    private final class Reader {

        private final StreamSocket socket;
        private final OutputQueue queue;
        private final SlowReader pace;
        private final Registration watch;

        /** It said that it sends nothing, which is not to say that it reads no more. */
        private boolean inputEnded;

        Reader(StreamSocket socket, PeerCredentials peer) throws IOException {
            this.socket = socket;
            try {
                queue = new OutputQueue(socket, buffer);
                pace = new SlowReader(peer.toString());
                watch = poller.register(socket, Poller.READ, this::ready);
            } catch (IOException | RuntimeException e) {
                socket.close();
                throw e;
            }
        }

        private void ready(int readiness) {
            try {
                if ((readiness & Poller.READ) != 0) {
                    discardInput();
                }
                queue.flush();
                watchForWhatMatters();
            } catch (IOException e) {
                close();
            }
        }

        private void discardInput() throws IOException {
            if (inputEnded) {
                throw new IOException("both directions have ended");
            }
            inputEnded = buffer.readFrom(socket) == 0;
        }

        private void watchForWhatMatters() throws IOException {
            watch.interest((inputEnded ? 0 : Poller.READ) | (queue.isEmpty() ? 0 : Poller.WRITE));
        }

        void offer(byte[] event) {
            if (!pace.takes(queue.bytes(), event.length)) {
                return;
            }
            try {
                queue.write(event);
                watchForWhatMatters();
            } catch (IOException e) {
                close();
            }
        }

        void close() {
            if (readers.remove(this)) {
                watch.cancel();
                socket.close();
                pace.gone();
            }
        }
    }
}
