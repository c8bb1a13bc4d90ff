package dev.unixsocket.uds.drivers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unixsocket.ffi.UnixSocketFactory;

import org.apache.commons.pool2.impl.GenericObjectPoolConfig;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import redis.clients.jedis.Connection;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisPooled;
import redis.clients.jedis.JedisPubSub;
import redis.clients.jedis.JedisSocketFactory;
import redis.clients.jedis.exceptions.JedisConnectionException;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** Redis by Jedis, over a socket file. */
class RedisIT {

    @TempDir static Path folder;

    private static Redis redis;
    private static JedisSocketFactory sockets;

    @BeforeAll
    static void start() {
        redis = Redis.start(folder);
        UnixSocketFactory factory = new UnixSocketFactory(redis.socket().toString());
        sockets =
                () -> {
                    try {
                        return factory.createSocket("localhost", 6379);
                    } catch (IOException e) {
                        throw new JedisConnectionException(e);
                    }
                };
    }

    @AfterAll
    static void stop() {
        if (redis != null) {
            redis.close();
        }
    }

    @Test
    void aMegabyteComesBackAsItWas() {
        byte[] key = "large".getBytes(StandardCharsets.UTF_8);
        byte[] value = new byte[1 << 20];
        new Random(1).nextBytes(value);
        try (Jedis jedis = new Jedis(sockets)) {
            jedis.set(key, value);
            assertArrayEquals(value, jedis.get(key));
        }
    }

    @Test
    void messagesArriveAtWhoSubscribed() throws Exception {
        CountDownLatch subscribed = new CountDownLatch(1);
        CompletableFuture<String> message = new CompletableFuture<>();
        JedisPubSub subscriber =
                new JedisPubSub() {
                    @Override
                    public void onSubscribe(String channel, int count) {
                        subscribed.countDown();
                    }

                    @Override
                    public void onMessage(String channel, String text) {
                        message.complete(text);
                        unsubscribe();
                    }
                };
        try (Jedis listener = new Jedis(sockets);
                Jedis speaker = new Jedis(sockets)) {
            Thread thread = Thread.ofVirtual().start(() -> listener.subscribe(subscriber, "news"));
            assertTrue(subscribed.await(120, TimeUnit.SECONDS));
            speaker.publish("news", "of today");
            assertEquals("of today", message.get(120, TimeUnit.SECONDS));
            thread.join();
        }
    }

    @Test
    void aPoolServesVirtualThreads() throws Exception {
        GenericObjectPoolConfig<Connection> size = new GenericObjectPoolConfig<>();
        size.setMaxTotal(8);
        try (JedisPooled pool =
                        new JedisPooled(size, sockets, DefaultJedisClientConfig.builder().build());
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Long>> counts =
                    IntStream.range(0, 200)
                            .mapToObj(i -> threads.submit(() -> pool.incr("counter")))
                            .toList();
            for (Future<Long> count : counts) {
                assertTrue(count.get(120, TimeUnit.SECONDS) > 0);
            }
            assertEquals("200", pool.get("counter"));
        }
    }
}
