/**
 * Writes the documents of a contract from what is declared: JSON Schemas, an AsyncAPI
 * document, and the tables of a page in Markdown.
 */
@NullMarked
package dev.tidemark.contracts.documents;

import org.jspecify.annotations.NullMarked;
