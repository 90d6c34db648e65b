package io.apikit.example;

import java.util.Map;
import java.util.Optional;

/** The variables of the environment that configure the service. A blank value counts as not set. */
public enum Variable {
    BACKEND_URL("the backend's base URL; without it a demo starts"),
    AUTH_MODE("none (default), basic or oauth2-proxy; bitly-proxy is an old name of oauth2-proxy"),
    AUTH_ENDPOINT("oauth2-proxy only: where a login starts. Default /oauth2/start at the backend"),
    AUTH_USERNAME("a service account for all callers. Default: each caller's own credentials"),
    AUTH_PASSWORD("the service account's password, or"),
    AUTH_PASSWORD_FILE("a file with it, read again when it changes"),
    PELE_URL("Pele below /pele: its base URL, with /api/v0.1. For each system: in the demo a stand-in"),
    PELE_NETRC("a netrc file with a service account for Pele. Default: each caller's own credentials"),
    FIRECREST_URL("FirecREST version 1 below /firecrest: its base URL"),
    FIRECREST_V2_URL("FirecREST version 2 below /firecrest-v2: its base URL"),
    FIRECREST_TOKEN_URL("the token endpoint for both versions of FirecREST; needed with either URL"),
    FIRECREST_CLIENT_ID("a service account for FirecREST. Default: each caller's own id and secret"),
    FIRECREST_CLIENT_SECRET("its secret, or"),
    FIRECREST_CLIENT_SECRET_FILE("a file with it, read again when it changes"),
    NASA_URL("the NASA course server below /nasa: its base URL"),
    ACCELERATOR_URL("Altair Accelerator below /accelerator: its base URL"),
    ACCELERATOR_CERTIFICATES("a PEM file with the certificates to trust there. Default: the system's"),
    STORE_URL("Redis or Valkey that the replicas share their logins on: redis://user:password@host:6379. Default none"),
    STORE_KEY_FILE("a file with the 32 random bytes that seal what is stored; needed with STORE_URL. Two: new,old"),
    REPLICAS("how many replicas share it: an outage of the store divides the login limits by that. Default 1"),
    HOST("the address to listen at. Default 127.0.0.1; in a container 0.0.0.0"),
    PORT("the port to listen at. Default 8080; 0 takes a free one"),
    ROUTE_PREFIXES("where to mount the routes, comma-separated. Default /,/mymicroservice"),
    FORWARDED_FOR("addresses of proxies whose X-Forwarded-For counts, comma-separated: 10.1.0.0/16. Default none"),
    STOP_DELAY("seconds to serve on after SIGTERM. Default 5 if readiness was asked in the last 60 s, else 0"),
    GRACE("seconds that requests in flight then have left. Default 10"),
    STATUS("where the status page is, such as /status. Default: nowhere; in the demo /status"),
    LOG_FORMAT("text or json. Default: text on standard error, json in LOGFILE; a syslog gets json"),
    LOGFILE("a file to append the log to. Default: standard error"),
    LOG_TO_SYSLOG("1: the log goes to a syslog by UDP, unless there is a LOGFILE"),
    LOGHOST("that syslog, host or host:port. Default localhost:514"),
    LOGLEVEL("TRACE, DEBUG, INFO (default), WARNING, ERROR or CRITICAL"),
    DEBUG("1: the same as LOGLEVEL=DEBUG");

    private final String meaning;

    Variable(String meaning) {
        this.meaning = meaning;
    }

    /** Returns its line in the help. */
    String meaning() {
        return meaning;
    }

    /** Returns the value as it is, or empty if it is not set. */
    Optional<String> in(Map<String, String> environment) {
        return Optional.ofNullable(environment.get(name())).filter(value -> !value.isBlank());
    }

    /** Returns the value without white space around it, which is never intended. Not for passwords. */
    Optional<String> strippedIn(Map<String, String> environment) {
        return in(environment).map(String::strip);
    }
}
