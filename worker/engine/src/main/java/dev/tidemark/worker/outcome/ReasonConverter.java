package dev.tidemark.worker.outcome;

import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Converter;
import org.jspecify.annotations.Nullable;

import dev.tidemark.contracts.RejectionReason;

/**
 * Keeps the reason for a rejection in its column by the name that it has on the wire.
 */
@Converter
class ReasonConverter implements AttributeConverter<RejectionReason, String> {

	@Override
	public @Nullable String convertToDatabaseColumn(@Nullable RejectionReason reason) {
		return (reason != null) ? reason.name() : null;
	}

	@Override
	public @Nullable RejectionReason convertToEntityAttribute(@Nullable String name) {
		return (name != null) ? new RejectionReason(name) : null;
	}

}
