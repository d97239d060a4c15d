package com.example.library;

import dev.tidemark.contracts.examples.DocumentContractTests;

/**
 * The documents and the examples of shelves and books.
 */
class LibraryDocumentTests extends DocumentContractTests {

}
