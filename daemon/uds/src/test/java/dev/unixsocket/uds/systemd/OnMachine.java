package dev.unixsocket.uds.systemd;

import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Tests that are given a {@link Machine}, one class after the other: it is one for all. */
@ExtendWith(Machine.Booted.class)
@ResourceLock("machine")
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@interface OnMachine {}
