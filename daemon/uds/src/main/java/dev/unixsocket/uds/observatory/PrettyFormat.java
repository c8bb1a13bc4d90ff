package dev.unixsocket.uds.observatory;

import dev.unixsocket.services.observatory.Event;
import dev.unixsocket.services.observatory.EventFormat;
import dev.unixsocket.services.observatory.Room;

import java.io.IOException;
import java.io.Serial;
import java.nio.charset.StandardCharsets;

/**
 * A format for people. Indentation can make an event a thousand times larger than what was sent;
 * one that would be larger than 1 MiB and eight times what was sent, or for which there is no
 * memory, is a line of JSON, which is YAML too.
 *
 * @param writer what writes an event
 */
record PrettyFormat(Writer writer) implements EventFormat {

    private static final int ALWAYS_CHARACTERS = 1024 * 1024;
    private static final int MOST_TIMES = 8;

    /** For whom it is written. */
    enum Colours {
        /** A person at a terminal. */
        ANSI,
        /** A program. */
        NONE
    }

    /** Writes an event. */
    @FunctionalInterface
    interface Writer {

        /**
         * Writes it as text in which nothing can command a terminal but colours.
         *
         * @param limit is to be told how long the text becomes, before it is built: the pieces of
         *     one that is given up would fill the heap
         */
        String text(Event event, Limit limit) throws IOException;
    }

    @Override
    public byte[] format(Event event, Room room) {
        Limit limit = new Limit(event, room);
        try {
            return writer.text(event, limit).getBytes(StandardCharsets.UTF_8);
        } catch (TooLarge | Room.NoRoomException e) {
            limit.giveBack();
            return JSON_LINE.format(event, room);
        } catch (IOException e) {
            throw new AssertionError("writing to memory", e);
        }
    }

    /** How long the text of one event may become. Confined to one thread. */
    static final class Limit {

        /** So often is room taken. */
        private static final int STEP_CHARACTERS = 64 * 1024;

        /** While it is built, escaped, coloured and encoded. */
        private static final int BYTES_PER_CHARACTER = 16;

        private final long most;
        private final Room room;
        private long length;
        private long taken;

        private Limit(Event event, Room room) {
            this.most = ALWAYS_CHARACTERS + (long) MOST_TIMES * event.bodyBytes();
            this.room = room;
        }

        /** There is some more text; gives up if that is too much. */
        void take(int characters) {
            long before = length;
            length += characters;
            if (length > most) {
                throw new TooLarge();
            }
            long steps = length / STEP_CHARACTERS - before / STEP_CHARACTERS;
            long bytes = steps * STEP_CHARACTERS * BYTES_PER_CHARACTER;
            room.take(bytes);
            taken += bytes;
        }

        /** How long the text is as far as it was told. */
        int characters() {
            return Math.toIntExact(length);
        }

        /** The text was given up. */
        private void giveBack() {
            room.give(taken);
            taken = 0;
        }
    }

    private static final class TooLarge extends RuntimeException {
        @Serial private static final long serialVersionUID = 1L;

        TooLarge() {
            super("too large", null, false, false);
        }
    }
}
