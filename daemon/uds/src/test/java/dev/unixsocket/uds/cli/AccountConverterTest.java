package dev.unixsocket.uds.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import picocli.CommandLine.TypeConversionException;

/** Users and groups by name and by number. */
class AccountConverterTest {

    private final AccountConverter user = new AccountConverter.User();
    private final AccountConverter group = new AccountConverter.Group();

    @Test
    void aNameIsLookedUp() {
        assertEquals(0, user.convert("root"));
        assertThrows(TypeConversionException.class, () -> group.convert("no such group"));
    }

    @Test
    void aNumberIsTakenAsItIs() {
        assertEquals(0, group.convert("0"));
        assertEquals(4_294_967_294L, Integer.toUnsignedLong(user.convert("4294967294")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"4294967295", "4294967296", "8589934592", "99999999999999999999"})
    void aNumberThatNoIdCanHaveIsRefused(String number) {
        assertThrows(TypeConversionException.class, () -> user.convert(number));
        assertThrows(TypeConversionException.class, () -> group.convert(number));
    }
}
