/**
 * A wrapper service to copy: {@link io.apikit.example.MyMicroservice} is the service, {@link io.apikit.example.Main}
 * runs it. Start reading with the first, and change ten lines of it.
 */
@NullMarked
package io.apikit.example;

import org.jspecify.annotations.NullMarked;
