package dev.tidemark.worker.field;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.zip.CRC32C;

import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceDataCollection;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.DefaultRecordBatch;
import org.apache.kafka.common.record.MemoryRecords;
import org.apache.kafka.common.record.SimpleRecord;
import org.apache.kafka.common.requests.AbstractResponse;
import org.apache.kafka.common.requests.ProduceRequest;
import org.apache.kafka.common.requests.ProduceResponse;
import org.apache.kafka.common.requests.RequestHeader;

/**
 * A batch of records as Kafka's protocol has it, for what Java's producer refuses to send
 * and other clients do send, such as a negative timestamp, and for records whose size no
 * producer's buffers would hold.
 */
final class RawBatch {

	/** The last that names topics and not their ids. */
	private static final short VERSION = 12;

	private static final int BASE_TIMESTAMP = 27;

	private static final int MAX_TIMESTAMP = 35;

	/** What comes behind the checksum is what it is made of. */
	private static final int AFTER_CRC = DefaultRecordBatch.CRC_OFFSET + Integer.BYTES;

	private final MemoryRecords records;

	private RawBatch(MemoryRecords records) {
		this.records = records;
	}

	/**
	 * Makes a batch of records, as a producer would.
	 */
	static RawBatch of(Compression compression, SimpleRecord... records) {
		return new RawBatch(MemoryRecords.withRecords(compression, records));
	}

	/**
	 * Makes a batch of one record that claims to be of any time.
	 * @param timestamp in milliseconds since 1970; -1 for no time
	 * @param record the record, whose own timestamp is 0
	 */
	static RawBatch at(long timestamp, SimpleRecord record) {
		ByteBuffer bytes = MemoryRecords.withRecords(Compression.NONE, record).buffer();
		bytes.putLong(BASE_TIMESTAMP, timestamp);
		bytes.putLong(MAX_TIMESTAMP, timestamp);
		CRC32C crc = new CRC32C();
		crc.update(bytes.slice(AFTER_CRC, bytes.limit() - AFTER_CRC));
		bytes.putInt(DefaultRecordBatch.CRC_OFFSET, (int) crc.getValue());
		return new RawBatch(MemoryRecords.readableRecords(bytes));
	}

	/**
	 * Sends the batch.
	 * @return where its first record stands
	 * @throws org.apache.kafka.common.errors.ApiException if the broker refuses it
	 */
	RecordMetadata send(String bootstrapServers, TopicPartition partition) {
		ProduceRequest request = new ProduceRequest(
				new ProduceRequestData().setAcks((short) -1)
					.setTimeoutMs(30_000)
					.setTopicData(new TopicProduceDataCollection(List
						.of(new TopicProduceData().setName(partition.topic())
							.setPartitionData(List.of(new PartitionProduceData().setIndex(partition.partition())
								.setRecords(this.records))))
						.iterator())),
				VERSION);
		RequestHeader header = new RequestHeader(ApiKeys.PRODUCE, VERSION, "raw", 1);
		ProduceResponse response = (ProduceResponse) AbstractResponse
			.parseResponse(exchange(bootstrapServers, request.serializeWithHeader(header)), header);
		var answer = response.data().responses().iterator().next().partitionResponses().getFirst();
		Errors.forCode(answer.errorCode()).maybeThrow();
		return new RecordMetadata(partition, answer.baseOffset(), 0, -1, -1, -1);
	}

	private static ByteBuffer exchange(String bootstrapServers, ByteBuffer request) {
		int colon = bootstrapServers.lastIndexOf(':');
		try (Socket socket = new Socket(bootstrapServers.substring(0, colon),
				Integer.parseInt(bootstrapServers.substring(colon + 1)))) {
			OutputStream output = socket.getOutputStream();
			output.write(ByteBuffer.allocate(Integer.BYTES).putInt(request.remaining()).array());
			output.write(request.array(), request.arrayOffset() + request.position(), request.remaining());
			DataInputStream input = new DataInputStream(socket.getInputStream());
			byte[] response = new byte[input.readInt()];
			input.readFully(response);
			return ByteBuffer.wrap(response);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
