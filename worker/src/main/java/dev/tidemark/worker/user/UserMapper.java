package dev.tidemark.worker.user;

import org.mapstruct.BeanMapping;
import org.mapstruct.Mapper;
import org.mapstruct.MappingTarget;

import dev.tidemark.contracts.user.PasswordHash;
import dev.tidemark.contracts.user.UserCommand.ChangePassword;
import dev.tidemark.contracts.user.UserCommand.RegisterUser;
import dev.tidemark.contracts.user.UserSnapshot;
import dev.tidemark.worker.state.MapperSettings;

/**
 * Copies fields: command to user, user to snapshot.
 */
@Mapper(config = MapperSettings.class)
interface UserMapper {

	User create(RegisterUser register);

	/** The key never moves. */
	@BeanMapping(ignoreUnmappedSourceProperties = "username")
	void apply(ChangePassword change, @MappingTarget User user);

	UserSnapshot toSnapshot(User user);

	default String encoded(PasswordHash hash) {
		return hash.encoded();
	}

}
