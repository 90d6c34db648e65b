/**
 * The app: metadata, health and one error shape around a service author's routes. Start reading at
 * {@link io.apikit.ApiApp}.
 */
@NullMarked
package io.apikit;

import org.jspecify.annotations.NullMarked;
