package dev.unixsocket.uds.observatory;

import dev.unixsocket.ffi.Address;
import dev.unixsocket.services.observatory.BodyMemory;
import dev.unixsocket.services.observatory.Engine;
import dev.unixsocket.services.observatory.EngineFactory;
import dev.unixsocket.services.observatory.Limits;
import dev.unixsocket.services.observatory.Routes;
import dev.unixsocket.services.observatory.Settings;
import dev.unixsocket.services.server.Listener;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.kqueue.KQueueIoHandler;
import io.netty.channel.kqueue.KQueueServerDomainSocketChannel;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

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

    /** After so many turns of the loop in which nothing came, all is there. */
    private static final int QUIET_TURNS = 2;

    private final Duration requestLimit;
    private final BodyMemory bodyMemory;
    private final EventLoopGroup group;
    private final Set<NettyConnection> connections = new LinkedHashSet<>();
    private final NettyReaders readers = new NettyReaders();
    private final List<Channel> listeners = new ArrayList<>();
    private final List<Runnable> registrations = new ArrayList<>();
    private final CountDownLatch stopped = new CountDownLatch(1);

    /** How many connections and requests have come. Confined to the loop. */
    private long arrivals;

    private volatile Routes routes;
    private volatile boolean stopping;

    NettyEngine(Listener senders, Optional<Listener> readers, Settings settings)
            throws IOException {
        this.requestLimit = settings.requestLimit();
        this.bodyMemory = new BodyMemory(settings.bodyBytes());
        boolean epoll = Epoll.isAvailable();
        IoHandlerFactory io = epoll ? EpollIoHandler.newFactory() : KQueueIoHandler.newFactory();
        group = new MultiThreadIoEventLoopGroup(1, io);
        listen(senders, epoll, channel -> NettyConnection.install(channel, this));
        if (readers.isPresent()) {
            listen(readers.get(), epoll, channel -> channel.pipeline().addLast(this.readers));
        }
    }

    private void listen(Listener guarded, boolean epoll, Consumer<Channel> admitted)
            throws IOException {
        NettyGate gate = new NettyGate(guarded, admitted);
        Address address = guarded.address();
        int fd = guarded.socket().nonBlocking().detach();
        ServerBootstrap bootstrap =
                new ServerBootstrap()
                        .group(group)
                        .channelFactory(() -> channel(fd, epoll))
                        .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                        .childHandler(gate);
        registrations.add(() -> register(bootstrap, address));
    }

    /** Netty takes a channel on a descriptor for one that is not bound: tell it to begin. */
    private void register(ServerBootstrap bootstrap, Address address) {
        Channel listener = bootstrap.register().syncUninterruptibly().channel();
        // After the handler that ServerBootstrap adds in the loop, which looks away for a second.
        listener.eventLoop()
                .execute(() -> listener.pipeline().addLast(new NettyAcceptFailure(address)));
        listeners.add(listener.read());
    }

    private static ServerChannel channel(int fd, boolean epoll) {
        return epoll
                ? new EpollServerDomainSocketChannel(fd)
                : new KQueueServerDomainSocketChannel(fd);
    }

    @Override
    public void broadcast(byte[] event) {
        readers.broadcast(event);
    }

    @Override
    public void run(Routes routes) {
        this.routes = routes;
        registrations.forEach(Runnable::run);
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
        group.next().execute(() -> awaitArrivals(QUIET_TURNS, allCame));
        allCame.await(Limits.STOP.toNanos() / 2, TimeUnit.NANOSECONDS);
        listeners.forEach(listener -> listener.close().syncUninterruptibly());
        group.next()
                .submit(() -> List.copyOf(connections).forEach(NettyConnection::finish))
                .await();
        awaitQuiet(deadline);
        group.next().submit(readers::close).await();
    }

    /**
     * Lets the loop turn until nothing new came: in one turn Netty accepts 16 connections, and what
     * they sent is read in the next.
     */
    private void awaitArrivals(int quietTurns, CountDownLatch allCame) {
        if (quietTurns == 0) {
            allCame.countDown();
            return;
        }
        long before = arrivals;
        group.next()
                .schedule( // a task for now would run in this turn
                        () ->
                                awaitArrivals(
                                        arrivals == before ? quietTurns - 1 : QUIET_TURNS, allCame),
                        1,
                        TimeUnit.NANOSECONDS);
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

    BodyMemory bodyMemory() {
        return bodyMemory;
    }

    Duration requestLimit() {
        return requestLimit;
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
