package com.example.library.shelf;

import com.example.library.shelf.ShelfCommand.ChangeShelf;
import com.example.library.shelf.ShelfCommand.CreateShelf;

import dev.tidemark.worker.state.MapperSettings;
import dev.tidemark.worker.state.PatchFields;
import org.mapstruct.BeanMapping;
import org.mapstruct.Mapper;
import org.mapstruct.MappingTarget;

@Mapper(config = MapperSettings.class, uses = PatchFields.class)
interface ShelfMapper {

	Shelf create(CreateShelf create);

	@BeanMapping(ignoreUnmappedSourceProperties = "number")
	void apply(ChangeShelf change, @MappingTarget Shelf shelf);

	ShelfSnapshot toSnapshot(Shelf shelf);

}
