package io.apikit.internal.util;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * An IP address, or a block of all addresses that begin with the same bits (RFC 4632, RFC 4291). An IPv4-mapped IPv6
 * address is the IPv4 address, because Java reports such a peer like that. Immutable.
 */
public final class AddressBlock {
    /**
     * Host names are not allowed: they are looked up at a server, and its operator would decide which peer is trusted.
     */
    private static final Pattern FORM = Pattern.compile("([0-9A-Fa-f.:]+)(?:/([0-9]{1,3}))?");

    private static final String OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";

    /**
     * An IPv4 address, alone or at the end of an IPv6 address. Octets with leading zeros are not allowed: some programs
     * read them as octal numbers, others as decimal ones.
     */
    private static final Pattern DOTTED = Pattern.compile("(?:[0-9A-Fa-f:]*:)?" + OCTET + "(?:\\." + OCTET + "){3}");

    private static final int MAPPED_BITS = 96;

    private final byte[] network;
    private final int prefix;

    private AddressBlock(byte[] network, int prefix) {
        this.network = network;
        this.prefix = prefix;
    }

    /**
     * Reads the addresses and blocks that one setting has.
     *
     * @param setting the name of the setting, for errors
     * @throws IllegalArgumentException if one is neither an address nor a block; the message has the setting and the
     *     text
     */
    public static List<AddressBlock> parseAll(String setting, String... texts) {
        return Stream.of(texts).map(text -> parse(setting, text)).toList();
    }

    private static AddressBlock parse(String setting, String text) {
        try {
            return parse(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    setting + " must be addresses or blocks such as 10.1.2.3 or 10.1.0.0/16, but '" + text + "' "
                            + e.getMessage(),
                    e);
        }
    }

    /**
     * Returns the address or the block that a text is.
     *
     * @throws IllegalArgumentException with a message that is a predicate, for a text such as "'10' is none"
     */
    public static AddressBlock parse(String text) {
        var form = FORM.matcher(text);
        if (!form.matches()) {
            throw new IllegalArgumentException("is none");
        }
        var address = literal(form.group(1)).orElseThrow(() -> new IllegalArgumentException("is none"));
        var mappedBits = address instanceof Inet4Address && text.contains(":") ? MAPPED_BITS : 0;
        var prefix = Optional.ofNullable(form.group(2)).map(bits -> Integer.parseInt(bits) - mappedBits);
        return of(address.getAddress(), prefix);
    }

    private static AddressBlock of(byte[] network, Optional<Integer> givenPrefix) {
        int maxPrefix = Byte.SIZE * network.length;
        int prefix = givenPrefix.orElse(maxPrefix);
        if (prefix < 0 || prefix > maxPrefix) {
            throw new IllegalArgumentException("has a prefix that such an address cannot have");
        }
        if (!Arrays.equals(masked(network, prefix), network)) {
            throw new IllegalArgumentException("has bits set beyond its prefix");
        }
        return new AddressBlock(network, prefix);
    }

    /** Returns whether one of the blocks contains the address. */
    public static boolean anyContains(List<AddressBlock> blocks, InetAddress address) {
        return blocks.stream().anyMatch(block -> block.contains(address));
    }

    /** Returns whether the address is one of the block. */
    public boolean contains(InetAddress address) {
        var bytes = address.getAddress();
        return bytes.length == network.length && Arrays.equals(masked(bytes, prefix), network);
    }

    /**
     * Reads an address. {@code InetAddress} never looks up a text with a colon, or of four octets, as a name. Empty
     * if the text is no address.
     */
    public static Optional<InetAddress> literal(String text) {
        if (text.contains(".") ? !DOTTED.matcher(text).matches() : !text.contains(":")) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.getByName(text));
        } catch (UnknownHostException ignored) {
            return Optional.empty();
        }
    }

    private static byte[] masked(byte[] address, int prefix) {
        var network = new byte[address.length];
        for (int i = 0, bits = prefix; bits > 0; i++, bits -= Byte.SIZE) {
            network[i] = (byte) (address[i] & (0xff00 >> Math.min(bits, Byte.SIZE)));
        }
        return network;
    }
}
