package io.apikit.starter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests where settings come from, and which source has precedence. */
class SettingSourcesTest {
    private static final SettingTable TABLE = TestServices.FULL.definition.table();

    @TempDir
    private Path folder = Path.of("");

    @Test
    void argumentsComeFirstAndMountedSecretsLast() throws Exception {
        var arguments = Map.of("HOST", "argument");
        var environment = new HashMap<>(Map.of("HOST", "environment", "PORT", "2", "REPLICAS", " "));
        environment.put(
                "CONFIG_FILE",
                file("host=file\nport=3\npage-size=4\nREPLICAS=4\n").toString());
        environment.put("SECRETS_DIR", folder.toString());
        for (var name : new String[] {"HOST", "PORT", "PAGE_SIZE", "REPLICAS"}) {
            Files.writeString(folder.resolve(name), "secret");
        }
        Files.writeString(folder.resolve("api-key"), " the ${key} of the weather\n");

        var values = SettingSources.read(TABLE, arguments, environment).resolve();
        assertThat(values.find("HOST")).contains("argument");
        assertThat(values.find("PORT")).contains("2");
        assertThat(values.find("PAGE_SIZE")).contains("4");
        assertThat(values.find("REPLICAS")).as("blank in the environment").contains("4");
        assertThat(values.find("API_KEY")).as("as it is").contains(" the ${key} of the weather");
        assertThat(values.find("GRACE")).isEmpty();
    }

    @Test
    void messageNamesTheSource() throws Exception {
        var config = file("grace=soon\n");
        Files.writeString(folder.resolve("REPLICAS"), "many");
        var environment = Map.of("CONFIG_FILE", config.toString(), "SECRETS_DIR", folder.toString(), "PORT", "http");
        var values = SettingSources.read(TABLE, Map.of("PAGE_SIZE", "all"), environment)
                .resolve();
        assertThat(values.invalid("PAGE_SIZE", "bad")).hasMessage("PAGE_SIZE: bad (from the argument --page-size)");
        assertThat(values.invalid("PORT", "bad")).hasMessage("PORT: bad (from the environment)");
        assertThat(values.invalid("GRACE", "bad")).hasMessage("GRACE: bad (from the file " + config + ")");
        assertThat(values.invalid("REPLICAS", "bad")).hasMessage("REPLICAS: bad (from the folder " + folder + ")");
        assertThat(values.invalid("HOST", "bad")).hasMessage("HOST: bad");
    }

    @Test
    void unknownNameInTheFileIsReportedWithoutItsValue() throws Exception {
        var config = file("auth-pasword=s3cr3t\n");
        assertThatThrownBy(() -> SettingSources.read(TABLE, Map.of(), Map.of("CONFIG_FILE", config.toString())))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessage("auth-pasword: there is no such setting (from the file " + config + ")");
    }

    @ParameterizedTest
    @ValueSource(strings = {"CONFIG_FILE", "SECRETS_DIR"})
    void missingFileOrFolderIsNamed(String setting) {
        assertThatThrownBy(() -> SettingSources.read(TABLE, Map.of(setting, "/no/such"), Map.of()))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageStartingWith(setting + ": /no/such: there is no such f");
    }

    @Test
    void fileThatIsNoTextIsNamed() throws Exception {
        var config = Files.write(folder.resolve("config"), new byte[] {(byte) 0xff, (byte) 0xfe});
        assertThatThrownBy(() -> SettingSources.read(TABLE, Map.of(), Map.of("CONFIG_FILE", config.toString())))
                .hasMessage("CONFIG_FILE: " + config + ": the file is not readable (from the environment)");
    }

    @Test
    void nothingPrintsASecret() {
        var settings = Map.of("API_KEY", "s3cr3t", "BACKEND_URL", "http://h", "STORE_URL", "redis://u:pa55@h");
        var values = SettingSources.given(TABLE, settings);
        assertThat(values.toString()).doesNotContain("s3cr3t", "pa55");
        assertThat(values.invalid("HOST", "no s3cr3t here")).hasMessage("HOST: no *** here");
    }

    private Path file(String content) throws Exception {
        return Files.writeString(folder.resolve("service.properties"), content);
    }
}
