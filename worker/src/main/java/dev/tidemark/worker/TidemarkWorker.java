package dev.tidemark.worker;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.persistence.autoconfigure.EntityScan;
import org.springframework.scheduling.annotation.EnableScheduling;

/**
 * Starts the worker: without an argument it consumes.
 */
@SpringBootApplication
@EnableScheduling
@EntityScan
public class TidemarkWorker {

	/**
	 * Starts the worker.
	 * @param arguments none, to consume
	 */
	public static void main(String[] arguments) {
		SpringApplication.run(TidemarkWorker.class, arguments);
	}

}
