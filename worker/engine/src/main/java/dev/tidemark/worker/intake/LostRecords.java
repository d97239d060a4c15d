package dev.tidemark.worker.intake;

/**
 * What to do in a partition whose next records are gone before they were read. It is told
 * and counted in any case.
 */
enum LostRecords {

	/** Read nothing more of it until an operator has said to go on. */
	STOP,

	/** Go on with what there is. */
	PASS_OVER

}
