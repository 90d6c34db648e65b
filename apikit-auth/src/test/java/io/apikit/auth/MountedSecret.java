package io.apikit.auth;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** A folder with a password in it as Kubernetes mounts one: two links, the first of which is swapped. */
public final class MountedSecret {
    private final Path folder;
    private int version;

    public MountedSecret(Path folder) throws IOException {
        this.folder = folder;
        Files.createSymbolicLink(folder.resolve("password"), Path.of("..data", "password"));
    }

    public Path file() {
        return folder.resolve("password");
    }

    /** At once, as far as anybody can see. */
    public void swapTo(String password) throws IOException {
        version++;
        var fresh = Files.createDirectory(folder.resolve("..version" + version));
        Files.writeString(fresh.resolve("password"), password);
        var link = Files.createSymbolicLink(folder.resolve("..data_tmp"), fresh.getFileName());
        Files.move(link, folder.resolve("..data"), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
