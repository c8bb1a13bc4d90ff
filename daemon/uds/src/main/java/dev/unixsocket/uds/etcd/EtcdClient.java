package dev.unixsocket.uds.etcd;

import dev.unixsocket.services.wire.Deadline;
import dev.unixsocket.services.wire.DurationText;
import dev.unixsocket.services.wire.Json;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

import javax.net.ssl.SSLHandshakeException;

/**
 * Calls etcd through the JSON gateway that each of its servers has: {@code POST /v3/kv/range} and
 * so on, with the messages of its gRPC interface as JSON. A server that does not answer, or that
 * knows no leader, is left for the next one.
 *
 * <p>Thread-safe.
 */
final class EtcdClient implements Closeable {

    /** How long one server may take; etcd itself gives up on a quorum after 7 s. */
    private static final Duration ATTEMPT = Duration.ofSeconds(2);

    private static final Duration CONNECT = Duration.ofSeconds(1);
    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final int OK = 200;
    private static final int UNKNOWN = 2;

    private final HttpClient http;
    private final List<URI> endpoints;
    private final EtcdSettings settings;
    private final AtomicInteger current = new AtomicInteger();
    private volatile String token = "";

    EtcdClient(EtcdSettings settings) {
        this.settings = settings;
        this.endpoints = settings.endpoints();
        HttpClient.Builder builder =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1) // all that the gateway speaks
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .proxy(HttpClient.Builder.NO_PROXY)
                        .connectTimeout(CONNECT);
        settings.tls().ifPresent(builder::sslContext);
        this.http = builder.build();
    }

    /**
     * Calls a method of etcd at one server after the other until one answers.
     *
     * @param method such as {@code kv/range}
     * @param request its message; bytes become base64
     * @param limit for all of it
     * @return the message that it answered
     * @throws EtcdException if etcd answered that it will not
     * @throws IOException if none answered within the limit, or TLS failed with all of them; what
     *     was asked may be done all the same
     */
    Map<String, Object> call(String method, Map<String, Object> request, Duration limit)
            throws IOException {
        Deadline deadline = Deadline.after(limit);
        int tried = 0;
        int refused = 0;
        while (true) {
            int server = current.get();
            try {
                return callAt(server, method, request, least(ATTEMPT, deadline));
            } catch (InterruptedIOException e) {
                throw e;
            } catch (IOException e) {
                if (e instanceof EtcdException refusal && !refusal.isPassing()) {
                    throw e;
                }
                refused = isRefusedByTls(e) ? refused + 1 : 0;
                if (deadline.hasPassed() || refused == endpoints.size()) {
                    throw e;
                }
                if (++tried % endpoints.size() == 0) {
                    pause(least(PAUSE, deadline));
                }
            }
        }
    }

    /** A certificate that one side does not accept is the same at the next attempt. */
    private static boolean isRefusedByTls(IOException failure) {
        boolean refused = false;
        for (Throwable one = failure; one != null; one = one.getCause()) {
            if (one instanceof EOFException) {
                return false; // the server ended just then
            }
            refused |= one instanceof SSLHandshakeException;
        }
        return refused;
    }

    private static Duration least(Duration most, Deadline deadline) {
        return Duration.ofNanos(Math.clamp(deadline.leftNanos(), 1_000_000, most.toNanos()));
    }

    private static void pause(Duration time) throws InterruptedIOException {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    private static InterruptedIOException interrupted() {
        Thread.currentThread().interrupt();
        return new InterruptedIOException("interrupted while waiting for etcd");
    }

    /** The server that is asked first. */
    int server() {
        return current.get();
    }

    /** Asks another server first from now on, unless it is a refusal that any would give. */
    private <E extends IOException> E leaving(int server, E failure) {
        boolean passing = !(failure instanceof EtcdException refusal) || refusal.isPassing();
        if (passing && !(failure instanceof InterruptedIOException)) {
            current.compareAndSet(server, (server + 1) % endpoints.size());
        }
        return failure;
    }

    /** As {@link #call}, of one server, which is not asked first any more if it does not answer. */
    Map<String, Object> callAt(
            int server, String method, Map<String, Object> request, Duration limit)
            throws IOException {
        Deadline deadline = Deadline.after(limit);
        String used = token(server, limit);
        try {
            return exchange(server, method, request, used, least(limit, deadline));
        } catch (EtcdException e) {
            if (settings.user().isEmpty() || !e.isOldToken()) {
                throw e;
            }
            forget(used);
            return exchange(server, method, request, token(server, limit), least(limit, deadline));
        }
    }

    private String token(int server, Duration limit) throws IOException {
        if (settings.user().isEmpty() || !token.isEmpty()) {
            return token;
        }
        EtcdSettings.User user = settings.user().get();
        Map<String, Object> request = new LinkedHashMap<>();
        request.put("name", user.name());
        request.put("password", user.password());
        Map<String, Object> answer = exchange(server, "auth/authenticate", request, "", limit);
        token = String.valueOf(answer.get("token"));
        return token;
    }

    private synchronized void forget(String used) {
        if (token.equals(used)) {
            token = "";
        }
    }

    private Map<String, Object> exchange(
            int server, String method, Map<String, Object> request, String used, Duration limit)
            throws IOException {
        HttpRequest post = post(server, method, request, used).build();
        CompletableFuture<HttpResponse<byte[]>> answer =
                http.sendAsync(post, BodyHandlers.ofByteArray());
        try {
            HttpResponse<byte[]> response = answer.get(limit.toNanos(), TimeUnit.NANOSECONDS);
            Map<String, Object> message = message(server, response.body());
            if (response.statusCode() != OK || message.get("error") != null) {
                throw leaving(server, refusal(message));
            }
            return message;
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw noAnswer(server, "no answer within " + DurationText.of(limit));
        } catch (ExecutionException e) {
            IOException failure = noAnswer(server, reason(e.getCause()));
            failure.initCause(e.getCause());
            throw failure;
        } catch (InterruptedException e) {
            answer.cancel(true);
            throw interrupted();
        }
    }

    private static String reason(Throwable failure) {
        Throwable deepest = failure;
        while (deepest.getMessage() == null && deepest.getCause() != null) {
            deepest = deepest.getCause();
        }
        return deepest.getMessage() == null ? "cannot be reached" : deepest.getMessage();
    }

    private IOException noAnswer(int server, String reason) {
        return leaving(server, new IOException("etcd at " + endpoints.get(server) + ": " + reason));
    }

    private Map<String, Object> message(int server, byte[] body) throws IOException {
        try {
            return Json.object(body);
        } catch (IllegalArgumentException e) {
            throw noAnswer(server, "the answer is " + e.getMessage());
        }
    }

    private HttpRequest.Builder post(
            int server, String method, Map<String, Object> request, String used) {
        HttpRequest.Builder post =
                HttpRequest.newBuilder(endpoints.get(server).resolve("/v3/" + method))
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(Json.asciiLine(request)));
        if (!Boolean.TRUE.equals(request.get("serializable"))) {
            // a server that has lost the others says so at once
            post.header("Grpc-Metadata-hasleader", "true");
        }
        return used.isEmpty() ? post : post.header("Authorization", used);
    }

    /** Of a call that may have several answers, the error is a message in the last one. */
    private static EtcdException refusal(Map<String, Object> answer) {
        Map<String, Object> inner = Fields.map(answer, "error");
        Map<String, Object> error = inner.isEmpty() ? answer : inner;
        Object code = error.getOrDefault("code", error.get("grpc_code"));
        Object text = error.getOrDefault("message", error.get("error"));
        String message = String.valueOf(text).replaceFirst("^etcdserver: ", "");
        return new EtcdException(
                code instanceof Long number ? number.intValue() : UNKNOWN, "etcd: " + message);
    }

    /** Messages that come as long as a call lasts; for one reader, closed from any thread. */
    final class Messages implements Closeable {

        private final int server;
        private final InputStream body;
        private final BufferedReader lines;

        private Messages(int server, InputStream body) {
            this.server = server;
            this.body = body;
            this.lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
        }

        /** The next one. */
        Map<String, Object> next() throws IOException {
            String line;
            try {
                line = lines.readLine();
            } catch (IOException e) {
                throw noAnswer(server, reason(e));
            }
            if (line == null) {
                throw noAnswer(server, "the watch ended");
            }
            Map<String, Object> message = message(server, line.getBytes(StandardCharsets.UTF_8));
            if (message.get("error") != null) {
                throw leaving(server, refusal(message));
            }
            return Fields.map(message, "result");
        }

        /** Which server sends them. */
        int server() {
            return server;
        }

        @Override
        public void close() throws IOException {
            body.close(); // the reader of the lines would wait for the next one first
        }
    }

    /** Begins a call whose answer is many messages, at the server that is asked first. */
    Messages open(String method, Map<String, Object> request, Duration limit) throws IOException {
        int server = current.get();
        String used = token(server, limit);
        HttpRequest post = post(server, method, request, used).timeout(limit).build();
        try {
            HttpResponse<InputStream> response = http.send(post, BodyHandlers.ofInputStream());
            if (response.statusCode() != OK) {
                try (InputStream body = response.body()) {
                    EtcdException refusal = refusal(message(server, body.readAllBytes()));
                    if (refusal.isOldToken()) {
                        forget(used);
                    }
                    throw leaving(server, refusal);
                }
            }
            return new Messages(server, response.body());
        } catch (InterruptedException e) {
            throw interrupted();
        } catch (EtcdException e) {
            throw e;
        } catch (IOException e) {
            throw noAnswer(server, reason(e));
        }
    }

    /** Ends what is under way; nothing can be called any more. */
    @Override
    public void close() {
        http.shutdownNow();
    }
}
