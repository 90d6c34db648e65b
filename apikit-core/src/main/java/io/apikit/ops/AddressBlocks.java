package io.apikit.ops;

import java.net.InetAddress;
import java.util.List;
import java.util.stream.Stream;

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
