/** A description of an app's routes by OpenAPI 3.1, and a page that shows it. */
@NullMarked
package io.apikit.openapi;

import org.jspecify.annotations.NullMarked;
