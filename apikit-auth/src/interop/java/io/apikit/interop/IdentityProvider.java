package io.apikit.interop;

import java.util.List;

/** A real identity provider, as the tests of all of them need it. */
interface IdentityProvider {
    /** Its issuer, below which it is discovered. */
    String issuer();

    /** What an oauth2-proxy in front of it has to be told beyond the issuer. */
    List<String> proxyFlags();

    /** Somebody who has never logged in. */
    Account newAccount();

    /** How often this account has logged in with its password, by the provider's own log or events. */
    int logins(Account account);

    /**
     * How many logins there may be once a proxy has renewed its cookies under many calls at once. One that gives a new
     * refresh token for the old one refuses the others who come with the old one; the proxy then ends the session in
     * some of its answers.
     */
    default int loginsAtRefresh() {
        return 1;
    }

    /** How often a login with this account's name was refused, by the provider's own log or events. */
    int refusals(Account account);
}
