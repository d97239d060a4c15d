package dev.tidemark.worker.intake;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;
import org.springframework.kafka.listener.KafkaMessageListenerContainer;

/**
 * Keeps from the log what the container says, with a stack trace, of every attempt that
 * Kafka refuses. The consumer says it, once and in a line.
 */
final class RefusalFilter extends TurboFilter {

	@Override
	public FilterReply decide(@Nullable Marker marker, Logger logger, Level level, @Nullable String format,
			Object @Nullable [] parameters, @Nullable Throwable failure) {
		boolean refused = failure instanceof AuthenticationException || failure instanceof AuthorizationException;
		return (refused && logger.getName().equals(KafkaMessageListenerContainer.class.getName())) ? FilterReply.DENY
				: FilterReply.NEUTRAL;
	}

}
