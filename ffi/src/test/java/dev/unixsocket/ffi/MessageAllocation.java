package dev.unixsocket.ffi;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** The messages of which {@link Allocation} measures the heap that they take. */
final class MessageAllocation {

    private MessageAllocation() {}

    static void measure() throws IOException {
        try (Arena shared = Arena.ofShared()) {
            MemorySegment buffer = shared.allocate(64);
            measure(buffer, Waiting.block());
            measure(buffer, Waiting.park());
        }
    }

    private static void measure(MemorySegment buffer, Waiting waiting) throws IOException {
        packets(buffer, waiting);
        descriptors(buffer, waiting);
        datagrams(buffer, waiting);
    }

    private static void packets(MemorySegment buffer, Waiting waiting) throws IOException {
        try (SocketPair<SeqpacketSocket> pair = SeqpacketSocket.pair()) {
            pair.first().waiting(waiting);
            pair.second().waiting(waiting);
            Allocation.rounds(
                    "messages",
                    5_000,
                    () -> {
                        pair.first().send(buffer, 0, 16);
                        pair.second().receive(buffer, 16, 32);
                    });
        }
    }

    private static void descriptors(MemorySegment buffer, Waiting waiting) throws IOException {
        try (SocketPair<StreamSocket> pair = StreamSocket.pair();
                OpenFile memory = OpenFile.memory("allocation", 1);
                Ancillary ancillary = new Ancillary()) {
            pair.first().waiting(waiting);
            pair.second().waiting(waiting);
            pair.second().passCredentials();
            CredentialsBuffer credentials = new CredentialsBuffer();
            HasDescriptor[] two = {memory, pair.first()};
            Allocation.rounds(
                    "descriptors",
                    5_000,
                    () -> {
                        pair.first().write(buffer, 0, 16, two);
                        pair.second().read(buffer, 16, 32, ancillary);
                        ancillary.credentials(credentials);
                    });
        }
    }

    private static void datagrams(MemorySegment buffer, Waiting waiting) throws IOException {
        Address address = Connected.freeName();
        try (DatagramSocket server = DatagramSocket.bind(address).waiting(waiting);
                DatagramSocket client = DatagramSocket.bindToFreeName().waiting(waiting);
                Ancillary ancillary = new Ancillary()) {
            Allocation.rounds(
                    "datagrams",
                    5_000,
                    () -> {
                        client.sendTo(address, buffer, 0, 16);
                        server.receive(buffer, 16, 32, ancillary);
                    });
            client.connect(address);
            Allocation.rounds(
                    "replies",
                    5_000,
                    () -> {
                        client.send(buffer, 0, 16);
                        server.receive(buffer, 16, 32, ancillary);
                        server.reply(ancillary, buffer, 0, 16);
                        client.receive(buffer, 16, 32);
                    });
        }
    }
}
