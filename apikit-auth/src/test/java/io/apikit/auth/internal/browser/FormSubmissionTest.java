package io.apikit.auth.internal.browser;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apikit.BackendError;
import io.apikit.http.BackendResponse;
import java.nio.charset.Charset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What a form sends (HTML Standard, section 4.10.22). Chromium sends the same for each row of these tables, but for a field in
 * a {@code datalist}, which it sends against the standard.
 */
class FormSubmissionTest {
    private static final String AT = "https://idp.test/a/login?x=1";

    /** @param html with a sign for each line break, since a row of a table is one line */
    private static PageRequest submitted(String html) {
        var page = html.replace('␤', '\n').replace('␍', '\r');
        return submitted(new HtmlPage(Address.of(AT), page, Optional.empty()));
    }

    private static PageRequest submitted(HtmlPage page) {
        return new FilledForm(page.forms().get(0)).request();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "<input name=a value=1><input name=b>|a=1&b=",
                "<input value=1><input name='' value=2><input name=a disabled><button disabled name=b>|``",
                "<button name=b value=1>x</button><button name=b value=2>y</button><input name=a>|b=1&a=",
                "<button type=button name=a value=1></button><button type=reset name=b></button><button name=c>|c=",
                "<input type=reset name=a value=1><input type=button name=b value=1><input type=submit name=c>|c=Submit",
                "<input type=image name=i value=v><input name=a>|i.x=0&i.y=0&a=",
                "<input type=image value=v><input name=a>|x=0&y=0&a=",
                "<input type=file name=f><output name=o>1</output>|f=",
                "<input type=checkbox name=a checked><input type=checkbox name=b value=2 checked>"
                        + "<input type=checkbox name=c><input type=checkbox name=d value checked>|a=on&b=2&d=",
                "<input type=radio name=a value=1 checked><input type=radio name=a value=2 checked>"
                        + "<input type=radio name=b value=3><input type=radio name=c checked>|a=2&c=on",
                "<select name=a><option disabled>1<option>2</select>|a=2",
                "<select name=a><option selected>1<option selected>2<option>3</select>|a=2",
                "<select name=a multiple><option selected>1<option selected value=3>2<option selected disabled>4"
                        + "<option>5</select>|a=1&a=3",
                "<select name=a multiple><option>1</select><select name=b size=2><option>1</select>|``",
                "<select name=a size=1><option>1</select><select name=b size=x><option>1</select>|a=1&b=1",
                "<select name=a><optgroup disabled><option>1</optgroup><optgroup><option>2</select>|a=2",
                "<select name=a><option selected disabled>1<option>2</select><select name=b></select>|``",
                "<select name=a><option label=L>  x <b>y</b>␤ z</select><select name=b><option value>x</select>|a=x+y+z&b=",
                "<textarea name=a>␤1␤2␍␤3␍4</textarea><textarea name=b>␤␤1</textarea>|a=1%0D%0A2%0D%0A3%0D%0A4&b=%0D%0A1",
                "<input type=hidden name=a value='1␤2'><input name=b value='1␤2'>|a=1%0D%0A2&b=12",
                "<input type=hidden name='a␤' value=1><input type=email name=b value=' c '>|a%0D%0A=1&b=c",
                "<input type=hidden name=_charset_><input type=hidden name=_CHARSET_ value=x><input name=_charset_ value=y>"
                        + "|_charset_=UTF-8&_CHARSET_=UTF-8&_charset_=y",
                "<input type=hidden name=a value=\"*-._ ~!'()&amp;=+%/@:,;$é\">"
                        + "|a=*-._+%7E%21%27%28%29%26%3D%2B%25%2F%40%3A%2C%3B%24%C3%A9",
                "<fieldset disabled><legend><input name=a></legend><legend><input name=b></legend><input name=c>"
                        + "<fieldset><legend><input name=d></legend></fieldset></fieldset><input name=e>|a=&e=",
                "<fieldset disabled><fieldset disabled><legend><input name=a></legend></fieldset></fieldset>|``",
                "<fieldset disabled><div><legend><input name=a></legend></div></fieldset>|``",
                "<fieldset disabled><legend><fieldset disabled><input name=a></fieldset><input name=b></legend></fieldset>|b=",
                "<fieldset><input name=a></fieldset><fieldset disabled=false><input name=b></fieldset>|a=",
                "<datalist><input name=a><option>1</datalist><input name=b>|b=",
                "<template><input name=a></template><input name=b>|b=",
                "<input name=a form=other><input name=b>|b="
            })
    void entriesAreThoseOfABrowser(String controls, String expected) {
        assertThat(submitted("<form method=post action=/do>" + controls + "</form>")
                        .form())
                .isEqualTo(expected);
    }

    @Test
    void aFormInATemplateIsNone() {
        var page = new HtmlPage(
                Address.of(AT),
                "<template><form><input type=password name=p></form></template><form><input name=a></form>",
                Optional.empty());

        assertThat(page.forms()).hasSize(1);
        assertThat(page.passwordForms()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "<form action=/do?x=y#z method=post>|<button>|POST|/do?x=y",
                "<form action=/do?x=y#z>|<button>|GET|/do?a=1",
                "<form action=/do method=other>|<button>|GET|/do?a=1",
                "<form method=POST>|<button>|POST|/a/login?x=1",
                "<form method=post action>|<button>|POST|/a/login?x=1",
                "<base href=/b/><form method=post action>|<button>|POST|/a/login?x=1",
                "<base href=/b/><form method=post action=c>|<button>|POST|/b/c",
                "<base href=/b/c><base href=/d/><form method=post action='?x'>|<button>|POST|/b/c?x",
                "<base target=x><base href=/d/><form method=post action=c>|<button>|POST|/d/c",
                "<base href=/b/><form method=post action=' '>|<button>|POST|/a/login?x=1",
                "<base href='http://['><form method=post action=c>|<button>|POST|/a/c",
                "<base href=javascript:x><form method=post action=c>|<button>|POST|/a/c",
                "<base href=data:x><form method=post action=c>|<button>|POST|/a/c",
                "<base href><form method=post action=c>|<button>|POST|/a/c",
                "<form method=post action='//idp.test/\td␤'>|<button>|POST|/d",
                "<form method=post>|<button formaction=/other>|POST|/other",
                "<form method=post action=/do>|<button formaction>|POST|/a/login?x=1",
                "<form action=/do>|<button formmethod=post>|POST|/do",
                "<form method=post action=/do>|<button formmethod=get>|GET|/do?a=1",
                "<form method=post action=/do>|<input type=submit formmethod=other>|GET|/do?a=1",
                "<form method=post action=/do>|<input type=image name=i formaction=/e>|POST|/e"
            })
    void methodAndTargetAreThoseOfTheFormOrItsButton(String form, String button, String method, String target) {
        var request = submitted(form + "<input name=a value=1>" + button + "</form>");

        assertThat(request.method()).isEqualTo(method);
        assertThat(request.address().target()).isEqualTo(target);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "<form method=dialog>|is sent nowhere",
                "<form method=post><button formmethod=dialog>|is sent nowhere",
                "<form method=post action=javascript:x>|not http or https",
                "<form method=post action=mailto:a@b.test>|not http or https",
                "<form method=post action=http://u:p@idp.test/>|user info",
                "<base href=ftp://idp.test/><form method=post action=x>|a base that is too long, or not http or https",
                "<base href=http://u:p@idp.test/><form method=post action=x>|a base that is too long, or not http or https"
            })
    void aFormThatGoesNowhereIsRefused(String form, String why) {
        assertThatThrownBy(() -> submitted(form + "<input name=a></form>"))
                .isInstanceOf(BackendError.class)
                .hasMessageContaining(why);
    }

    @Test
    void multipartFormsHaveAPartForEachEntry() {
        var request = submitted("<meta charset=utf-8><form method=post enctype=Multipart/Form-Data>"
                + "<input type=hidden name='a\"\n' value='é\n--x'><input type=file name=f></form>");

        assertThat(request.type()).matches("multipart/form-data; boundary=-{4}FormBoundary[0-9a-f-]{36}");
        var boundary = request.type().substring(request.type().indexOf('=') + 1);
        assertThat(request.form().replace(boundary, "B").split("\r\n", -1))
                .containsExactly(
                        "--B",
                        "Content-Disposition: form-data; name=\"a%22%0D%0A\"",
                        "",
                        "\u00C3\u00A9",
                        "--x",
                        "--B",
                        "Content-Disposition: form-data; name=\"f\"; filename=\"\"",
                        "Content-Type: application/octet-stream",
                        "",
                        "",
                        "--B--",
                        "");
    }

    @Test
    void plainFormsAreLines() {
        var request =
                submitted("<form method=post enctype=text/plain><input name=a value='1 =é'><input name=b></form>");

        assertThat(request.type()).isEqualTo("text/plain");
        assertThat(request.form()).isEqualTo("a=1 =\u00C3\u00A9\r\nb=\r\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "form-data|multipart/form-data",
                "x|application/x-www-form-urlencoded",
                "text/plain|application/x-www-form-urlencoded"
            })
    void theButtonsEncodingComesFirst(String given, String type) {
        var enctype = given.equals("form-data") ? "multipart/form-data" : given;
        var button = enctype.equals("text/plain") ? " formenctype=x" : " formenctype=" + enctype;

        assertThat(submitted("<form method=post enctype=text/plain><button" + button + "></form>")
                        .type())
                .startsWith(type);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "UTF-8|UTF-8||%C3%A9%E2%82%AC%E4%B8%AD",
                "iso-8859-1|windows-1252||%E9%80%26%2320013%3B",
                "us-ascii|windows-1252||%E9%80%26%2320013%3B",
                "iso-8859-15|iso-8859-15||%E9%A4%26%2320013%3B",
                "GB2312|gb2312||%A8%A6%80%D6%D0",
                "gb18030|gb18030||%A8%A6%A2%E3%D6%D0",
                "Shift_JIS|shift_jis||%26%23233%3B%26%238364%3B%92%86",
                "EUC-KR|euc-kr||%26%23233%3B%A2%E6%F1%E9",
                "iso-2022-jp|iso-2022-jp||%26%23233%3B%26%238364%3B%1B%24BCf%1B%28B",
                "UTF-16LE|utf-16||%C3%A9%E2%82%AC%E4%B8%AD",
                "UTF-8|UTF-8|iso-8859-1|%E9%80%26%2320013%3B",
                "UTF-8|UTF-8|nonsense latin1 utf-8|%E9%80%26%2320013%3B",
                "UTF-8|UTF-8|utf-7 unicode|%C3%A9%E2%82%AC%E4%B8%AD",
                "iso-8859-1|windows-1252|utf-8|%C3%A9%E2%82%AC%E4%B8%AD"
            })
    void formsAreSentInTheirOwnEncodingElseInThePages(String label, String java, String accepted, String expected) {
        var charset = accepted == null ? "" : " accept-charset='" + accepted + "'";
        var html = "<form method=post action='/?q=&#xe9;'" + charset
                + "><input name=a value='&#xe9;&#x20ac;&#x4e2d;'></form>";
        var request = submitted(page("text/html; charset=" + label, html.getBytes(Charset.forName(java))));

        assertThat(request.form()).isEqualTo("a=" + expected);
    }

    /** The last three rows are those in which a page names no encoding. Browsers then guess by rules of their own. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "text/html|<meta charset=windows-1251>|%CB",
                "text/html; charset=utf-8|<meta charset=windows-1251>|%3F",
                "text/html; charset=nonsense|<meta charset=windows-1251>|%CB",
                "text/html; Charset=\"windows-1251\"|<meta charset=utf-8>|%CB",
                "text/html|\u00EF\u00BB\u00BF<meta charset=windows-1251>|%3F",
                "text/html; charset=windows-1251|\u00EF\u00BB\u00BF|%3F",
                "text/html|<META␤Charset = 'windows-1251' >|%CB",
                "text/html|<meta http-equiv=Content-Type content='text/html; charset=windows-1251'>|%CB",
                "text/html|<meta content='text/html; charset = \"windows-1251\"' http-equiv=content-type>|%CB",
                "text/html|<meta http-equiv=refresh content='text/html; charset=koi8-r'><meta charset=windows-1251>|%CB",
                "text/html|<meta name=x content='charset=koi8-r'><meta charset=windows-1251>|%CB",
                "text/html|<!-- <meta charset=koi8-r> --><meta charset=windows-1251>|%CB",
                "text/html|<!--><meta charset=windows-1251>|%CB",
                "text/html|<a title='<meta charset=koi8-r>'><meta charset=windows-1251>|%CB",
                "text/html|<meta charset=nonsense><meta charset=windows-1251>|%CB",
                "text/html|<metax charset=koi8-r><meta/charset=windows-1251>|%CB",
                "text/html|<?xml version='1.0' encoding='koi8-r'?><!doctype html><meta charset=windows-1251>|%CB",
                "text/html|<meta charset=x-user-defined><meta charset=windows-1251>|%26%231051%3B",
                "text/html|<meta charset=utf-16><meta charset=windows-1251>|%3F",
                "text/html|<p>|%26%231051%3B"
            })
    void theEncodingOfAPageIsFoundAsInABrowser(String type, String head, String expected) {
        var form = "<form method=post><input name=a value='&#1051;'><input type=hidden name=b value='\u00CB'></form>";
        var request = submitted(page(type, (head.replace('␤', '\n') + form).getBytes(ISO_8859_1)));

        // The letter is encoded in the encoding that was found.
        assertThat(request.form().startsWith("a=" + (expected.equals("%3F") ? "%D0%9B" : expected)))
                .as(request.form())
                .isTrue();
    }

    @Test
    void aPageWithoutANamedEncodingIsUtf8IfItIsValid() {
        var form = "<form method=post><input name=a value='\u00E9'></form>";

        assertThat(submitted(page("text/html", form.getBytes(UTF_8))).form()).isEqualTo("a=%C3%A9");
        assertThat(submitted(page("text/html", form.getBytes(ISO_8859_1))).form())
                .isEqualTo("a=%E9");
    }

    @Test
    void metaBehindTheFirstKibibyteIsNotRead() {
        var form = "<meta charset=koi8-r><form method=post><input name=a value='&#xe9;'></form>";

        assertThat(submitted(page("text/html", (" ".repeat(1_004) + form).getBytes(ISO_8859_1)))
                        .form())
                .isEqualTo("a=%C3%A9");
        assertThat(submitted(page("text/html", (" ".repeat(1_003) + form).getBytes(ISO_8859_1)))
                        .form())
                .isEqualTo("a=%26%23233%3B");
    }

    private static HtmlPage page(String type, byte[] bytes) {
        var response = BackendResponse.of(200, Map.of("Content-Type", List.of(type)), bytes);
        return new HtmlPage(Address.of(AT), PageSource.of(response), Optional.empty());
    }
}
