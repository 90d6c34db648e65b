package io.apikit.internal.util;

import java.util.List;
import org.eclipse.jetty.http.MimeTypes;
import org.eclipse.jetty.http.QuotedQualityCSV;
import org.eclipse.jetty.http.QuotedQualityCSV.QualityValue;

/** The values of a header in which a caller says what it accepts, with their weights (RFC 9110, section 12.4.2). */
public final class AcceptHeader {
    private final List<QualityValue> values;

    private AcceptHeader(List<QualityValue> values) {
        this.values = values;
    }

    /**
     * Reads the header. A weight that cannot be parsed counts as 0.
     *
     * @param fields the values of all headers of the name
     */
    public static AcceptHeader of(List<String> fields) {
        var values = new QuotedQualityCSV();
        for (var field : fields) {
            try {
                values.addValue(field);
            } catch (IllegalArgumentException ignored) {
                // Quotes that are not closed: what stands before them counts.
            }
        }
        return new AcceptHeader(values.getQualityValues());
    }

    /** Returns the highest weight of a value, which is compared without case and parameters; -1 if it is not there. */
    public double weight(String value) {
        return values.stream()
                .filter(accepted -> MimeTypes.getBase(accepted.getValue()).equalsIgnoreCase(value))
                .mapToDouble(QualityValue::getWeight)
                .max()
                .orElse(-1);
    }
}
