package dev.tidemark.worker.field;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;

import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * How many lines each fault of the suite has made, printed when all tests have been run.
 */
final class LineTable implements BeforeAllCallback {

	private static final List<Row> rows = new CopyOnWriteArrayList<>();

	static void add(String fault, double seconds, long lines, long aMinute) {
		rows.add(new Row(fault, seconds, lines, aMinute));
	}

	@Override
	public void beforeAll(ExtensionContext context) {
		context.getRoot()
			.getStore(ExtensionContext.Namespace.create(LineTable.class))
			.computeIfAbsent(LineTable.class, (_) -> (AutoCloseable) LineTable::print);
	}

	private static void print() {
		StringBuilder table = new StringBuilder("""
				Lines of the log that faults have made; what was watched for less than a minute is carried on to one
				| fault | watched for | lines | a minute |
				| --- | --- | --- | --- |
				""");
		rows.forEach((row) -> table.append(String.format(Locale.ROOT, "| %s | %.1f s | %d | %d |%n", row.fault(),
				row.seconds(), row.lines(), row.aMinute())));
		System.out.print(table);
	}

	private record Row(String fault, double seconds, long lines, long aMinute) {

	}

}
