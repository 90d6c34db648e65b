package io.apikit.testkit.identityprovider;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What a token says about its user (OpenID Connect Core 1.0, section 5.1). */
public record UserClaims(String subject, String email, Optional<String> preferredUsername) {
    /** As the proxy tells it to the browser. */
    public Map<String, String> userInfo() {
        Map<String, String> info = new LinkedHashMap<>();
        info.put("user", subject);
        info.put("email", email);
        preferredUsername.ifPresent(name -> info.put("preferredUsername", name));
        return info;
    }

    /** As the proxy tells it to the backend; names in any case. */
    public Map<String, String> headers() {
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.put("X-Forwarded-User", subject);
        headers.put("X-Forwarded-Email", email);
        preferredUsername.ifPresent(name -> headers.put("X-Forwarded-Preferred-Username", name));
        return headers;
    }
}
