package com.example.library.book;

import com.example.library.book.BookCommand.ChangeBook;
import com.example.library.book.BookCommand.CreateBook;

import dev.tidemark.worker.state.MapperSettings;
import dev.tidemark.worker.state.PatchFields;
import org.mapstruct.BeanMapping;
import org.mapstruct.Mapper;
import org.mapstruct.MappingTarget;

@Mapper(config = MapperSettings.class, uses = PatchFields.class)
interface BookMapper {

	Book create(CreateBook create);

	@BeanMapping(ignoreUnmappedSourceProperties = "isbn")
	void apply(ChangeBook change, @MappingTarget Book book);

	/** The code is nobody's to read. */
	@BeanMapping(ignoreUnmappedSourceProperties = "lockCode")
	BookSnapshot toSnapshot(Book book);

}
