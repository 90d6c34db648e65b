package io.apikit.starter;

import static io.apikit.starter.StandardSetting.AUTH_MODE;
import static io.apikit.starter.StandardSetting.BACKEND_URL;
import static io.apikit.starter.StandardSetting.ROUTE_PREFIXES;
import static io.apikit.starter.StandardSetting.STATUS;

import io.apikit.auth.Authenticator;
import io.apikit.starter.StandardSetting.Group;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** All settings of one service, in the order of {@code --help}. Immutable. */
final class SettingTable {
    private final List<Section> sections;
    private final Map<String, Setting> byName = new LinkedHashMap<>();

    private SettingTable(List<Section> sections) {
        this.sections = List.copyOf(sections);
        all().forEach(setting -> {
            if (byName.put(setting.name(), setting) != null) {
                throw new IllegalArgumentException("there are two settings with the name " + setting);
            }
        });
    }

    /**
     * Returns the settings of this service.
     *
     * @throws IllegalArgumentException if two have the same name
     */
    static SettingTable of(ServiceDefinition service) {
        var sections = new ArrayList<Section>();
        for (var group : Group.values()) {
            var standard = Stream.of(StandardSetting.values())
                    .filter(setting -> setting.group() == group)
                    .map(setting -> withDefault(setting, service))
                    .toList();
            sections.add(new Section(group.title(), standard));
            if (group == Group.BACKEND) {
                service.further.forEach(further -> sections.add(new Section(further.meaning(), further.settings())));
            }
        }
        sections.add(new Section("Further settings", service.own));
        return new SettingTable(sections);
    }

    private static Setting withDefault(StandardSetting standard, ServiceDefinition service) {
        var setting = standard.setting();
        if (standard == BACKEND_URL) {
            var url = Optional.ofNullable(service.backendUrl);
            return url.map(setting::defaultsTo)
                    .orElseGet(() ->
                            setting.showsDefault(service.demo == null ? "none: it is needed" : "a demo with one"));
        }
        if (standard == AUTH_MODE) {
            var mode = Optional.ofNullable(service.auth).map(Authenticator::name);
            return setting.showsDefault(mode.orElse("none"));
        }
        if (standard == ROUTE_PREFIXES) {
            return setting.defaultsTo(String.join(",", service.prefixes));
        }
        return standard == STATUS && service.demo != null ? setting.showsDefault("none; in the demo /status") : setting;
    }

    /** Returns the sections that have settings. */
    List<Section> sections() {
        return sections.stream().filter(section -> !section.settings.isEmpty()).toList();
    }

    /** Returns all settings. */
    Stream<Setting> all() {
        return sections.stream().flatMap(section -> section.settings.stream());
    }

    /** Returns the setting of this name. */
    Optional<Setting> find(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    /** A heading, and the settings below it. */
    record Section(String title, List<Setting> settings) {
        Section {
            settings = List.copyOf(settings);
        }
    }
}
