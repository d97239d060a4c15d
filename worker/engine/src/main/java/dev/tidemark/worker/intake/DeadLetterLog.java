package dev.tidemark.worker.intake;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;

import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;
import org.springframework.stereotype.Component;

import dev.tidemark.contracts.DeadLetterReason;
import dev.tidemark.contracts.EventHeaders;
import dev.tidemark.worker.envelope.LogFields;
import dev.tidemark.worker.publication.Event.DeadLetter;

/**
 * A line in the log for each dead letter, unless there are many: then the first of each
 * minute have to do.
 */
@Component
class DeadLetterLog {

	private static final Logger logger = LoggerFactory.getLogger(DeadLetterLog.class);

	private static final int LINES_A_MINUTE = 20;

	/** What else comes as an id is the sender's, and has no place in a log. */
	private static final Pattern UUID_TEXT = Pattern.compile("[0-9a-fA-F-]{36}");

	private final LongSupplier nanoTime;

	private long minuteBegan;

	private int inThisMinute;

	DeadLetterLog() {
		this(System::nanoTime);
	}

	DeadLetterLog(LongSupplier nanoTime) {
		this.nanoTime = nanoTime;
		this.minuteBegan = nanoTime.getAsLong();
	}

	synchronized void published(DeadLetter letter) {
		if (this.nanoTime.getAsLong() - this.minuteBegan > Duration.ofMinutes(1).toNanos()) {
			if (this.inThisMinute > LINES_A_MINUTE) {
				logger.warn("{} more dead letters were not logged one by one", this.inThisMinute - LINES_A_MINUTE);
			}
			this.minuteBegan = this.nanoTime.getAsLong();
			this.inThisMinute = 0;
		}
		this.inThisMinute++;
		if (this.inThisMinute <= LINES_A_MINUTE) {
			log(letter);
		}
		else if (this.inThisMinute == LINES_A_MINUTE + 1) {
			logger.warn("More dead letters come, and are not logged one by one until the minute is over; "
					+ "the dead-letter topics have them all");
		}
	}

	private static void log(DeadLetter letter) {
		String id = id(letter);
		LoggingEventBuilder line = (letter.reason() == DeadLetterReason.UNPROCESSABLE) ? logger.atError()
				: logger.atWarn();
		LogFields.add(line, letter.record().coordinates(), id)
			.addKeyValue("reason", letter.reason())
			.log("{}, command {}, is a dead letter: {}, {}", letter.record().coordinates(),
					(id != null) ? id : "without an id", letter.reason(), letter.detail());
	}

	private static @Nullable String id(DeadLetter letter) {
		Header header = letter.record().headers().lastHeader(EventHeaders.CE_ID);
		if (header == null || header.value() == null) {
			return null;
		}
		String text = new String(header.value(), StandardCharsets.UTF_8);
		return UUID_TEXT.matcher(text).matches() ? text : null;
	}

}
