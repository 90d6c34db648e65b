/**
 * A wrapper service to copy: {@link io.apikit.example.MyMicroservice} is the service, {@link io.apikit.example.Main} runs
 * it, and the other classes read its settings. Start reading with the first. Its metadata, route and handler are to be
 * replaced.
 */
@NullMarked
package io.apikit.example;

import org.jspecify.annotations.NullMarked;
