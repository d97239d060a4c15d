package dev.tidemark.worker.migration;

/**
 * The migrations of tasks, users and posts, and the engine's.
 */
class ShippedMigrationTests extends MigrationContractTests {

}
