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
}
