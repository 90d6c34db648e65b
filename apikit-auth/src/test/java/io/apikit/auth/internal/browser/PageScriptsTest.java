package io.apikit.auth.internal.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a script does when its page is loaded, read without running it. */
class PageScriptsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "document.forms[0].submit()",
                "javascript:document.forms[0].submit()",
                "document.forms[0].submit(); return false;",
                "document . forms [ 0 ] . submit ( ) ;",
                "document.forms['f'].submit()",
                "document.forms.f.submit()",
                "document.forms.item(0).submit()",
                "document.f.submit();",
                "document.getElementById('f').submit();",
                "document.querySelector(\"form\").submit()",
                "document.getElementsByTagName('form')[0].submit()",
                "document.forms[0].requestSubmit()",
                "document.forms[0]['submit']()",
                "HTMLFormElement.prototype.submit.call(document.forms[0])",
                "var f = document.forms[0];\nf.submit();",
                "$('#f').submit();",
                "document.getElementById('go').click()",
                "window.onload = function() { document.forms[0].submit(); }",
                "window.onload = () => document.forms[0].submit();",
                "onload = async () => { document.forms[0].submit(); };",
                "window.addEventListener('load', function (e) {\n  document.forms[0].submit();\n});",
                "document.addEventListener(\"DOMContentLoaded\", () => { document.forms[0].submit() })",
                "$(function(){ $('form').submit(); });",
                "jQuery(function($){ $('form').submit(); });",
                "$(document).ready(function(){ document.forms[0].submit(); });",
                "$(window).on('load', function() { document.forms[0].submit(); });",
                "(function(){ document.forms[0].submit(); })();",
                "!function(){ document.forms[0].submit(); }();",
                "(() => { document.forms[0].submit() })()",
                "setTimeout(function(){ document.forms[0].submit(); }, 0);",
                "setTimeout('document.forms[0].submit()', 0)",
                "function go() { document.forms[0].submit(); }\nwindow.onload = go;",
                "function go() { document.forms[0].submit(); }\ngo();",
                "const go = () => { document.forms[0].submit(); }; setTimeout(go, 10)",
                "if (document.forms.length > 0) { document.forms[0].submit(); }",
                "try { document.forms[0].submit(); } catch (e) { alert(e); }",
                "// it's a comment {\ndocument.forms[0].submit();",
                "/* \" */ document.forms[0].submit();",
                "<!--\ndocument.forms[0].submit();\n//-->",
                "var text = '}); {'; document.forms[0].submit();"
            })
    void aFormIsSubmitted(String script) {
        assertThat(new PageScripts(List.of(script)).submissions()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "function go() { document.forms[0].submit(); }",
                "button.onclick = function() { document.forms[0].submit(); }",
                "button.onclick = () => document.forms[0].submit();",
                "button.addEventListener('click', function() { document.forms[0].submit(); });",
                "$('a').on('click', function() { $('form').submit(); });",
                "$('a').click(function() { $('form').submit(); });",
                "$('form').submit(function() { return check(this); });",
                "var page = { go(x) { document.forms[0].submit(); } };",
                "var page = { go: function(x) { document.forms[0].submit(); } };",
                "// document.forms[0].submit();",
                "/* document.forms[0].submit(); */",
                "var text = 'document.forms[0].submit()';",
                "function go() { document.forms[0].submit(); } button.onclick = go;",
                "document.forms[0].submitted()",
                "form.addEventListener('submit', stop)"
            })
    void noFormIsSubmitted(String script) {
        assertThat(new PageScripts(List.of(script)).submissions()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "location = '/a'|/a",
                "location='/a';|/a",
                "window.location = \"/a\"|/a",
                "document.location.href = '/a?b=1&c=2';|/a?b=1&c=2",
                "self . location . href='/a'|/a",
                "top.location.replace('/a')|/a",
                "location.assign(\"/a\");|/a",
                "window.onload = function() { location.href = '/a' }|/a",
                "location.replace('https:\\/\\/idp.test\\/a\\u0026b\\x3d1')|https://idp.test/a&b=1",
                "return location.href='/a'|/a",
                "location.href = '/a' + document.title|``",
                "location.href = next|``"
            })
    void anAddressIsNamed(String script, String address) {
        assertThat(new PageScripts(List.of(script)).locations()).containsExactly(address);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "if (location.href == '/a') {}",
                "var location = 'Bern';",
                "person.location = 'Bern'",
                "allocation = '/a'",
                "a.onclick = function() { location.href = '/a'; }",
                "// location = '/a'"
            })
    void noAddressIsNamed(String script) {
        assertThat(new PageScripts(List.of(script)).locations()).isEmpty();
    }

    /** Each would take minutes if it were read once for each of its parts. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "f.submit()",
                "function a(){f.submit()}",
                "function(){",
                "location=",
                "\n",
                ".",
                "'",
                "`f.submit()",
                "a.b(() => {f.submit()",
                "setTimeout('f.submit()",
                "\\",
                "/*",
                "x=>"
            })
    void theWorkGrowsWithTheLength(String part) {
        var script = "function go(){f.submit()} " + part.repeat(200_000 / part.length()) + ";f.submit()";

        assertTimeoutPreemptively(
                Duration.ofSeconds(5), () -> new PageScripts(List.of(script, part.repeat(10) + script)));
    }

    /** The spaces before a block may belong to any of three places of a function. */
    @Test
    void theSpacesBeforeABlockAreReadOnce() {
        var threads = ManagementFactory.getThreadMXBean();
        var script = ("function" + " ".repeat(231) + "{f.submit()}").repeat(256);
        var before = threads.getCurrentThreadCpuTime();

        assertThat(new PageScripts(List.of(script)).submissions()).isNotEmpty();

        assertThat(Duration.ofNanos(threads.getCurrentThreadCpuTime() - before)).isLessThan(Duration.ofMillis(300));
    }

    @Test
    void theFormIsNamedInTheStatement() {
        var scripts = new PageScripts(List.of("a(1); document.getElementById('saml').submit(); b(2)"));

        assertThat(scripts.submissions().get(0).statement().strip())
                .isEqualTo("document.getElementById('saml').submit()");
    }
}
