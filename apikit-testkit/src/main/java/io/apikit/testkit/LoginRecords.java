package io.apikit.testkit;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** What happened at the login form. */
final class LoginRecords {
    private static final int MOST_POSTS = 10_000;

    private final Counters attempts = new Counters();
    private final Counters logins = new Counters();
    private final Deque<LoginPost> posts = new ArrayDeque<>();

    void posted(LoginPost post) {
        attempts.add(post.user());
        synchronized (posts) {
            if (posts.size() == MOST_POSTS) {
                posts.removeFirst();
            }
            posts.addLast(post);
        }
    }

    List<LoginPost> posts() {
        synchronized (posts) {
            return List.copyOf(posts);
        }
    }

    Counters attempts() {
        return attempts;
    }

    Counters logins() {
        return logins;
    }
}
