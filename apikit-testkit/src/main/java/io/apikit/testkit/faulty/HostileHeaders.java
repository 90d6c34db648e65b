package io.apikit.testkit.faulty;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Headers of a backend that harm a client which trusts them. */
final class HostileHeaders {
    private static final int SHOWN = 40;

    /** Longer than any client accepts in one line. */
    private static final String HUGE = "x".repeat(100_000);

    private HostileHeaders() {}

    static List<String> locations(String elsewhere) {
        return List.of(
                "http://" + elsewhere + "/",
                "https://" + elsewhere + "/",
                "//" + elsewhere + "/",
                "///" + elsewhere + "/",
                "\\\\" + elsewhere + "\\",
                "/\\" + elsewhere + "/",
                "http:" + elsewhere,
                "http://user:password@" + elsewhere + "/",
                "http://127.0.0.1@" + elsewhere + "/",
                "http://" + elsewhere + "/%0d%0aX-Injected:%20yes",
                "/a\rX-Injected: yes",
                "/a\r\n X-Folded: yes",
                "/a\r\nSet-Cookie: injected=yes",
                "/a\u0000b",
                "/" + HUGE,
                "",
                " ",
                "?",
                "http://",
                "http://[::1",
                "http://127.0.0.1:99999/",
                "javascript:alert(1)",
                "file:///etc/passwd",
                "data:text/html,x");
    }

    /** Returns header lines. Each item has the lines of one response. */
    static List<String> cookies() {
        return List.of(
                line("foreign=1; Domain=elsewhere.example; Path=/"),
                line("top=1; Domain=com"),
                line("huge=" + HUGE),
                fiveHundred(),
                line("control=a\u0001b\u0007c\u007f"),
                line("nul=a\u0000b"),
                line("return=a\rb"),
                line(""),
                line("=nameless"),
                line("no equals sign"),
                line("__Host-a=1; Domain=127.0.0.1; Path=/x"),
                line("old=1; Expires=Thu, 99 Foo 9999 99:99:99 GMT; Max-Age=99999999999999999999"));
    }

    private static String fiveHundred() {
        return IntStream.range(0, 500).mapToObj(i -> line("c" + i + "=" + i)).collect(Collectors.joining());
    }

    private static String line(String cookie) {
        return "Set-Cookie: " + cookie + "\r\n";
    }

    /** Returns printable text for the report of a test, of at most 40 characters. */
    static String shown(String text) {
        String printable = text.replaceAll("[^ -~]", "?");
        return printable.length() <= SHOWN ? printable : printable.substring(0, SHOWN) + "...";
    }
}
