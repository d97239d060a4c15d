package com.example.library;

import dev.tidemark.worker.migration.MigrationContractTests;

/**
 * The migrations of shelves and books, on a real database.
 */
class LibraryMigrationTests extends MigrationContractTests {

}
