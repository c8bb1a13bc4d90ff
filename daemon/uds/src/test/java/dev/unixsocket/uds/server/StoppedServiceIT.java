package dev.unixsocket.uds.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unixsocket.testing.Program;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What asks a service that is stopped, by SIGSTOP, gives up when its time is over. */
class StoppedServiceIT {

    @TempDir Path folder;

    private Program ask(Service service, String... command) {
        try (Program stopped = service.start(folder)) {
            stopped.signal("STOP");
            List<String> words = new ArrayList<>(List.of(command));
            words.add("--timeout=500ms");
            Program client = Program.dist("uds", words.toArray(String[]::new)).run();
            client.awaitExit();
            return client;
        }
    }

    @Test
    void weaveSend() {
        String socket = Service.WEAVE_COMPUTE.socketIn(folder).toString();
        Program client =
                ask(Service.WEAVE_COMPUTE, "weave", "send", "--prompt=x", "--socket=" + socket);
        assertEquals(14, client.awaitExit(), client::stderr);
        assertTrue(client.stderr().contains("read timeout"), client::stderr);
    }

    @Test
    void ipcSend() {
        String socket = Service.IPC.socketIn(folder).toString();
        Program client = ask(Service.IPC, "ipc", "send", "-thealth_check", "--socket=" + socket);
        assertEquals(4, client.awaitExit(), client::stderr);
        assertTrue(client.stderr().contains("timed out"), client::stderr);
    }

    @Test
    void eventsSendAndClients() {
        Program client = ask(Service.EVENTS, "events", "send", "channel", "{}", "--dir=" + folder);
        assertEquals(4, client.awaitExit(), client::stderr);
        assertTrue(client.stderr().contains("no answer within 500 ms"), client::stderr);
        client = ask(Service.EVENTS, "events", "clients", "channel", "--dir=" + folder);
        assertEquals(4, client.awaitExit(), client::stderr);
    }

    @Test
    void eventsListenEndsWhenNothingComes() {
        Program client = ask(Service.EVENTS, "events", "listen", "channel", "--dir=" + folder);
        assertEquals(4, client.awaitExit(), client::stderr);
    }
}
