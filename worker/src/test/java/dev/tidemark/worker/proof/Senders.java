package dev.tidemark.worker.proof;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.UUID;

import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * All who send: Kafka's own client and, where kcat is installed, librdkafka, with every
 * codec that Kafka knows.
 */
final class Senders implements AutoCloseable {

	static final String UNCOMPRESSED = "none";

	static final List<String> CODECS = List.of(UNCOMPRESSED, "gzip", "snappy", "lz4", "zstd");

	/** Less than a topic takes, for there are headers, too. */
	private static final int MAX_UNCOMPRESSED = 900_000;

	private final String bootstrapServers;

	/**
	 * Of their transactional ids: others may send to the same broker at the same time.
	 */
	private final String name = "proof-" + UUID.randomUUID();

	private final List<Sender> all = new ArrayList<>();

	/** How many orders each has sent, by its name. */
	private final Map<String, Integer> sent = new TreeMap<>();

	private int transactions;

	Senders(String bootstrapServers) {
		this.bootstrapServers = bootstrapServers;
		for (String codec : CODECS) {
			this.all.add(new JavaSender(bootstrapServers, codec, null));
			this.all.add(newTransactional(codec));
			if (KcatSender.isInstalled()) {
				this.all.add(new KcatSender(bootstrapServers, codec, "%s-kcat-%s".formatted(this.name, codec)));
			}
		}
	}

	private Sender newTransactional(String codec) {
		return new JavaSender(this.bootstrapServers, codec,
				"%s-%d-%s".formatted(this.name, this.transactions++, codec));
	}

	/**
	 * Returns any sender that can send an order.
	 * @param patient whether it must not give up when the broker goes
	 */
	Sender any(SplittableRandom random, Order order, boolean patient) {
		List<Sender> able = this.all.stream()
			.filter((sender) -> sender.takes(order) && (sender.isPatient() || !patient))
			.toList();
		return able.get(random.nextInt(able.size()));
	}

	/**
	 * Starts a sender that has a transaction to itself. It is the caller's to close.
	 */
	Sender newForOneTransaction(SplittableRandom random) {
		// Compressed, so that it takes whatever there is.
		return newTransactional(CODECS.get(random.nextInt(1, CODECS.size())));
	}

	static boolean fitsUncompressed(ProducerRecord<byte[], byte[]> record) {
		return record.value() == null || record.value().length <= MAX_UNCOMPRESSED;
	}

	void count(Sender sender, int orders) {
		this.sent.merge(sender.name(), orders, Integer::sum);
	}

	/**
	 * Returns how many orders each has sent.
	 */
	@Override
	public String toString() {
		return this.sent + (KcatSender.isInstalled() ? "" : ", no librdkafka: kcat is not installed");
	}

	@Override
	public void close() {
		this.all.forEach(Sender::close);
	}

}
