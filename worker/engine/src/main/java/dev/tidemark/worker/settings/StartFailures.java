package dev.tidemark.worker.settings;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.SpringBootExceptionReporter;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.validation.BindValidationException;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.origin.Origin;
import org.springframework.boot.origin.OriginProvider;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.convert.ConversionFailedException;
import org.springframework.util.ClassUtils;
import org.springframework.util.PlaceholderResolutionException;
import org.springframework.validation.FieldError;
import org.springframework.validation.ObjectError;

/**
 * Says why the worker does not start: a line on standard error for each setting that is
 * wrong, in place of Spring Boot's analysis on standard output.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
public final class StartFailures implements SpringBootExceptionReporter {

	private static final Logger logger = LoggerFactory.getLogger(StartFailures.class);

	private final @Nullable ConfigurableApplicationContext context;

	/**
	 * Made by Spring Boot.
	 * @param context what was to be started, if it had come so far
	 */
	StartFailures(@Nullable ConfigurableApplicationContext context) {
		this.context = context;
	}

	@Override
	public boolean reportException(Throwable failure) {
		List<String> lines = portInUse(failure);
		if (lines.isEmpty()) {
			lines = lines(failure);
		}
		if (lines.isEmpty()) {
			lines = List.of("the start has failed: " + unknown(failure));
		}
		lines.forEach((line) -> System.err.println("tidemark: " + line));
		logger.debug("The start has failed", failure);
		return true;
	}

	private List<String> portInUse(Throwable failure) {
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (cause instanceof PortInUseException taken) {
				WrittenSetting port = (this.context != null)
						? WrittenSetting.find(this.context.getEnvironment(), "server.port") : null;
				return List.of(WrittenSetting.objection((port != null) ? port.name() : "MANAGEMENT_PORT",
						taken.getPort(), "it may be a port that is free, and something listens on this one"));
			}
		}
		return List.of();
	}

	/**
	 * Explains a failure that is about settings.
	 * @param failure what went wrong
	 * @return a line for each setting; none if the failure is about something else
	 */
	public static List<String> lines(Throwable failure) {
		List<String> lines = new ArrayList<>();
		for (Throwable cause = failure; cause != null && lines.isEmpty(); cause = cause.getCause()) {
			switch (cause) {
				case WrongSettingsException wrong -> lines.addAll(wrong.lines());
				case BindValidationException invalid -> invalid.getValidationErrors()
					.getAllErrors()
					.forEach((error) -> lines.add(line(invalid.getValidationErrors().getName(), error)));
				case PlaceholderResolutionException unset ->
					lines.add("%s is not set, and a setting refers to it".formatted(unset.getPlaceholder()));
				case InvalidConfigurationPropertyValueException invalid -> lines.add(WrittenSetting
					.objection(invalid.getName(), invalid.getValue(), String.valueOf(invalid.getReason())));
				case BindException wrong when !(wrong.getCause() instanceof BindValidationException) ->
					lines.add(line(wrong));
				default -> {
				}
			}
		}
		return lines;
	}

	private static String line(BindException wrong) {
		ConfigurationProperty property = wrong.getProperty();
		if (property == null) {
			return "%s is wrong: %s".formatted(wrong.getName(), unknown(wrong));
		}
		String raw = String.valueOf(property.getValue());
		String name = WrittenSetting.name(property.getOrigin(), property.getName().toString(), raw);
		return WrittenSetting.objection(name, raw, advice(wrong, WrittenSetting.isSecret(name)));
	}

	private static String advice(BindException wrong, boolean secret) {
		for (Throwable cause = wrong; cause != null; cause = cause.getCause()) {
			if (cause instanceof ConversionFailedException failed) {
				Class<?> type = ClassUtils.resolvePrimitiveIfNecessary(failed.getTargetType().getType());
				if (type.isEnum()) {
					return "it may be " + Arrays.stream(type.getEnumConstants())
						.map((constant) -> ((Enum<?>) constant).name().toLowerCase(Locale.ROOT))
						.collect(Collectors.joining(", "));
				}
				if (type == Class.class) {
					return KafkaSettings.NO_SUCH_CLASS;
				}
				return "it may be " + switch (type.getSimpleName()) {
					case "Boolean" -> "true or false";
					case "Integer", "Long", "Short" -> "a whole number";
					case "Double", "Float" -> "a number";
					case "Duration" -> "a duration, such as 500ms, 30s or 5m";
					case "DataSize" -> "a size, such as 10KB or 1MB";
					default -> "a " + type.getSimpleName();
				};
			}
		}
		return secret ? "it cannot be read" : unknown(wrong);
	}

	private static String line(ConfigurationPropertyName prefix, ObjectError error) {
		String property = prefix.toString();
		Object value = "";
		if (error instanceof FieldError field) {
			property = prefix.append(dashed(field.getField())).toString();
			value = field.getRejectedValue();
		}
		Origin origin = (error instanceof OriginProvider provider) ? provider.getOrigin() : null;
		return WrittenSetting.objection(WrittenSetting.name(origin, property, String.valueOf(value)), value,
				"it " + error.getDefaultMessage());
	}

	private static String dashed(String field) {
		return field.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
	}

	/** Says what is not known any better, without more than the first line of it. */
	private static String unknown(Throwable failure) {
		Throwable root = failure;
		while (root.getCause() != null) {
			root = root.getCause();
		}
		String name = root.getClass().getSimpleName();
		if (root.getMessage() == null) {
			return name;
		}
		// What these are called says nothing more.
		boolean plain = root instanceof IllegalArgumentException || root instanceof IllegalStateException;
		return (plain ? "" : name + ": ") + WrittenSetting.oneLine(root.getMessage());
	}

}
