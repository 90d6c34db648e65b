/**
 * A description of an app's routes by OpenAPI 3.1, and a page that shows it. Start reading at {@link OpenApi}; {@code
 * ApiDocument} makes the description.
 */
@NullMarked
package io.apikit.openapi;

import org.jspecify.annotations.NullMarked;
