/**
 * Embedded backends for a service that starts without configuration. Start reading with
 * {@link io.apikit.example.demo.DemoBackend}. A copy of the service needs none of this.
 */
@NullMarked
package io.apikit.example.demo;

import org.jspecify.annotations.NullMarked;
