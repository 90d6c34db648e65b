package io.apikit.starter;

import java.util.Optional;
import java.util.stream.Stream;

/** The settings that every service has. The further backends and the author add others ({@link SettingTable}). */
enum StandardSetting {
    CONFIG_FILE(
            Group.SOURCES, "a file of properties with settings, NAME=value in each line. As an argument also --config"),
    SECRETS_DIR(Group.SOURCES, "a folder with a file for each setting, named AUTH_PASSWORD or auth-password"),

    BACKEND_URL(Group.BACKEND, "the base URL of the backend"),
    BACKEND_CERTIFICATES(Group.BACKEND, "a PEM file with the certificates to trust there", "the system's"),
    BACKEND_PROXY(
            Group.BACKEND, "an HTTP proxy on the way there, http://user:password@host:port", "none", Trait.SECRET),
    AUTH_MODE(
            Group.BACKEND,
            "none, basic, bearer, oauth2-proxy, form-login, token-login or client-credentials;"
                    + " bitly-proxy is an old name of oauth2-proxy"),
    AUTH_ENDPOINT(
            Group.BACKEND,
            "oauth2-proxy: where a login starts (/oauth2/start). form-login: the login page (/login)."
                    + " token-login: where the login is sent (/login). client-credentials: the token URL"),
    AUTH_FIELDS(
            Group.BACKEND,
            "form-login: the names of the two fields, user,password. token-login: how the login is sent:"
                    + " basic, form:user,password or json:user,password"),
    AUTH_SIGN(Group.BACKEND, "token-login: the header of each request", "Authorization: Bearer {token}"),
    AUTH_SCOPE(Group.BACKEND, "client-credentials: the scope to request", "none"),
    AUTH_USERNAME(Group.BACKEND, "a service account for all callers", "each caller's own credentials"),
    AUTH_PASSWORD(Group.BACKEND, "its password, or", "", Trait.SECRET),
    AUTH_PASSWORD_FILE(Group.BACKEND, "a file with it, read again when it changes, or"),
    AUTH_NETRC(Group.BACKEND, "a netrc file with the account for the host of BACKEND_URL"),

    STORE_URL(
            Group.REPLICAS,
            "a Redis or Valkey that the replicas share their logins on, redis://user:password@host:6379"
                    + " (needs apikit-redis)",
            "none",
            Trait.SECRET),
    STORE_KEY_FILE(
            Group.REPLICAS,
            "a file with the 32 random bytes that seal what is stored; needed with STORE_URL. Two: new,old"),
    REPLICAS(
            Group.REPLICAS, "how many replicas share it: an outage of the store divides the login limits by that", "1"),

    CALLERS_KEYS_FILE(
            Group.CALLERS,
            "a file with the callers and the SHA-256 digests of their API keys, read again when it changes"
                    + " (needs apikit-callers)",
            "everybody may call"),
    CALLERS_ISSUER(Group.CALLERS, "the issuer whose signed tokens (JWT) callers send (needs apikit-callers)", "none"),
    CALLERS_AUDIENCE(Group.CALLERS, "the audience that such a token must have; needed with CALLERS_ISSUER"),

    HOST(Group.SERVER, "the address to listen at; in a container 0.0.0.0", "127.0.0.1"),
    PORT(Group.SERVER, "the port to listen at; 0 takes a free one", "8080"),
    ROUTE_PREFIXES(Group.SERVER, "where to mount the routes, comma-separated"),
    FORWARDED_FOR(
            Group.SERVER, "the proxies whose X-Forwarded-For is used, comma-separated, such as 10.1.0.0/16", "none"),
    STOP_DELAY(
            Group.SERVER, "seconds to serve on after SIGTERM", "5 if readiness was requested in the last 60 s, else 0"),
    GRACE(Group.SERVER, "seconds that requests in flight then have left", "10"),
    STATUS(Group.SERVER, "the path of the status page, such as /status (needs apikit-status)", "none"),

    LOG_FORMAT(Group.LOG, "text or json", "text on standard error, json in LOGFILE. A syslog gets json"),
    LOGFILE(Group.LOG, "a file to append the log to", "standard error"),
    LOG_TO_SYSLOG(Group.LOG, "1: the log goes to a syslog by UDP, unless there is a LOGFILE", "", Trait.SWITCH),
    LOGHOST(Group.LOG, "that syslog, host or host:port", "localhost:514"),
    LOGLEVEL(Group.LOG, "TRACE, DEBUG, INFO, WARNING, ERROR or CRITICAL", "INFO"),
    DEBUG(Group.LOG, "1: the same as LOGLEVEL=DEBUG", "", Trait.SWITCH);

    private final Group group;
    private final String meaning;
    private final String shownDefault;
    private final Trait trait;

    StandardSetting(Group group, String meaning) {
        this(group, meaning, "");
    }

    StandardSetting(Group group, String meaning, String shownDefault) {
        this(group, meaning, shownDefault, Trait.PLAIN);
    }

    StandardSetting(Group group, String meaning, String shownDefault, Trait trait) {
        this.group = group;
        this.meaning = meaning;
        this.shownDefault = shownDefault;
        this.trait = trait;
    }

    Group group() {
        return group;
    }

    Setting setting() {
        var plain = Setting.named(name(), meaning);
        var shown = shownDefault.isEmpty() ? plain : plain.showsDefault(shownDefault);
        return trait == Trait.SECRET ? shown.secret() : shown;
    }

    /** Returns the standard setting of this name. */
    static Optional<StandardSetting> named(String name) {
        return Stream.of(values())
                .filter(standard -> standard.name().equals(name))
                .findFirst();
    }

    /** Returns whether a setting needs no value as an argument: it is then on. */
    static boolean isSwitch(Setting setting) {
        return named(setting.name())
                .filter(standard -> standard.trait == Trait.SWITCH)
                .isPresent();
    }

    /** The headings of the table. */
    enum Group {
        SOURCES("Where settings come from"),
        BACKEND("The backend"),
        REPLICAS("Replicas"),
        CALLERS("Who may call"),
        SERVER("The service"),
        LOG("The log");

        private final String title;

        Group(String title) {
            this.title = title;
        }

        String title() {
            return title;
        }
    }

    /** What is special about a setting. */
    private enum Trait {
        PLAIN,
        SECRET,
        SWITCH
    }
}
