package dev.unixsocket.uds.drivers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unixsocket.ffi.Address;
import dev.unixsocket.ffi.UnixSocket;
import dev.unixsocket.ffi.UnixSocketFactory;
import dev.unixsocket.testing.Program;

import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.BasicHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.io.DefaultHttpClientConnectionOperator;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.StringEntity;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/** HTTP by clients of others, to {@code uds observe} over a socket file. */
class HttpClientsIT {

    private static final int REQUESTS = 20;
    private static final String URL = "http://localhost/hook?event=Test";

    /** A JSON object of 2 MB. */
    private static final String LARGE = "{\"content\":\"" + "x".repeat(2_000_000) + "\"}";

    @TempDir Path folder;

    private final AtomicInteger sockets = new AtomicInteger();
    private Observe observe;

    @BeforeEach
    void start() {
        observe = Observe.start(folder);
    }

    @AfterEach
    void stop() {
        observe.close();
    }

    /** All requests went through, by one connection. */
    private void assertKeptAlive() {
        String event = "\"_event\":\"Test\",\"_peer_pid\":" + ProcessHandle.current().pid();
        Program.await(() -> lines() == REQUESTS, REQUESTS + " lines");
        assertEquals(
                REQUESTS,
                observe.server().stdout().lines().filter(line -> line.contains(event)).count());
        assertEquals(1, sockets.get());
    }

    private long lines() {
        return observe.server().stdout().chars().filter(c -> c == '\n').count();
    }

    @Test
    void okHttpSendsManyRequestsOverOneConnection() throws IOException {
        OkHttpClient client =
                new OkHttpClient.Builder()
                        .socketFactory(
                                new UnixSocketFactory(observe.socket().toString()) {
                                    @Override
                                    public Socket createSocket() throws IOException {
                                        sockets.incrementAndGet();
                                        return super.createSocket();
                                    }
                                })
                        .build();
        try {
            for (int i = 0; i < REQUESTS; i++) {
                String body = i == 7 ? LARGE : "{\"number\":" + i + "}";
                Request request =
                        new Request.Builder()
                                .url(URL)
                                .post(RequestBody.create(body, MediaType.get("application/json")))
                                .build();
                try (Response response = client.newCall(request).execute()) {
                    assertEquals(200, response.code());
                }
            }
            assertKeptAlive();
            assertTrue(observe.server().stdout().contains(LARGE.substring(1)));
        } finally {
            client.connectionPool().evictAll();
            client.dispatcher().executorService().shutdown();
        }
    }

    @Test
    void apacheHttpClientSendsManyRequestsOverOneConnection() throws IOException {
        Address address = Address.path(observe.socket());
        DefaultHttpClientConnectionOperator operator =
                new DefaultHttpClientConnectionOperator(
                        proxy -> {
                            sockets.incrementAndGet();
                            return new UnixSocket(address);
                        },
                        null,
                        null,
                        name -> null);
        try (CloseableHttpClient client =
                HttpClients.custom()
                        .setConnectionManager(new BasicHttpClientConnectionManager(operator, null))
                        .build()) {
            for (int i = 0; i < REQUESTS; i++) {
                HttpPost post = new HttpPost(URL);
                String body = i == 7 ? LARGE : "{\"number\":" + i + "}";
                post.setEntity(new StringEntity(body, ContentType.APPLICATION_JSON));
                int status = client.execute(post, response -> response.getCode());
                assertEquals(200, status);
            }
        }
        assertKeptAlive();
        assertTrue(observe.server().stdout().contains(LARGE.substring(1)));
    }
}
