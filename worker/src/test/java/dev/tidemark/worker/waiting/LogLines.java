package dev.tidemark.worker.waiting;

import java.util.List;
import java.util.stream.Stream;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * What a class says in the log, from {@code INFO} on and on the listener's thread, until
 * this is closed. Other tests run at the same time.
 */
public final class LogLines implements AutoCloseable {

	private final Logger logger;

	private final @Nullable Level before;

	private final Thread listener = Thread.currentThread();

	private final ListAppender<ILoggingEvent> appender = new ListAppender<>() {

		@Override
		protected void append(ILoggingEvent line) {
			if (Thread.currentThread().equals(LogLines.this.listener)) {
				super.append(line);
			}
		}

	};

	/**
	 * Begins to listen.
	 * @param speaker the class whose logger it is
	 */
	public LogLines(Class<?> speaker) {
		this.logger = (Logger) LoggerFactory.getLogger(speaker);
		this.before = this.logger.getLevel();
		this.logger.setLevel(Level.INFO);
		this.logger.setAdditive(false);
		this.appender.start();
		this.logger.addAppender(this.appender);
	}

	/**
	 * Returns what has been said.
	 * @return level and text of each line
	 */
	public List<String> said() {
		return this.appender.list.stream().map((line) -> line.getLevel() + " " + line.getFormattedMessage()).toList();
	}

	/**
	 * Returns the fields of what has been said.
	 * @param name the name of a field
	 * @return its value in each line that has it
	 */
	public List<String> fields(String name) {
		return this.appender.list.stream()
			.flatMap((line) -> (line.getKeyValuePairs() != null) ? line.getKeyValuePairs().stream() : Stream.empty())
			.filter((field) -> field.key.equals(name))
			.map((field) -> String.valueOf(field.value))
			.toList();
	}

	/** Forgets what has been said. */
	public void clear() {
		this.appender.list.clear();
	}

	@Override
	public void close() {
		this.logger.detachAppender(this.appender);
		this.logger.setAdditive(true);
		this.logger.setLevel(this.before);
	}

}
