package com.example.library;

import dev.tidemark.worker.testing.KillProofTests;

/**
 * Shelves and books, while the worker is killed.
 */
class LibraryKillTests extends KillProofTests {

}
