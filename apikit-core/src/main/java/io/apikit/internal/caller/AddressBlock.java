package io.apikit.internal.caller;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One address, or all that begin with the same bits (RFC 4632, RFC 4291). An IPv4-mapped one is the IPv4 one: so Java
 * shows such a peer.
 */
final class AddressBlock {
    /** No name: that would be asked for at a server, and whoever runs that would choose whom we trust. */
    private static final Pattern FORM = Pattern.compile("([0-9A-Fa-f.:]+)(?:/([0-9]{1,3}))?");

    private static final String OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";

    /** Alone or at the end of an IPv6 address. Octets with leading zeros are octal to some and decimal to others. */
    private static final Pattern DOTTED = Pattern.compile("(?:[0-9A-Fa-f:]*:)?" + OCTET + "(?:\\." + OCTET + "){3}");

    private static final int MAPPED_BITS = 96;

    private final byte[] network;
    private final int prefix;

    private AddressBlock(byte[] network, int prefix) {
        this.network = network;
        this.prefix = prefix;
    }

    /** @throws IllegalArgumentException that says what is wrong with it, without a subject */
    static AddressBlock parse(String text) {
        var form = FORM.matcher(text);
        if (!form.matches()) {
            throw new IllegalArgumentException("is none");
        }
        var address = literal(form.group(1)).orElseThrow(() -> new IllegalArgumentException("is none"));
        var left = address instanceof Inet4Address && text.contains(":") ? MAPPED_BITS : 0;
        var block = Optional.ofNullable(form.group(2)).map(bits -> Integer.parseInt(bits) - left);
        return of(address.getAddress(), block);
    }

    private static AddressBlock of(byte[] network, Optional<Integer> block) {
        int longest = Byte.SIZE * network.length;
        int prefix = block.orElse(longest);
        if (prefix < 0 || prefix > longest) {
            throw new IllegalArgumentException("has a prefix that such an address cannot have");
        }
        if (!Arrays.equals(masked(network, prefix), network)) {
            throw new IllegalArgumentException("has bits set beyond its prefix");
        }
        return new AddressBlock(network, prefix);
    }

    boolean contains(InetAddress address) {
        var bytes = address.getAddress();
        return bytes.length == network.length && Arrays.equals(masked(bytes, prefix), network);
    }

    /** Text with a colon, or of four octets, is never looked up as a name. */
    static Optional<InetAddress> literal(String text) {
        if (text.contains(".") ? !DOTTED.matcher(text).matches() : !text.contains(":")) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.getByName(text));
        } catch (UnknownHostException malformed) {
            return Optional.empty();
        }
    }

    private static byte[] masked(byte[] address, int prefix) {
        var network = new byte[address.length];
        for (int i = 0, left = prefix; left > 0; i++, left -= Byte.SIZE) {
            network[i] = (byte) (address[i] & (0xff00 >> Math.min(left, Byte.SIZE)));
        }
        return network;
    }

    /** The addresses that one setting names. Immutable. */
    record AddressBlocks(List<AddressBlock> blocks) {
        /** @throws IllegalArgumentException for what is no address or block, naming it and the setting */
        static AddressBlocks of(String setting, String... peers) {
            return new AddressBlocks(
                    Stream.of(peers).map(peer -> block(setting, peer)).toList());
        }

        boolean isEmpty() {
            return blocks.isEmpty();
        }

        boolean contain(InetAddress address) {
            return blocks.stream().anyMatch(block -> block.contains(address));
        }

        private static AddressBlock block(String setting, String peer) {
            try {
                return AddressBlock.parse(peer);
            } catch (IllegalArgumentException refused) {
                throw new IllegalArgumentException(
                        setting + " must be addresses or blocks such as 10.1.2.3 or 10.1.0.0/16, but '" + peer + "' "
                                + refused.getMessage(),
                        refused);
            }
        }
    }
}
