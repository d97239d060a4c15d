package dev.tidemark.worker.operations;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * What is to be known of each key of a compacted topic, in arrays and nothing else: some
 * 41 bytes a place, and no more than 1.5 to 3 places a key. Keys and contents are known
 * by 128 bits of their SHA-256: nobody makes two that collide, by accident or on purpose.
 */
final class Fingerprints {

	/** No such place. */
	static final int NONE = -1;

	private static final double FULL = 0.7;

	private final MessageDigest sha;

	/** Two for each place. */
	private long[] keys;

	/** Two for each place. */
	private long[] contents;

	private long[] versions;

	private byte[] states;

	private int size;

	Fingerprints() {
		this(1 << 16);
	}

	Fingerprints(int capacity) {
		try {
			this.sha = MessageDigest.getInstance("SHA-256");
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java platform has SHA-256", ex);
		}
		this.keys = new long[2 * capacity];
		this.contents = new long[2 * capacity];
		this.versions = new long[capacity];
		this.states = new byte[capacity];
	}

	/** How many keys have a place. */
	int size() {
		return this.size;
	}

	/** How many places there are, with and without a key. */
	int capacity() {
		return this.states.length;
	}

	/** The place of a key, or {@link #NONE}. */
	int find(byte[] key) {
		ByteBuffer hash = hash(key);
		int place = place(hash.getLong(0), hash.getLong(Long.BYTES));
		return (this.states[place] != 0) ? place : NONE;
	}

	/**
	 * The place of a key, which is given one if it has none. Places that were found
	 * before may have moved.
	 */
	int findOrAdd(byte[] key) {
		ByteBuffer hash = hash(key);
		long high = hash.getLong(0);
		long low = hash.getLong(Long.BYTES);
		int place = place(high, low);
		if (this.states[place] != 0) {
			return place;
		}
		if (this.size + 1 > FULL * capacity()) {
			grow();
			place = place(high, low);
		}
		this.keys[2 * place] = high;
		this.keys[2 * place + 1] = low;
		this.states[place] = Byte.MAX_VALUE;
		this.size++;
		return place;
	}

	/** Whether a key's content is the given one. */
	boolean contentIs(int place, byte[] content) {
		ByteBuffer hash = hash(content);
		return this.contents[2 * place] == hash.getLong(0) && this.contents[2 * place + 1] == hash.getLong(Long.BYTES);
	}

	void setContent(int place, byte[] content) {
		ByteBuffer hash = hash(content);
		this.contents[2 * place] = hash.getLong(0);
		this.contents[2 * place + 1] = hash.getLong(Long.BYTES);
	}

	long version(int place) {
		return this.versions[place];
	}

	void setVersion(int place, long version) {
		this.versions[place] = version;
	}

	byte state(int place) {
		return this.states[place];
	}

	/**
	 * Sets what is thought of a key.
	 * @param place the key's place
	 * @param state anything but 0
	 */
	void setState(int place, byte state) {
		this.states[place] = state;
	}

	private ByteBuffer hash(byte[] bytes) {
		return ByteBuffer.wrap(this.sha.digest(bytes));
	}

	private int place(long high, long low) {
		int mask = capacity() - 1;
		int place = (int) high & mask;
		while (this.states[place] != 0 && (this.keys[2 * place] != high || this.keys[2 * place + 1] != low)) {
			place = (place + 1) & mask;
		}
		return place;
	}

	private void grow() {
		Fingerprints larger = new Fingerprints(Math.multiplyExact(2, capacity()));
		for (int from = 0; from < capacity(); from++) {
			if (this.states[from] != 0) {
				int to = larger.place(this.keys[2 * from], this.keys[2 * from + 1]);
				System.arraycopy(this.keys, 2 * from, larger.keys, 2 * to, 2);
				System.arraycopy(this.contents, 2 * from, larger.contents, 2 * to, 2);
				larger.versions[to] = this.versions[from];
				larger.states[to] = this.states[from];
			}
		}
		this.keys = larger.keys;
		this.contents = larger.contents;
		this.versions = larger.versions;
		this.states = larger.states;
	}

}
