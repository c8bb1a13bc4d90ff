package dev.unixsocket.bench.results;

/**
 * What open connections cost a server, whether they are used or not.
 *
 * @param residentBytes memory for one: what is resident outside of the Java heap and what lives in
 *     it, beyond what a single connection takes; negative if there were too few to tell
 * @param idleCores processor time of all of them together while none was used, in cores
 */
public record Standing(double residentBytes, double idleCores) {}
