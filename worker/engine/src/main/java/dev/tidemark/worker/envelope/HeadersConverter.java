package dev.tidemark.worker.envelope;

import java.util.ArrayList;
import java.util.List;

import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Converter;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * Keeps the headers of a record that waits in one text column, as a JSON array: their
 * order counts, and names may come twice.
 */
@Converter
public class HeadersConverter implements AttributeConverter<Headers, String> {

	private static final JsonMapper JSON = JsonMapper.shared();

	@Override
	public String convertToDatabaseColumn(Headers headers) {
		List<StoredHeader> stored = new ArrayList<>();
		for (Header header : headers) {
			stored.add(new StoredHeader(header.key(), header.value()));
		}
		return JSON.writeValueAsString(stored);
	}

	@Override
	public Headers convertToEntityAttribute(String column) {
		Headers headers = new RecordHeaders();
		JSON.readValue(column, new TypeReference<List<StoredHeader>>() {
		}).forEach((header) -> headers.add(header.name(), header.value()));
		return headers;
	}

	/**
	 * A header.
	 *
	 * @param name its name
	 * @param value its bytes, Base64 in JSON
	 */
	@SuppressWarnings("ArrayRecordComponent") // Written and read, and never compared.
	record StoredHeader(String name, byte @Nullable [] value) {
	}

}
