package dev.unixsocket.uds.observatory;

import dev.unixsocket.services.connections.Connection;
import dev.unixsocket.services.connections.OutboundQueue;
import dev.unixsocket.services.observatory.Limits;
import dev.unixsocket.services.observatory.LossLog;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;

import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** The readers on the output socket. Confined to the event loop. */
final class NettyReaders {

    private final Set<Reader> readers = new LinkedHashSet<>();
    private final Supplier<OutboundQueue.Budget> budget;

    /** None yet; the budget counts what waits for all of them. */
    NettyReaders(Supplier<OutboundQueue.Budget> budget) {
        this.budget = budget;
    }

    void install(Channel channel, Connection connection) {
        channel.pipeline().addLast(new Reader(channel, connection));
    }

    void broadcast(byte[] event) {
        List.copyOf(readers).forEach(reader -> reader.offer(event));
    }

    /** Whether no event waits for a reader. */
    boolean haveEverything() {
        return readers.stream().allMatch(reader -> reader.queue.isEmpty());
    }

    /** Ends all of them; what waits is lost. */
    void close() {
        List.copyOf(readers).forEach(Reader::close);
    }

    /** A reader, whose events wait in our queue: Netty has one of them at a time. */
    private final class Reader extends ChannelInboundHandlerAdapter {

        private final Channel channel;
        private final OutboundQueue queue;
        private final LossLog losses;
        private Optional<ChannelFuture> underWay = Optional.empty();

        Reader(Channel channel, Connection connection) {
            this.channel = channel;
            this.queue =
                    OutboundQueue.droppingUntilHalfEmpty(Limits.QUEUE_BYTES, budget.get())
                            .count(connection.meter());
            this.losses = LossLog.ofReader(connection.peer());
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            readers.add(this);
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            close();
        }

        /** A reader has nothing to say. */
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ReferenceCountUtil.release(message);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
        }

        void offer(byte[] event) {
            losses.offered(queue.offer(event));
            flush();
        }

        private void flush() {
            try {
                queue.flush(this::write);
            } catch (IOException e) {
                throw new AssertionError("Netty tells a future", e);
            }
        }

        private int write(byte[] event, int from) {
            if (underWay.isPresent()) {
                boolean done = underWay.get().isDone();
                underWay = done ? Optional.empty() : underWay;
                return done ? event.length : 0;
            }
            ChannelFuture written = channel.writeAndFlush(Unpooled.wrappedBuffer(event));
            if (written.isDone()) {
                return event.length;
            }
            underWay = Optional.of(written);
            written.addListener(_ -> flush());
            return 0;
        }

        void close() {
            if (readers.remove(this)) {
                losses.gone();
                queue.abandon();
                channel.close();
            }
        }
    }
}
