package io.apikit.testkit;

import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One answer, and what a person could do next with it. */
record Page(Browser browser, HttpResponse<String> response) {
    private static final Pattern ACTION = Pattern.compile("<form [^>]*method=\"post\" action=\"([^\"]*)\"");
    private static final Pattern HIDDEN = Pattern.compile("type=\"hidden\" name=\"([^\"]*)\" value=\"([^\"]*)\"");

    int status() {
        return response.statusCode();
    }

    String body() {
        return response.body();
    }

    String header(String name) {
        return response.headers().firstValue(name).orElse("");
    }

    List<String> setCookies() {
        return response.headers().allValues("Set-Cookie");
    }

    String location() {
        return response.uri().resolve(header("Location")).toString();
    }

    Page follow() {
        return browser.get(location());
    }

    String action() {
        Matcher form = ACTION.matcher(body());
        if (!form.find()) {
            throw new AssertionError("no form in: " + body());
        }
        return response.uri().resolve(form.group(1).replace("&amp;", "&")).toString();
    }

    Map<String, String> hiddenFields() {
        Map<String, String> fields = new LinkedHashMap<>();
        HIDDEN.matcher(body()).results().forEach(field -> fields.put(field.group(1), field.group(2)));
        return fields;
    }

    String csrf() {
        return hiddenFields().getOrDefault("csrf_token", "");
    }

    /** Submits the form with its hidden fields and these: name, value, name, value. */
    Page submit(String... fields) {
        Map<String, String> form = new LinkedHashMap<>(hiddenFields());
        for (int i = 0; i < fields.length; i += 2) {
            form.put(fields[i], fields[i + 1]);
        }
        return browser.post(action(), form);
    }
}
