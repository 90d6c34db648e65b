@NullMarked
package io.apikit.custom;

import org.jspecify.annotations.NullMarked;
