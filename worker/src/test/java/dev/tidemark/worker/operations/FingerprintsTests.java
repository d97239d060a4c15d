package dev.tidemark.worker.operations;

import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The table of what is known of keys, as it fills and grows.
 */
class FingerprintsTests {

	@Test
	void keepsEveryKeyApartWhileItGrows() {
		Fingerprints entries = new Fingerprints(4);
		for (int i = 0; i < 100_000; i++) {
			int place = entries.findOrAdd(bytes("key " + i));
			entries.setContent(place, bytes("content " + i));
			entries.setVersion(place, i);
			entries.setState(place, (byte) (1 + i % 5));
		}
		assertThat(entries.size()).isEqualTo(100_000);
		assertThat(entries.capacity()).isLessThan(300_000);
		for (int i = 0; i < 100_000; i++) {
			int place = entries.find(bytes("key " + i));
			assertThat(place).isNotEqualTo(Fingerprints.NONE).isEqualTo(entries.findOrAdd(bytes("key " + i)));
			assertThat(entries.contentIs(place, bytes("content " + i))).isTrue();
			assertThat(entries.contentIs(place, bytes("content " + (i + 1)))).isFalse();
			assertThat(entries.version(place)).isEqualTo(i);
			assertThat(entries.state(place)).isEqualTo((byte) (1 + i % 5));
		}
		assertThat(entries.find(bytes("key 100000"))).isEqualTo(Fingerprints.NONE);
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}
