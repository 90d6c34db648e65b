package io.apikit.testkit;

import java.util.List;

/** What happened at the login form. */
final class LoginRecords {
    private static final int MOST_POSTS = 10_000;

    private final Counters attempts = new Counters();
    private final Counters logins = new Counters();
    private final Recent<LoginPost> posts = new Recent<>(MOST_POSTS);

    void posted(LoginPost post) {
        attempts.add(post.user());
        posts.add(post);
    }

    List<LoginPost> posts() {
        return posts.all();
    }

    Counters attempts() {
        return attempts;
    }

    Counters logins() {
        return logins;
    }
}
