package io.apikit.starter;

import static io.apikit.starter.StandardSetting.AUTH_USERNAME;
import static io.apikit.starter.StandardSetting.BACKEND_URL;

import io.apikit.auth.Authenticator;
import io.apikit.ops.callers.CallerCheck;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The settings of a service, checked before anything starts. Immutable.
 *
 * @param backend the backend of the service. Empty: the demo's
 * @param further the further backends that have an address
 * @param store what the replicas of the service share. Empty: nothing
 * @param callers who may call. Empty: everybody
 */
record Configuration(
        SettingValues values,
        Optional<MainBackend> backend,
        Map<FurtherBackend, SiteSettings> further,
        Optional<StoreSettings> store,
        Optional<CallerCheck> callers,
        ListeningSettings server) {
    /** The backend of the service, and how to log in there. */
    record MainBackend(SiteSettings site, Authenticator mode) {}

    /**
     * Reads and checks all settings.
     *
     * @throws InvalidSettingException for the first setting that cannot be used
     */
    static Configuration from(ServiceDefinition service, SettingValues values) {
        values.check();
        var backend = backend(service, values);
        var further = new LinkedHashMap<FurtherBackend, SiteSettings>();
        service.further.forEach(
                one -> SiteSettings.read(values, one.names()).ifPresent(site -> further.put(one, site)));
        var statusOfDemo = Optional.of("/status").filter(path -> backend.isEmpty());
        return new Configuration(
                values,
                backend,
                further,
                StoreSettings.read(values),
                CallerSettings.read(values),
                ListeningSettings.read(service, values, statusOfDemo));
    }

    private static Optional<MainBackend> backend(ServiceDefinition service, SettingValues values) {
        Stream.of(StandardSetting.values())
                .filter(setting -> setting.group() == StandardSetting.Group.BACKEND)
                .forEach(setting -> values.require(setting.name(), BACKEND_URL.name()));
        var url = values.find(BACKEND_URL);
        return SiteSettings.read(values, SiteNames.SERVICE).map(site -> {
            var mode = LoginMode.read(values, url.orElseThrow(), service.auth);
            requireUsableAccount(values, mode.name());
            return new MainBackend(site, mode);
        });
    }

    private static void requireUsableAccount(SettingValues values, String mode) {
        var account = SiteNames.SERVICE.account().orElseThrow();
        var set = account.names().filter(values::isSet).findFirst();
        if (set.isPresent() && (mode.equals("none") || mode.equals("bearer"))) {
            throw values.invalid(set.get(), "is set, but AUTH_MODE is " + mode + ": nothing would send it");
        }
        if (mode.equals("basic") && values.raw(AUTH_USERNAME.name()).orElse("").contains(":")) {
            throw values.invalid(AUTH_USERNAME, "has a colon, which Basic authentication cannot send (RFC 7617)");
        }
    }
}
