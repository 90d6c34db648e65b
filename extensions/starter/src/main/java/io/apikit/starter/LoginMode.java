package io.apikit.starter;

import static io.apikit.starter.StandardSetting.AUTH_ENDPOINT;
import static io.apikit.starter.StandardSetting.AUTH_FIELDS;
import static io.apikit.starter.StandardSetting.AUTH_MODE;
import static io.apikit.starter.StandardSetting.AUTH_SCOPE;
import static io.apikit.starter.StandardSetting.AUTH_SIGN;

import io.apikit.auth.Authenticator;
import io.apikit.auth.TokenLoginOptions;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** How a service logs in to its backend, as far as a few settings say it. */
enum LoginMode {
    NONE,
    BASIC,
    BEARER,
    OAUTH2_PROXY,
    FORM_LOGIN,
    TOKEN_LOGIN,
    CLIENT_CREDENTIALS;

    /** The name of a mode in configurations of the Flask original. */
    private static final String OLD_OAUTH2_PROXY = "bitly-proxy";

    private static final List<StandardSetting> DETAILS = List.of(AUTH_ENDPOINT, AUTH_FIELDS, AUTH_SIGN, AUTH_SCOPE);

    /**
     * Returns the mode that the settings describe, else that of the code, else none.
     *
     * @throws InvalidSettingException for the first setting that cannot be used
     */
    static Authenticator read(SettingValues values, String url, @Nullable Authenticator inCode) {
        var mode = values.find(AUTH_MODE).map(name -> named(values, name));
        if (mode.isEmpty() && inCode != null) {
            DETAILS.forEach(detail -> values.require(detail.name(), AUTH_MODE.name()));
            return inCode;
        }
        return new Reader(values, url, mode.orElse(NONE)).read();
    }

    private static LoginMode named(SettingValues values, String name) {
        var lower = name.toLowerCase(Locale.ROOT);
        return Stream.of(values())
                .filter(mode -> mode.toString().equals(lower.equals(OLD_OAUTH2_PROXY) ? "oauth2-proxy" : lower))
                .findFirst()
                .orElseThrow(() -> values.invalid(AUTH_MODE, "unknown mode '" + name + "'; there are " + known()));
    }

    private static String known() {
        return Stream.of(values()).map(LoginMode::toString).collect(Collectors.joining(", "));
    }

    /** Returns the settings that say more about the mode. */
    private List<StandardSetting> uses() {
        return switch (this) {
            case NONE, BASIC, BEARER -> List.of();
            case OAUTH2_PROXY -> List.of(AUTH_ENDPOINT);
            case FORM_LOGIN -> List.of(AUTH_ENDPOINT, AUTH_FIELDS);
            case TOKEN_LOGIN -> List.of(AUTH_ENDPOINT, AUTH_FIELDS, AUTH_SIGN);
            case CLIENT_CREDENTIALS -> List.of(AUTH_ENDPOINT, AUTH_SCOPE);
        };
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private record Reader(SettingValues values, String url, LoginMode mode) {
        Authenticator read() {
            DETAILS.stream()
                    .filter(detail -> !mode.uses().contains(detail) && values.isSet(detail.name()))
                    .findFirst()
                    .ifPresent(detail -> {
                        throw values.invalid(detail, "is set, but AUTH_MODE is " + mode + ", which does not use it");
                    });
            return switch (mode) {
                case NONE -> Authenticator.none();
                case BASIC -> Authenticator.basic();
                case BEARER -> Authenticator.bearerRelay();
                case OAUTH2_PROXY -> oauth2Proxy();
                case FORM_LOGIN -> formLogin();
                case TOKEN_LOGIN -> tokenLogin();
                case CLIENT_CREDENTIALS -> clientCredentials();
            };
        }

        private Authenticator oauth2Proxy() {
            var start = values.find(AUTH_ENDPOINT);
            start.ifPresent(this::requireOriginOfBackend);
            return start.map(address ->
                            checked(AUTH_ENDPOINT, () -> Authenticator.oauth2Proxy(options -> options.start(address))))
                    .orElseGet(Authenticator::oauth2Proxy);
        }

        private Authenticator formLogin() {
            var page = values.find(AUTH_ENDPOINT).orElse("/login");
            requireOriginOfBackend(page);
            checked(AUTH_ENDPOINT, () -> Authenticator.formLogin(options -> options.page(page)));
            var names = values.find(AUTH_FIELDS).map(fields -> pair(fields, Function.identity()));
            return checked(
                    AUTH_FIELDS,
                    () -> Authenticator.formLogin(options -> {
                        options.page(page);
                        names.ifPresent(fields -> options.fields(fields[0], fields[1]));
                    }));
        }

        private Authenticator tokenLogin() {
            var path = values.find(AUTH_ENDPOINT).orElse("/login");
            checked(AUTH_ENDPOINT, () -> Authenticator.tokenLogin(options -> options.post(path)));
            var sign = values.find(AUTH_SIGN).map(this::header);
            sign.ifPresent(header ->
                    checked(AUTH_SIGN, () -> Authenticator.tokenLogin(options -> options.sign(header[0], header[1]))));
            return checked(
                    AUTH_FIELDS,
                    () -> Authenticator.tokenLogin(options -> {
                        options.post(path);
                        values.find(AUTH_FIELDS).ifPresent(fields -> credentials(options, fields));
                        sign.ifPresent(header -> options.sign(header[0], header[1]));
                    }));
        }

        private void credentials(TokenLoginOptions options, String fields) {
            if (fields.startsWith("form:")) {
                var names = pair(fields, text -> text.substring("form:".length()));
                options.credentialsAsForm(names[0], names[1]);
            } else if (fields.startsWith("json:")) {
                var names = pair(fields, text -> text.substring("json:".length()));
                options.credentialsAsJson(names[0], names[1]);
            } else if (fields.equals("basic")) {
                options.credentialsAsBasic();
            } else {
                throw values.invalid(
                        AUTH_FIELDS, "must be basic, form:user,password or json:user,password, not '" + fields + "'");
            }
        }

        private Authenticator clientCredentials() {
            values.require(AUTH_MODE.name(), AUTH_ENDPOINT.name());
            var endpoint = values.find(AUTH_ENDPOINT).orElseThrow();
            checked(AUTH_ENDPOINT, () -> Authenticator.clientCredentials(options -> options.tokenUri(endpoint)));
            return checked(
                    AUTH_SCOPE,
                    () -> Authenticator.clientCredentials(options -> {
                        options.tokenUri(endpoint);
                        values.find(AUTH_SCOPE).ifPresent(options::scope);
                    }));
        }

        private String[] pair(String fields, Function<String, String> names) {
            var pair = names.apply(fields).split(",", -1);
            if (pair.length != 2) {
                throw values.invalid(AUTH_FIELDS, "must have two names of fields, as in user,password");
            }
            return new String[] {pair[0].strip(), pair[1].strip()};
        }

        private String[] header(String sign) {
            var colon = sign.indexOf(':');
            if (colon < 1) {
                throw values.invalid(AUTH_SIGN, "must be a header and its value, as in X-API-KEY: {token}");
            }
            return new String[] {
                sign.substring(0, colon).strip(), sign.substring(colon + 1).strip()
            };
        }

        private <T> T checked(StandardSetting setting, Supplier<T> value) {
            return values.checked(setting.name(), value);
        }

        private void requireOriginOfBackend(String address) {
            if (!address.startsWith("/") && !sameOrigin(address, url)) {
                throw values.invalid(
                        AUTH_ENDPOINT,
                        "must be at the origin of BACKEND_URL: a session begun elsewhere would not reach it");
            }
        }

        private static boolean sameOrigin(String one, String other) {
            try {
                return Objects.equals(origin(URI.create(one)), origin(URI.create(other)));
            } catch (IllegalArgumentException ignored) {
                return true; // The library reports the problem more precisely.
            }
        }

        private static String origin(URI address) {
            var scheme = lower(address.getScheme());
            var standard = scheme.equals("https") ? 443 : 80;
            var port = address.getPort() == -1 ? standard : address.getPort();
            return scheme + "://" + lower(address.getHost()) + ":" + port;
        }

        private static String lower(@Nullable String part) {
            return Optional.ofNullable(part).orElse("").toLowerCase(Locale.ROOT);
        }
    }
}
