package io.apikit.testkit.systems;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.Locale;

/** The kinds of bodies of a {@link FakeNasa}: each is a small file that a browser can open, followed by filler. */
public enum NasaMedia {
    /** A grey square. */
    JPEG("image/jpeg", "A grey square"),
    /** 8-bit mono at 8 kHz. The filler is its noise. */
    WAV("audio/wav", "The sound of space"),
    /** An empty page. */
    PDF("application/pdf", "A report with nothing to report"),
    /** A page whose filler is text. */
    HTML("text/html", "A page about space");

    private static final int WAV_HEADER_BYTES = 44;

    /** One component of 8 by 8 blocks, each coded as "no change" and "end of block", one bit each. */
    private static final String JPEG_FRAME = "ffd8ffe000104a46494600010100000100010000ffdb004300" + "01".repeat(64)
            + "ffc0000b080020002001011100"
            + "ffc40014000100000000000000000000000000000000"
            + "ffc40014100100000000000000000000000000000000"
            + "ffda0008010100003f00" + "00000000" + "ffd9";

    private static final String PDF_PAGE = """
            %PDF-1.4
            1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj
            2 0 obj <</Type/Pages/Kids[3 0 R]/Count 1>> endobj
            3 0 obj <</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>> endobj
            trailer <</Root 1 0 R>>
            %%EOF
            """;

    private static final String HTML_PAGE = """
            <!DOCTYPE html>
            <html lang="en"><head><title>Space</title></head><body><h1>Space</h1><pre>
            """;

    private final String contentType;
    private final String description;

    NasaMedia(String contentType, String description) {
        this.contentType = contentType;
        this.description = description;
    }

    /** Returns the media type, without parameters. */
    public String contentType() {
        return contentType;
    }

    /** Returns the value of {@code X-Description}. */
    public String description() {
        return description;
    }

    String filename() {
        return "nasa." + name().toLowerCase(Locale.ROOT);
    }

    /** Returns the bytes that a body of this length begins with. A short body is cut off. */
    byte[] head(long length) {
        return switch (this) {
            case JPEG -> HexFormat.of().parseHex(JPEG_FRAME);
            case WAV -> wav(length);
            case PDF -> PDF_PAGE.getBytes(US_ASCII);
            case HTML -> HTML_PAGE.getBytes(US_ASCII);
        };
    }

    /** A length of more than 32 bits is cut off. Players then read to the end. */
    private static byte[] wav(long length) {
        int samples = (int) Math.min(Math.max(0, length - WAV_HEADER_BYTES), 0xffff_ffffL - WAV_HEADER_BYTES);
        ByteBuffer header = ByteBuffer.allocate(WAV_HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        header.put("RIFF".getBytes(US_ASCII)).putInt(samples + WAV_HEADER_BYTES - 8);
        header.put("WAVEfmt ".getBytes(US_ASCII)).putInt(16).putShort((short) 1).putShort((short) 1);
        header.putInt(8_000).putInt(8_000).putShort((short) 1).putShort((short) 8);
        return header.put("data".getBytes(US_ASCII)).putInt(samples).array();
    }
}
