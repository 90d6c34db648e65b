import io.apikit.testkit.oauth2proxy.FakeOAuth2Proxy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A backend for .ci/new-service: temperatures in plain text, behind an oauth2-proxy. Writes its address to a file. */
final class NewServiceBackend {
    private NewServiceBackend() {}

    public static void main(String... args) throws IOException, InterruptedException {
        var proxy = FakeOAuth2Proxy.inFrontOf(ctx -> ctx.result("21.5\n")).start();
        proxy.identityProvider().addUser("alice", "wonderland");
        var written = Path.of(args[0] + ".part");
        Files.writeString(written, proxy.url());
        Files.move(written, Path.of(args[0]));
        Thread.currentThread().join();
    }
}
