package io.apikit.testkit.support;

import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A response, and what the user of a browser can do next. */
public record BrowserPage(TestBrowser browser, HttpResponse<String> response) {
    private static final Pattern ACTION = Pattern.compile("<form [^>]*method=\"post\" action=\"([^\"]*)\"");
    private static final Pattern HIDDEN = Pattern.compile("type=\"hidden\" name=\"([^\"]*)\" value=\"([^\"]*)\"");

    public int status() {
        return response.statusCode();
    }

    public String body() {
        return response.body();
    }

    public String header(String name) {
        return response.headers().firstValue(name).orElse("");
    }

    public List<String> setCookies() {
        return response.headers().allValues("Set-Cookie");
    }

    public String location() {
        return response.uri().resolve(header("Location")).toString();
    }

    public BrowserPage follow() {
        return browser.get(location());
    }

    public String action() {
        Matcher form = ACTION.matcher(body());
        if (!form.find()) {
            throw new AssertionError("no form in: " + body());
        }
        return response.uri().resolve(form.group(1).replace("&amp;", "&")).toString();
    }

    public Map<String, String> hiddenFields() {
        Map<String, String> fields = new LinkedHashMap<>();
        HIDDEN.matcher(body()).results().forEach(field -> fields.put(field.group(1), field.group(2)));
        return fields;
    }

    public String csrf() {
        return hiddenFields().getOrDefault("csrf_token", "");
    }

    /** Submits the form with its hidden fields and these: name, value, name, value. */
    public BrowserPage submit(String... fields) {
        Map<String, String> form = new LinkedHashMap<>(hiddenFields());
        for (int i = 0; i < fields.length; i += 2) {
            form.put(fields[i], fields[i + 1]);
        }
        return browser.post(action(), form);
    }
}
