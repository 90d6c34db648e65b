/** The rules that the library's classes and sources keep as a whole. */
@NullMarked
package io.apikit.architecture;

import org.jspecify.annotations.NullMarked;
