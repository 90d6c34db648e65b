package io.apikit.architecture;

import static java.util.stream.Collectors.joining;

import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The public signatures of a compiled type, in the format of {@code api/baseline.txt}. */
record PublicSignatures(Class<?> type) {
    /** Inherited members are among them: a member may move to a supertype. */
    Set<String> members() {
        var members = new TreeSet<String>();
        Stream.of(type.getConstructors()).map(this::constructor).forEach(members::add);
        Stream.of(type.getMethods()).map(this::method).forEach(members::add);
        Stream.of(type.getFields()).map(this::field).forEach(members::add);
        return members;
    }

    /** What an implementer has to write, as far as it is declared here. */
    Set<String> abstractMembers() {
        var members = new TreeSet<String>();
        Stream.of(type.getDeclaredMethods())
                .filter(method -> Modifier.isAbstract(method.getModifiers()))
                .map(this::method)
                .forEach(members::add);
        return members;
    }

    String kind() {
        var modifiers = type.getModifiers();
        var words = Stream.of(
                type.isSealed() && !type.isEnum() ? "sealed" : "",
                Modifier.isAbstract(modifiers) && !type.isInterface() ? "abstract" : "",
                Modifier.isFinal(modifiers) && !type.isEnum() && !type.isRecord() ? "final" : "",
                type.isEnum() ? "enum" : type.isRecord() ? "record" : type.isInterface() ? "interface" : "class");
        return words.filter(word -> !word.isEmpty()).collect(joining(" "));
    }

    /** All of them, direct or not. */
    Set<String> supertypes() {
        var supertypes = new TreeSet<String>();
        addSupertypes(type, supertypes);
        return supertypes;
    }

    private static void addSupertypes(Class<?> type, Set<String> supertypes) {
        if (type.getGenericSuperclass() != null) {
            supertypes.add(name(type.getGenericSuperclass()));
            addSupertypes(type.getSuperclass(), supertypes);
        }
        for (var above : type.getGenericInterfaces()) {
            supertypes.add(name(above));
        }
        for (var above : type.getInterfaces()) {
            addSupertypes(above, supertypes);
        }
    }

    private String constructor(Constructor<?> constructor) {
        return "new " + name(type) + parameters(constructor);
    }

    private String method(Method method) {
        var variables = Stream.of(method.getTypeParameters()).map(Type::getTypeName);
        var generic = variables.collect(joining(", ", "<", "> ")).replace("<> ", "");
        var result = name(method.getGenericReturnType());
        return prefix(method) + generic + result + ' ' + name(type) + '.' + method.getName() + parameters(method);
    }

    private static String prefix(Member member) {
        var modifiers = member.getModifiers();
        return Modifier.isStatic(modifiers) ? "static " : Modifier.isAbstract(modifiers) ? "abstract " : "";
    }

    private static String parameters(Executable executable) {
        var parameters = Stream.of(executable.getGenericParameterTypes())
                .map(PublicSignatures::name)
                .collect(joining(", ", "(", ")"));
        var variable = executable.isVarArgs() ? parameters.replaceFirst("\\[]\\)$", "...)") : parameters;
        var thrown = Arrays.stream(executable.getExceptionTypes())
                .filter(type -> !RuntimeException.class.isAssignableFrom(type))
                .map(PublicSignatures::name)
                .collect(joining(", "));
        return thrown.isEmpty() ? variable : variable + " throws " + thrown;
    }

    private String field(Field field) {
        return prefix(field) + name(field.getGenericType()) + ' ' + name(type) + '.' + field.getName();
    }

    private static String name(Type type) {
        return type.getTypeName();
    }
}
