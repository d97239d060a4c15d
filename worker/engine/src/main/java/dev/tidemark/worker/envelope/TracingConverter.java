package dev.tidemark.worker.envelope;

import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Converter;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Keeps what a waiting command will pass on in one text column, as JSON.
 */
@Converter
public class TracingConverter implements AttributeConverter<@Nullable Tracing, @Nullable String> {

	private static final JsonMapper JSON = JsonMapper.shared();

	@Override
	public @Nullable String convertToDatabaseColumn(@Nullable Tracing tracing) {
		return (tracing != null && !tracing.equals(Tracing.NONE)) ? JSON.writeValueAsString(tracing) : null;
	}

	@Override
	public @Nullable Tracing convertToEntityAttribute(@Nullable String column) {
		return (column != null) ? JSON.readValue(column, Tracing.class) : null;
	}

}
