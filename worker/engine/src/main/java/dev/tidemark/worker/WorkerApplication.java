package dev.tidemark.worker;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.boot.persistence.autoconfigure.EntityScan;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Configuration;

/**
 * Says that the package of a class, and those below it, have the aggregates of a worker:
 * {@linkplain dev.tidemark.worker.aggregate.Aggregate declarations}, mappers and
 * entities. The class is the {@link dev.tidemark.contracts.Catalogue.Source} of their
 * types too, registered in {@code META-INF/services}, and its {@code main} calls
 * {@link Worker#run}.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Configuration(proxyBeanMethods = false)
@ComponentScan
@EntityScan
public @interface WorkerApplication {

}
