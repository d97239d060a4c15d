package dev.tidemark.benchmark.typical;

import java.util.UUID;

import org.springframework.data.jpa.repository.JpaRepository;

interface DoneRepository extends JpaRepository<Done, UUID> {

}
