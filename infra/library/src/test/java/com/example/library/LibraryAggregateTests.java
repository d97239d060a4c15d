package com.example.library;

import dev.tidemark.worker.testing.AggregateContractTests;

/**
 * Shelves and books, through a real worker.
 */
class LibraryAggregateTests extends AggregateContractTests {

}
