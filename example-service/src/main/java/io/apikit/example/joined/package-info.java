/**
 * A service that combines the responses of two backends in one. Start reading with
 * {@link io.apikit.example.joined.JoinedService}.
 */
@NullMarked
package io.apikit.example.joined;

import org.jspecify.annotations.NullMarked;
