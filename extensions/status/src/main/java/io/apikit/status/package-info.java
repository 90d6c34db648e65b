/**
 * An optional page that shows how an app is doing: requests, backends, logins and readiness, with ten minutes of history.
 * Start reading at {@link io.apikit.status.StatusPage}.
 */
@NullMarked
package io.apikit.status;

import org.jspecify.annotations.NullMarked;
