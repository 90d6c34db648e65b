package io.apikit.redis;

import io.apikit.auth.LoginStore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A store that notes the commands of requests: those that no background thread of the library sends. Thread-safe. */
final class WatchedStore implements LoginStore {
    private static final String BACKGROUND = "apikit-store";

    private final LoginStore store;
    private final Queue<Command> commands = new ConcurrentLinkedQueue<>();

    WatchedStore(LoginStore store) {
        this.store = store;
    }

    /**
     * A command that has ended.
     *
     * @param name that of the method
     * @param thread which has waited for it
     */
    record Command(String name, String thread, boolean hasFailed) {}

    /** Returns the commands since the last call, in order. */
    List<Command> takeCommands() {
        var taken = List.copyOf(commands);
        commands.removeAll(taken);
        return taken;
    }

    @Override
    public Space open(String name, Listener listener) {
        var space = store.open(name, listener);
        return (Space) Proxy.newProxyInstance(
                Space.class.getClassLoader(), new Class<?>[] {Space.class}, (proxy, method, values) -> {
                    boolean hasFailed = true;
                    try {
                        var result = method.invoke(space, values);
                        hasFailed = false;
                        return result;
                    } catch (InvocationTargetException e) {
                        throw Objects.requireNonNull(e.getCause());
                    } finally {
                        note(new Command(
                                method.getName(), Thread.currentThread().getName(), hasFailed));
                    }
                });
    }

    private void note(Command command) {
        if (!command.thread().startsWith(BACKGROUND)) {
            commands.add(command);
        }
    }

    @Override
    public void close() {
        store.close();
    }
}
