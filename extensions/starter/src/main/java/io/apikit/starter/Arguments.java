package io.apikit.starter;

import static io.apikit.starter.StandardSetting.CONFIG_FILE;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line: each setting is an option, and {@code --help} lists all of them. */
final class Arguments {
    private final ServiceDefinition service;
    private final SettingTable table;

    private Arguments(ServiceDefinition service) {
        this.service = service;
        this.table = service.table();
    }

    /** Runs the command line, and returns the exit code. */
    static int run(ServiceDefinition service, String... args) {
        return new Arguments(service).run(args);
    }

    /** Returns the text of {@code --help}. */
    static String help(ServiceDefinition service) {
        return new CommandLine(new Arguments(service).spec()).getUsageMessage(CommandLine.Help.Ansi.OFF);
    }

    private int run(String... args) {
        var command = new CommandLine(spec())
                .setExpandAtFiles(false)
                .setExecutionStrategy(this::execute)
                .setParameterExceptionHandler((problem, ignored) -> report(problem));
        return command.execute(args);
    }

    private CommandSpec spec() {
        var metadata = service.metadata;
        var spec = CommandSpec.create().name(metadata.name()).mixinStandardHelpOptions(true);
        spec.version(metadata.name() + " " + metadata.version());
        HelpText.describe(spec, service);
        table.all().forEach(setting -> spec.addOption(option(setting)));
        return spec;
    }

    private static OptionSpec option(Setting setting) {
        var names = setting.name().equals(CONFIG_FILE.name())
                ? new String[] {"--config", setting.option()}
                : new String[] {setting.option()};
        var option = OptionSpec.builder(names).type(String.class).hidden(true).paramLabel("VALUE");
        return StandardSetting.isSwitch(setting)
                ? option.arity("0..1").fallbackValue("1").build()
                : option.arity("1").build();
    }

    private int execute(ParseResult parsed) {
        var help = CommandLine.executeHelpRequest(parsed);
        if (help != null) {
            return help;
        }
        var arguments = new HashMap<String, String>();
        table.all()
                .filter(setting -> parsed.hasMatchedOption(setting.option()))
                .forEach(setting -> arguments.put(setting.name(), parsed.matchedOptionValue(setting.option(), "")));
        return visibleSecret(arguments)
                .map(secret -> fail(secret + ": everybody on this machine can see an argument (ps): set it in the"
                        + " environment, in the file of --config, or in a file below --secrets-dir"
                        + fileInstead(secret)))
                .orElseGet(() -> new Program(service).start(arguments));
    }

    private Optional<Setting> visibleSecret(Map<String, String> arguments) {
        return table.all()
                .filter(setting -> setting.isSecret() && arguments.containsKey(setting.name()))
                .findFirst();
    }

    private String fileInstead(Setting secret) {
        return table.find(secret + "_FILE")
                .map(file -> ", or name its file with " + file.option())
                .orElse("");
    }

    private int report(ParameterException problem) {
        return fail(message(problem) + " (try --help)");
    }

    /** Returns the problem without the value of an option: a misspelled option, or one out of place, may have a password. */
    private static String message(ParameterException problem) {
        if (problem instanceof UnmatchedArgumentException unmatched) {
            var first = unmatched.getUnmatched().get(0);
            return first.startsWith("-")
                    ? "unknown argument " + first.replaceFirst("=.*", "")
                    : "an argument is none of a setting: each begins with --";
        }
        if (problem instanceof MissingParameterException missing) {
            return missing.getMissing().stream()
                    .filter(OptionSpec.class::isInstance)
                    .map(option -> "the argument " + ((OptionSpec) option).longestName() + " has no value")
                    .collect(Collectors.joining("; "));
        }
        return String.valueOf(problem.getMessage());
    }

    private int fail(String problem) {
        System.err.println(service.metadata.name() + ": " + InvalidSettingException.oneLine(problem));
        return Program.BAD_SETTINGS;
    }
}
