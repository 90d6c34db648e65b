package io.apikit.auth.simulation;

/** Somebody the model's identity provider knows: which of the passwords is the right one, and whether it lets him in. */
final class ModelUser {
    static final int PASSWORDS = 4;

    private final String name;
    private int right;
    private boolean locked;

    ModelUser(String name) {
        this.name = name;
    }

    String name() {
        return name;
    }

    boolean isLetInWith(int password) {
        return password == right && !locked;
    }

    int right() {
        return right;
    }

    void changePassword() {
        right = (right + 1) % PASSWORDS;
    }

    void lock(boolean locked) {
        this.locked = locked;
    }
}
