package dev.tidemark.worker.proof;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

import org.apache.kafka.common.TopicPartition;

/**
 * Sends orders, in batches of all sizes, each by another sender; some in a transaction
 * that stays open for a while, so that nothing behind it can be read.
 * <p>
 * The broker has one batch before the next one is sent. So the order of a partition is
 * the order of the orders, whoever sends them and whenever a transaction ends.
 */
final class Traffic implements AutoCloseable {

	/** One of so many batches stays open. */
	private static final int LEFT_OPEN = 12;

	private final Senders senders;

	private final SplittableRandom random;

	/** For each partition, where the last record is that anyone may see. */
	private final Map<TopicPartition, Long> last = new HashMap<>();

	private final List<CompletableFuture<Void>> open = new ArrayList<>();

	private int leftOpen;

	Traffic(String bootstrapServers, long seed) {
		this.senders = new Senders(bootstrapServers);
		this.random = new SplittableRandom(seed);
	}

	/**
	 * Sends orders, and returns when all of them are durable and can be seen.
	 * @param orders what to send, in order
	 * @param brokerGoes whether the broker may go meanwhile
	 */
	synchronized void send(List<Order> orders, boolean brokerGoes) {
		int next = 0;
		while (next < orders.size()) {
			Order first = orders.get(next);
			boolean leaveOpen = this.random.nextInt(LEFT_OPEN) == 0;
			Sender sender = leaveOpen ? this.senders.newForOneTransaction(this.random)
					: this.senders.any(this.random, first, brokerGoes);
			int size = this.random.nextInt(1, sender.capacity());
			List<Order> batch = new ArrayList<>();
			while (next < orders.size() && batch.size() < size && orders.get(next).aborted() == first.aborted()
					&& sender.takes(orders.get(next))) {
				batch.add(orders.get(next++));
			}
			send(sender, batch, first.aborted(), leaveOpen);
		}
		this.open.forEach(CompletableFuture::join);
		this.open.clear();
	}

	private void send(Sender sender, List<Order> batch, boolean abort, boolean leaveOpen) {
		Map<TopicPartition, Long> sent = sender.send(batch);
		if (!abort) {
			sent.forEach((partition, offset) -> this.last.merge(partition, offset, Math::max));
		}
		this.senders.count(sender, batch.size());
		if (leaveOpen) {
			this.leftOpen++;
			Executor later = CompletableFuture.delayedExecutor(this.random.nextInt(300, 2_000), TimeUnit.MILLISECONDS);
			this.open.add(CompletableFuture.runAsync(() -> {
				try (sender) {
					sender.end(abort);
				}
			}, later));
		}
		else {
			sender.end(abort);
		}
	}

	/**
	 * Returns for each partition the offset of the last record that anyone may see.
	 */
	synchronized Map<TopicPartition, Long> last() {
		return Map.copyOf(this.last);
	}

	/**
	 * Returns how many transactions were left open for a while.
	 */
	synchronized int leftOpen() {
		return this.leftOpen;
	}

	/**
	 * Returns how many orders each sender has sent.
	 */
	@Override
	public synchronized String toString() {
		return this.senders.toString();
	}

	@Override
	public void close() {
		this.senders.close();
	}

}
