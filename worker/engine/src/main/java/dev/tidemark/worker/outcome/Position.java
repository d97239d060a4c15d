package dev.tidemark.worker.outcome;

/**
 * How far the database is in a partition.
 *
 * @param publishedBefore the first offset whose outcome is not sure to have been
 * published
 * @param readBefore the end of the last poll: no group that belongs to this database is
 * further
 */
public record Position(long publishedBefore, long readBefore) {

	/**
	 * Returns from where everything has to be read again if it is not sure what has been
	 * read: of the last poll, the database may have a part only.
	 * @return an offset, which may lie before the partition's beginning
	 */
	public long first() {
		return Math.min(this.publishedBefore, this.readBefore);
	}

}
