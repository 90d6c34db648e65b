package io.apikit.auth;

import java.time.Duration;
import java.util.Optional;

/**
 * What the replicas of a service share of their logins: records, leases, token buckets and messages. It sees opaque keys
 * and sealed bytes, and never a name, a password, a token or a cookie. {@code apikit-redis} has one on Redis or Valkey.
 * Thread-safe.
 *
 * <p>No request of a session that is logged in asks the store. It is asked on a thread of the library's own: before a
 * login, after a rejection, at the end of a login's life, and when another replica has written something new.
 *
 * <p>For those who write one: a method must return within 150 ms, or throw any {@link RuntimeException}. The library then
 * goes on without the store, as if the replica were the only one, and tries the store again later. So a store neither waits
 * nor tries again by itself.
 */
public interface LoginStore extends AutoCloseable {
    /**
     * Returns a store in the memory of this process, for backends of one process that share their logins, and for tests. A
     * backend without a store of its own behaves as if it had one that no other backend has.
     */
    static LoginStore inMemory() {
        return new InMemoryLoginStore();
    }

    /**
     * Opens the part of the store that one backend uses. Sends nothing that has to be waited for: a store that cannot be
     * reached yet is no error here.
     *
     * @param name the same one in all replicas: an opaque text of letters, digits, {@code -} and {@code _}
     * @param listener gets what other parts of the same name write and send, on a thread of the store's that it does not
     *     block
     */
    Space open(String name, Listener listener);

    /** Ends the connections. Deletes nothing. The backend does not call it: who has made the store closes it. */
    @Override
    void close();

    /** The part of a store that one backend of one replica uses. Thread-safe. */
    interface Space extends AutoCloseable {
        /** Returns the record of a key; empty if there is none, or its life is over. */
        Optional<Stored> read(String key);

        /**
         * Takes the lease of a key, unless another one holds it. It ends with its record, by {@link #release}, or after its
         * length.
         *
         * @param above a number that the new lease must exceed, even if the store does not know it
         * @return its number: greater than {@code above}, than the number of each earlier lease of the key, and than that of
         *     its record. If another one holds the lease, no number, but how long it lasts at most
         */
        Lease lease(String key, long above, Duration length);

        /**
         * Lengthens a lease from now on. Returns false, and changes nothing, if another one is the latest, or if {@link #write}
         * or {@link #release} has ended it: a holder may ask for both at the same moment.
         */
        boolean extend(String key, long number, Duration length);

        /** Ends a lease, if it is the latest one, and lets the listeners know. */
        void release(String key, long number);

        /**
         * Writes the record of a key, ends the lease of its number, and lets the listeners of the other replicas know. Writes
         * nothing if one of these is there: a record with the same number and the same change, or with a later one of either;
         * a record of a later format; a lease with a greater number, though it may have ended.
         *
         * @param record its age is ignored: it is new
         * @param life after that time it is gone
         * @return whether it was written
         */
        boolean write(String key, Stored record, Duration life);

        /**
         * Takes one token of a bucket that many replicas share, if there are as many tokens as demanded. A bucket begins
         * full; one that is full again may be forgotten.
         *
         * @param demanded 1 to {@code capacity}
         * @param refill the time in which it gets one token back
         * @return zero if a token was taken; otherwise how long until there are as many as demanded
         */
        Duration take(String bucket, int demanded, int capacity, Duration refill);

        /** Gives a token back that was taken and not used. */
        void giveBack(String bucket, int capacity, Duration refill);

        /** Sends a message to the listeners of the other replicas. A replica without a connection misses it. */
        void send(byte[] message);

        /**
         * Says that this replica is alive, for so long.
         *
         * @return how many replicas are, with this one
         */
        Alive alive(Duration life);

        /** This replica needs the part no more: it is not alive from now on, and its listener gets nothing more. */
        @Override
        void close();
    }

    /** Gets what other replicas do. The methods return at once. */
    interface Listener {
        /** A record has been written, or a lease has ended without one. */
        void changed(String key);

        /** A message of another replica has come. */
        void received(byte[] message);

        /** Messages may have been missed: the connection was away. */
        void missed();
    }

    /**
     * A record.
     *
     * @param format of the value; a replica reads nothing of a later format than it knows
     * @param number that of the lease under which its login was made
     * @param change how often it has been changed since, without another login
     * @param value sealed bytes
     * @param age the time since it was written, by the store's clock
     */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares two of them
    record Stored(int format, long number, long change, byte[] value, Duration age) {}

    /**
     * The result of asking for a lease.
     *
     * @param number that of the lease; zero if another one holds it
     * @param left how long the lease lasts, this one or that of the other one
     */
    record Lease(long number, Duration left) {
        /** Returns whether the lease was taken. */
        public boolean isTaken() {
            return number != 0;
        }
    }

    /**
     * How many replicas are alive.
     *
     * @param replicas at least 1
     * @param wasKnown whether the store knew of this one; if it did not, though that is not its first time, the store may have
     *     lost its records
     */
    record Alive(int replicas, boolean wasKnown) {}
}
