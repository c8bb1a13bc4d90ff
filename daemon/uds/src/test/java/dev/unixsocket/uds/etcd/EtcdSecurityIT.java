package dev.unixsocket.uds.etcd;

import static dev.unixsocket.testing.RequiredTools.requireRoot;
import static dev.unixsocket.testing.RequiredTools.requireTool;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.unixsocket.testing.Program;
import dev.unixsocket.testing.TestSockets;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A cluster that wants certificates, users and passwords, and has tenants. */
class EtcdSecurityIT {

    private static final String CERTIFICATES =
            """
            cd "$0"
            p256='-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes'
            openssl req -x509 $p256 -days 2 -subj /CN=ca -keyout ca.key -out ca.pem
            printf 'subjectAltName=IP:127.0.0.1' > san
            openssl req $p256 -subj /O=server -keyout server.key -out server.csr
            openssl req -newkey rsa:2048 -nodes -subj /O=client -keyout client.key -out client.csr
            for one in server client; do
                openssl x509 -req -in $one.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 \\
                    -extfile san -out $one.pem
            done
            """;

    private static final String URL = "https://127.0.0.1:2379";

    @TempDir Path folder;
    @RegisterExtension final TestSockets sockets = new TestSockets(() -> folder.resolve("d"));
    private Network network;
    private Program etcd;

    @BeforeEach
    void start() throws IOException {
        requireRoot("to make network namespaces");
        requireTool("ip", "to make network namespaces");
        requireTool("etcd", "to register sockets");
        requireTool("etcdctl", "to make users");
        requireTool("openssl", "to make certificates");
        Files.createDirectory(folder.resolve("d"));
        network = Network.of(List.of("one"));
        Program made = Program.tool("sh", "-ec", CERTIFICATES, folder.toString()).run();
        assertEquals(0, made.awaitExit(), made::stderr);
        Program.Builder server =
                Program.tool(
                        "etcd",
                        "--data-dir=" + folder.resolve("data"),
                        "--listen-client-urls=" + URL,
                        "--advertise-client-urls=" + URL,
                        "--client-cert-auth",
                        "--bcrypt-cost=4",
                        "--trusted-ca-file=" + folder.resolve("ca.pem"),
                        "--cert-file=" + folder.resolve("server.pem"),
                        "--key-file=" + folder.resolve("server.key"),
                        "--logger=zap",
                        "--log-level=error");
        etcd = network.on("one", server).start();
        Program.await(() -> control("endpoint", "health") == 0, "etcd");
    }

    @AfterEach
    void stop() {
        if (etcd != null) {
            etcd.close();
        }
        if (network != null) {
            network.close();
        }
    }

    private int control(String... arguments) {
        List<String> all =
                new ArrayList<>(
                        List.of(
                                "--endpoints=" + URL,
                                "--cacert=" + folder.resolve("ca.pem"),
                                "--cert=" + folder.resolve("client.pem"),
                                "--key=" + folder.resolve("client.key")));
        all.addAll(List.of(arguments));
        Program.Builder etcdctl =
                Program.tool("etcdctl", all.toArray(String[]::new)).environment("ETCDCTL_API", "3");
        return network.on("one", etcdctl).run().awaitExit();
    }

    private Program.Builder uds(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(
                List.of(
                        "--etcd=" + URL,
                        "--etcd-prefix=/tenants/a",
                        "--etcd-ca=" + folder.resolve("ca.pem")));
        Program.Builder uds = Program.dist("uds", all.toArray(String[]::new));
        return network.on("one", uds.environment("XDG_RUNTIME_DIR", folder.toString()));
    }

    private Program.Builder loggedIn(String password, String... arguments) throws IOException {
        Path file = Files.writeString(folder.resolve(password), password + "\n");
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(
                List.of(
                        "--etcd-cert=" + folder.resolve("client.pem"),
                        "--etcd-key=" + folder.resolve("client.key"),
                        "--etcd-user=a",
                        "--etcd-password-file=" + file));
        return uds(all.toArray(String[]::new));
    }

    private void makeUsers() {
        String[][] commands = {
            {"user", "add", "root:word"},
            {"user", "grant-role", "root", "root"},
            {"role", "add", "a"},
            {"role", "grant-permission", "--prefix=true", "a", "readwrite", "/tenants/a/"},
            {"user", "add", "a:word-a"},
            {"user", "grant-role", "a", "a"},
            {"auth", "enable"}
        };
        for (String[] command : commands) {
            assertEquals(0, control(command), String.join(" ", command));
        }
    }

    @Test
    void certificatePasswordAndTenantLetAnAgentRegisterAndOthersLook() throws IOException {
        makeUsers();
        Path socket = sockets.listening("a.sock");
        String directory = folder.resolve("d").toString();
        try (Program agent = loggedIn("word-a", "register", directory, "--host=one").start();
                Program watch = loggedIn("word-a", "watch").start()) {
            agent.awaitStderr("etcd has all sockets that listen here: 1");
            watch.awaitStdout("listening   one " + socket);
            sockets.die(socket);
            watch.awaitStdout("disappeared one " + socket);
        }
        assertRefused(uds("ls"), "certificate");
        assertRefused(loggedIn("another", "ls"), "invalid user ID or password");
    }

    /** Where etcd has no time to refuse it within 5 s, it is asked again. */
    private static void assertRefused(Program.Builder ls, String why) {
        Program.await(
                () -> {
                    Program refused = ls.run();
                    assertEquals(1, refused.awaitExit(), refused::stdout);
                    return refused.stderr().contains(why);
                },
                why);
    }
}
