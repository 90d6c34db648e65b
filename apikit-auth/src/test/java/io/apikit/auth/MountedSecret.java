package io.apikit.auth;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;

/** A folder with a password in it as Kubernetes mounts one: two links, the first of which is swapped. */
final class MountedSecret {
    private final Path folder;
    private int version;

    MountedSecret(Path folder) throws IOException {
        this.folder = folder;
        Files.createSymbolicLink(folder.resolve("password"), Path.of("..data", "password"));
    }

    Path file() {
        return folder.resolve("password");
    }

    /** At once, as far as anybody can see; the file behind was written a while ago. */
    void swapTo(String password) throws IOException {
        version++;
        var fresh = Files.createDirectory(folder.resolve("..version" + version));
        var file = Files.writeString(fresh.resolve("password"), password);
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofMinutes(1))));
        var link = Files.createSymbolicLink(folder.resolve("..data_tmp"), fresh.getFileName());
        Files.move(link, folder.resolve("..data"), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
