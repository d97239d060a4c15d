package dev.tidemark.worker.proof;

import java.util.List;
import java.util.Map;

import org.apache.kafka.common.TopicPartition;

/**
 * One of the many programs that put commands into Kafka.
 */
interface Sender extends AutoCloseable {

	/**
	 * Returns the client and the codec, for the summary.
	 */
	String name();

	/**
	 * Tells whether this sender can send an order exactly as it is.
	 */
	boolean takes(Order order);

	/**
	 * Returns how many orders this sender sends at a time, at most.
	 */
	int capacity();

	/**
	 * Tells whether this sender does not give up while the broker is away.
	 */
	boolean isPatient();

	/**
	 * Sends orders, and returns when the broker has all of them: whatever anybody sends
	 * from then on lies behind them. They are not to be seen before {@link #end}.
	 * @param orders what to send, in order
	 * @return for each partition, where the last of them lies
	 */
	Map<TopicPartition, Long> send(List<Order> orders);

	/**
	 * Ends the transaction, if there is one.
	 * @param abort whether nobody may ever see what was sent
	 */
	void end(boolean abort);

	@Override
	void close();

}
