package dev.unixsocket.uds.observatory;

import dev.unixsocket.ffi.Address;
import dev.unixsocket.ffi.StreamSocket;
import dev.unixsocket.services.connections.Admission;
import dev.unixsocket.services.connections.Connection;
import dev.unixsocket.services.observatory.Engine;
import dev.unixsocket.services.observatory.EngineFactory;
import dev.unixsocket.services.observatory.Limits;
import dev.unixsocket.services.observatory.Routes;
import dev.unixsocket.services.observatory.Settings;
import dev.unixsocket.services.server.Listener;
import dev.unixsocket.services.server.Meter;

import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.kqueue.KQueueIoHandler;
import io.netty.channel.unix.UnixChannel;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * The familiar way: Netty. A TCP server differs in the class of its channel and in its address, and
 * in nothing else.
 *
 * <p>One event loop does everything, so that all readers get the events in one order, as in the
 * other engine. The listeners come bound, from {@link Listener}: Netty binds and listens in one
 * step, which would leave a socket file open to everybody until its mode is set, and when it closes
 * it removes whatever file has that path.
 */
final class NettyEngine implements Engine {

    /** Makes it. */
    public static final class Factory implements EngineFactory {

        /** Made by {@link java.util.ServiceLoader}. */
        public Factory() {}

        @Override
        public String name() {
            return "netty";
        }

        @Override
        public Engine open(Listener senders, Optional<Listener> readers, Settings settings)
                throws IOException {
            return new NettyEngine(senders, readers, settings);
        }
    }

    private static final Logger LOG = System.getLogger("dev.unixsocket.observatory");

    private final Settings settings;
    private final EventLoopGroup group;
    private final Set<NettyConnection> connections = new LinkedHashSet<>();
    private final NettyReaders readers = new NettyReaders(() -> routes().memory().ofReaders());
    private final List<NettyListener> listeners = new ArrayList<>();
    private final CountDownLatch stopped = new CountDownLatch(1);

    /** How many connections and requests have come. Confined to the loop. */
    private long arrivals;

    private volatile Routes routes;
    private volatile boolean stopping;

    NettyEngine(Listener senders, Optional<Listener> readers, Settings settings)
            throws IOException {
        this.settings = settings;
        boolean epoll = Epoll.isAvailable();
        IoHandlerFactory io = epoll ? NettyEpoll.newFactory() : KQueueIoHandler.newFactory();
        group = new MultiThreadIoEventLoopGroup(1, io);
        // First, for the loop serves a listener before the next is there: a reader who waits
        // already gets the first event.
        if (readers.isPresent()) {
            listen(readers.get(), epoll, this.readers::install);
        }
        listen(
                senders,
                epoll,
                (channel, connection) ->
                        new NettyConnection(this, channel, connection.peer()).install());
    }

    /** What an admitted connection gets. */
    private interface Installer {
        void install(Channel channel, Connection connection);
    }

    private void listen(Listener listener, boolean epoll, Installer installer) throws IOException {
        Address address = listener.address();
        Admission admission = new Admission(listener);
        ChannelInitializer<Channel> welcome =
                new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        welcome(channel, address, admission, installer);
                    }
                };
        listeners.add(new NettyListener(listener, group, epoll, welcome));
    }

    /** Before a byte is read, the kernel is asked by our own means: Netty knows no groups. */
    private static void welcome(
            Channel channel, Address address, Admission admission, Installer installer) {
        int fd = ((UnixChannel) channel).fd().intValue();
        Connection connection = new Connection(StreamSocket.ownedElsewhere(fd, address));
        try {
            if (admission.admits(connection)) {
                channel.closeFuture().addListener(_ -> connection.ended());
                if (connection.meter() != Meter.NONE) {
                    channel.pipeline().addLast(new NettyMeter(connection.meter()));
                }
                installer.install(channel, connection);
                return;
            }
        } catch (IOException e) {
            LOG.log(Level.DEBUG, () -> "a connection failed: " + e.getMessage());
        }
        channel.close();
    }

    @Override
    public void broadcast(byte[] event) {
        readers.broadcast(event);
    }

    @Override
    public void execute(Runnable task) {
        try {
            group.next().execute(task);
        } catch (RejectedExecutionException theEngineHasEnded) {
            // nobody is left to be answered
        }
    }

    @Override
    public void run(Routes routes) {
        this.routes = routes;
        listeners.forEach(NettyListener::start);
        try {
            stopped.await();
            finish();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            group.shutdownGracefully(0, 0, TimeUnit.SECONDS);
        }
    }

    @Override
    public void stop() {
        stopped.countDown();
    }

    private void finish() throws InterruptedException {
        long deadline = System.nanoTime() + Limits.STOP.toNanos();
        stopping = true;
        CountDownLatch allCame = new CountDownLatch(1);
        QuietTurns.await(group.next(), () -> arrivals, allCame::countDown);
        allCame.await(Limits.STOP.toNanos() / 2, TimeUnit.NANOSECONDS);
        listeners.forEach(NettyListener::close);
        group.next()
                .submit(() -> List.copyOf(connections).forEach(NettyConnection::finish))
                .await();
        awaitQuiet(deadline);
        group.next().submit(readers::close).await();
    }

    /** A connection was accepted, or a request has begun. */
    void arrived() {
        arrivals++;
    }

    private void awaitQuiet(long deadline) throws InterruptedException {
        CountDownLatch quiet = new CountDownLatch(1);
        group.next()
                .scheduleWithFixedDelay(
                        () -> {
                            if (connections.isEmpty() && readers.haveEverything()) {
                                quiet.countDown();
                            }
                        },
                        0,
                        5,
                        TimeUnit.MILLISECONDS);
        quiet.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    Routes routes() {
        return routes;
    }

    Settings settings() {
        return settings;
    }

    boolean isStopping() {
        return stopping;
    }

    void remember(NettyConnection connection) {
        connections.add(connection);
        arrived();
    }

    void forget(NettyConnection connection) {
        connections.remove(connection);
    }
}
