package dev.tidemark.worker.aggregate;

import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

import org.springframework.beans.factory.support.BeanDefinitionDefaults;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.ClassPathBeanDefinitionScanner;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.type.filter.AnnotationTypeFilter;
import org.springframework.core.type.filter.AssignableTypeFilter;
import org.springframework.core.type.filter.TypeFilter;
import org.springframework.stereotype.Component;
import org.springframework.util.ClassUtils;

import dev.tidemark.contracts.Catalogue;

/**
 * Finds the application's aggregates where its worker does not run, as for the tools:
 * with whatever they need of the packages that they are in, and nothing else.
 */
public final class AggregateScan {

	private AggregateScan() {
	}

	/**
	 * Registers the aggregates, and the components beside them and below. Each is made
	 * when somebody asks for it.
	 * @param context where to; it is not refreshed yet
	 */
	public static void register(AnnotationConfigApplicationContext context) {
		Set<String> packages = new TreeSet<>();
		ClassPathScanningCandidateComponentProvider aggregates = new ClassPathScanningCandidateComponentProvider(false);
		TypeFilter aggregate = new AssignableTypeFilter(Aggregate.class);
		aggregates
			.addIncludeFilter((type, factory) -> type.getAnnotationMetadata().hasAnnotation(Component.class.getName())
					&& aggregate.match(type, factory));
		for (Class<?> source : Catalogue.installedBy()) {
			aggregates.findCandidateComponents(source.getPackageName())
				.forEach((found) -> packages
					.add(ClassUtils.getPackageName(Objects.requireNonNull(found.getBeanClassName()))));
		}
		if (packages.isEmpty()) {
			return;
		}
		ClassPathBeanDefinitionScanner components = new ClassPathBeanDefinitionScanner(context);
		components.addExcludeFilter(new AnnotationTypeFilter(Configuration.class));
		BeanDefinitionDefaults lazily = new BeanDefinitionDefaults();
		lazily.setLazyInit(true);
		components.setBeanDefinitionDefaults(lazily);
		components.scan(packages.toArray(String[]::new));
	}

}
