/** The wrapped request with Spring Boot; start reading with {@link io.apikit.bench.springboot.Main}. */
@NullMarked
package io.apikit.bench.springboot;

import org.jspecify.annotations.NullMarked;
