/**
 * Further systems that the example service wraps, each below a prefix of its own: token logins, client credentials,
 * long tasks, streams and tables. Start reading with {@link io.apikit.example.systems.Pele}, and copy it for another one.
 */
@NullMarked
package io.apikit.example.systems;

import org.jspecify.annotations.NullMarked;
